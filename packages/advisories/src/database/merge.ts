import { AssayError } from '@assay/core/errors.ts';
import type { AdvisoryDatabase } from './open.ts';
import { packageKey } from './record-codec.ts';

/** One entry of a transport stream; values are the stored bytes. */
export interface StreamRecord {
  readonly kind: 'd' | 'r' | 'e';
  readonly key: Buffer;
  readonly value: Buffer;
}

type Change = Omit<StreamRecord, 'value'> & { readonly value: Buffer | null };

/** The records of a full stream as they are; those of a delta laid over the base, part by part in key order. */
export async function* mergeRecords(lines: AsyncIterator<string>, base: AdvisoryDatabase | undefined): AsyncGenerator<StreamRecord> {
  const changes = new Ahead(lines);
  for (const kind of ['d', 'r', 'e'] as const) {
    const under = base === undefined || kind === 'e' ? [] : base.table(kind === 'd' ? 'documents' : 'records').scan();
    for (const { key, value } of under) {
      for (
        let change = await changes.peek(kind);
        change !== null && Buffer.compare(change.key, key) < 0;
        change = await changes.peek(kind)
      ) {
        yield* kept(change);
        changes.take();
      }
      const change = await changes.peek(kind);
      if (change === null || !change.key.equals(key)) yield { kind, key, value };
      else {
        yield* kept(change);
        changes.take();
      }
    }
    for (let change = await changes.peek(kind); change !== null; change = await changes.peek(kind)) {
      yield* kept(change);
      changes.take();
    }
  }
  if (!(await changes.ended())) throw new AssayError('import-damaged', 'The import holds parts out of order; export or fetch it again.');
}

function* kept(change: Change): Generator<StreamRecord> {
  if (change.value !== null) yield { ...change, value: change.value };
}

/** One line of look-ahead. */
class Ahead {
  readonly #lines: AsyncIterator<string>;
  #held: Change | null = null;

  constructor(lines: AsyncIterator<string>) {
    this.#lines = lines;
  }

  /** The next change when it is of this kind. */
  async peek(kind: Change['kind']): Promise<Change | null> {
    await this.#fill();
    return this.#held?.kind === kind ? this.#held : null;
  }

  take(): void {
    this.#held = null;
  }

  async ended(): Promise<boolean> {
    await this.#fill();
    return this.#held === null;
  }

  async #fill(): Promise<void> {
    if (this.#held !== null) return;
    const next = await this.#lines.next();
    if (!next.done) this.#held = changeOf(next.value);
  }
}

function changeOf(line: string): Change {
  const parts = parsed(line);
  const [kind, a, b, value] = parts;
  if (kind === 'e' && typeof a === 'object' && a !== null && typeof (a as { id?: unknown }).id === 'string') {
    return { kind, key: Buffer.from((a as { id: string }).id), value: Buffer.from(JSON.stringify(a)) };
  }
  if ((kind !== 'd' && kind !== 'r') || typeof a !== 'string' || typeof b !== 'string' || value === undefined) {
    throw new AssayError('import-damaged', 'The import holds a line of an unknown form; export or fetch it again.');
  }
  return { kind, key: packageKey(a, b), value: value === null ? null : Buffer.from(JSON.stringify(value)) };
}

function parsed(line: string): unknown[] {
  try {
    const value: unknown = JSON.parse(line);
    if (Array.isArray(value)) return value;
  } catch {
    // falls through to the one error below
  }
  throw new AssayError('import-damaged', 'The import holds a line that is no JSON array; export or fetch it again.');
}
