import type { GapCode } from '@assay/core/gap.ts';
import type { Cataloger, GapFact, WantedFile } from '../cataloger.ts';
import { type ByteRange, BytesMissing } from '../reading/byte-source.ts';
import type { ReaderMessage } from './protocol.ts';

const FACTS_PER_MESSAGE = 2000;

export type Send = (message: ReaderMessage) => void;

interface Extraction {
  readonly indexes: readonly number[];
  readonly file: WantedFile;
  readonly send: Send;
}

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
    this.#extract({ indexes, file, send: this.#send });
  }

  /** The same for a file of which parts are at hand. When they do not suffice nothing is said but which bytes are missing. */
  extractParts(indexes: readonly number[], file: WantedFile): ByteRange | undefined {
    const said: ReaderMessage[] = [];
    try {
      this.#extract({ indexes, file, send: (message) => said.push(message) });
    } catch (error) {
      if (error instanceof BytesMissing) return error.range;
      throw error;
    }
    for (const message of said) this.#send(message);
    return undefined;
  }

  gap(code: GapCode, message: string, path?: string, cataloger?: string): void {
    this.#send(gapMessage({ code, message }, path, cataloger));
  }

  #extract({ indexes, file, send }: Extraction): void {
    const seq = ++this.#seq;
    for (const index of indexes) {
      const cataloger = this.catalogers[index] as Cataloger;
      try {
        this.#run(cataloger, { file, seq, send });
      } catch (error) {
        if (error instanceof BytesMissing) throw error;
        const message = `The file could not be read: ${clip(String((error as Error)?.message ?? error))}.`;
        send(gapMessage({ code: 'unparsable-file', message }, file.path, cataloger.id));
      }
    }
  }

  #run(cataloger: Cataloger, { file, seq, send }: { file: WantedFile; seq: number; send: Send }): void {
    let batch: unknown[] = [];
    let count = 0;
    const flush = (): void => {
      if (batch.length > 0) send({ t: 'facts', path: file.path, cataloger: cataloger.id, seq, facts: batch });
      batch = [];
    };
    try {
      for (const fact of cataloger.extract(file, { maxEntries: this.#maxFacts })) {
        if (isGap(fact)) {
          send(gapMessage(fact.gap, file.path, cataloger.id));
          continue;
        }
        if (++count > this.#maxFacts) {
          const message = `The file names more than ${this.#maxFacts} things.`;
          send(gapMessage({ code: 'limit-reached', message }, file.path, cataloger.id));
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

function gapMessage({ code, message }: GapFact['gap'], path?: string, cataloger?: string): ReaderMessage {
  return { t: 'gap', code, message, ...(path !== undefined && { path }), ...(cataloger !== undefined && { cataloger }) };
}

function isGap(fact: unknown): fact is GapFact {
  return typeof fact === 'object' && fact !== null && 'gap' in fact && typeof (fact as GapFact).gap?.code === 'string';
}

function clip(text: string): string {
  const line = text.replace(/[\u0000-\u001f]+/g, ' ').replace(/\.$/, '');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
