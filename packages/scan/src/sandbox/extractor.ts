import type { GapCode } from '@assay/core/gap.ts';
import type { Cataloger, GapFact, WantedFile } from '../cataloger.ts';
import type { ReaderMessage } from './protocol.ts';

const FACTS_PER_MESSAGE = 2000;

export type Send = (message: ReaderMessage) => void;

/** Runs catalogers over one file; whatever they do, the answer is messages. */
export class Extractor {
  readonly catalogers: readonly Cataloger[];
  readonly #send: Send;
  readonly #maxFacts: number;
  #seq = 0;

  constructor(catalogers: readonly Cataloger[], send: Send, maxFacts: number) {
    this.catalogers = catalogers;
    this.#send = send;
    this.#maxFacts = maxFacts;
  }

  extract(indexes: readonly number[], file: WantedFile): void {
    const seq = ++this.#seq;
    for (const index of indexes) {
      const cataloger = this.catalogers[index] as Cataloger;
      try {
        this.#run(cataloger, file, seq);
      } catch (error) {
        this.gap(
          'unparsable-file',
          `The file could not be read: ${clip(String((error as Error)?.message ?? error))}.`,
          file.path,
          cataloger.id,
        );
      }
    }
  }

  gap(code: GapCode, message: string, path?: string, cataloger?: string): void {
    this.#send({ t: 'gap', code, message, ...(path !== undefined && { path }), ...(cataloger !== undefined && { cataloger }) });
  }

  #run(cataloger: Cataloger, file: WantedFile, seq: number): void {
    let batch: unknown[] = [];
    let count = 0;
    const flush = (): void => {
      if (batch.length > 0) this.#send({ t: 'facts', path: file.path, cataloger: cataloger.id, seq, facts: batch });
      batch = [];
    };
    try {
      for (const fact of cataloger.extract(file, { maxEntries: this.#maxFacts })) {
        if (isGap(fact)) {
          this.gap(fact.gap.code, fact.gap.message, file.path, cataloger.id);
          continue;
        }
        if (++count > this.#maxFacts) {
          this.gap('limit-reached', `The file names more than ${this.#maxFacts} things.`, file.path, cataloger.id);
          break;
        }
        batch.push(fact);
        if (batch.length === FACTS_PER_MESSAGE) flush();
      }
    } finally {
      flush();
    }
  }
}

function isGap(fact: unknown): fact is GapFact {
  return typeof fact === 'object' && fact !== null && 'gap' in fact && typeof (fact as GapFact).gap?.code === 'string';
}

function clip(text: string): string {
  const line = text.replace(/[\u0000-\u001f]+/g, ' ').replace(/\.$/, '');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
