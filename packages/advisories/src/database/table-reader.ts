import { BLOCK_REF_BYTES, type BlockRef, decodeBlockRef } from './layout.ts';
import type { TableInfo } from './table-writer.ts';

/** Where a table gets its blocks: checked and unpacked, or an AssayError. */
export interface BlockSource {
  read(ref: BlockRef): Buffer;
  damaged(why: string): Error;
}

interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
}

const MAX_DEPTH = 16;

/** Reads one sorted table. Costs one block per index level and one data block per look-up; the source caches. */
export class Table {
  readonly entries: number;
  readonly #source: BlockSource;
  readonly #info: TableInfo;
  readonly #starts = new WeakMap<Buffer, number[]>();

  constructor(source: BlockSource, info: TableInfo) {
    if (!Number.isSafeInteger(info.depth) || info.depth < 0 || info.depth > MAX_DEPTH) throw source.damaged('index depth out of bounds');
    this.#source = source;
    this.#info = info;
    this.entries = info.entries;
  }

  /** The value of an exact key; a view into a cached block, so parse or copy it. */
  get(key: Buffer): Buffer | undefined {
    if (this.#info.root === null) return undefined;
    let ref = this.#info.root;
    for (let level = this.#info.depth; level > 0; level -= 1) {
      const child = this.#lastNotAfter(this.#source.read(ref), key);
      if (child === undefined) return undefined;
      ref = this.#childRef(child, ref);
    }
    return this.#exact(this.#source.read(ref), key);
  }

  /** Every entry in key order, from `from` (inclusive) on. */
  *scan(from?: Buffer): Generator<Entry> {
    if (this.#info.root !== null) yield* this.#walk(this.#info.root, this.#info.depth, from);
  }

  *#walk(ref: BlockRef, level: number, from: Buffer | undefined): Generator<Entry> {
    const block = this.#source.read(ref);
    if (level === 0) {
      for (const entry of this.#entriesOf(block)) if (from === undefined || Buffer.compare(entry.key, from) >= 0) yield entry;
      return;
    }
    let held: Buffer | null = null;
    for (const { key, value } of this.#entriesOf(block)) {
      const skip = from !== undefined && Buffer.compare(key, from) <= 0;
      if (held !== null && !skip) yield* this.#walk(this.#childRef(held, ref), level - 1, from);
      held = value;
    }
    if (held !== null) yield* this.#walk(this.#childRef(held, ref), level - 1, from);
  }

  /** Children lie before their parent, so a hostile index cannot make a cycle. */
  #childRef(value: Buffer, parent: BlockRef): BlockRef {
    if (value.length !== BLOCK_REF_BYTES) throw this.#source.damaged('a block reference has the wrong size');
    const ref = decodeBlockRef(value);
    if (ref.offset >= parent.offset) throw this.#source.damaged('a block reference points forward');
    return ref;
  }

  #exact(block: Buffer, key: Buffer): Buffer | undefined {
    const at = this.#lastAt(block, key);
    if (at < 0) return undefined;
    const keyEnd = this.#keyEnd(block, at);
    return compareAt(block, at + 6, keyEnd, key) === 0 ? block.subarray(keyEnd, this.#valueEnd(block, at, keyEnd)) : undefined;
  }

  #lastNotAfter(block: Buffer, key: Buffer): Buffer | undefined {
    const at = this.#lastAt(block, key);
    if (at < 0) return undefined;
    const keyEnd = this.#keyEnd(block, at);
    return block.subarray(keyEnd, this.#valueEnd(block, at, keyEnd));
  }

  /** Where the last entry begins whose key is not after `key`; -1 when all are. */
  #lastAt(block: Buffer, key: Buffer): number {
    const starts = this.#startsOf(block);
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = starts[middle]!;
      if (compareAt(block, at + 6, this.#keyEnd(block, at), key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -1 : starts[low - 1]!;
  }

  /** Where entries begin, found once for each block: index blocks are asked again and again. */
  #startsOf(block: Buffer): readonly number[] {
    let starts = this.#starts.get(block);
    if (starts === undefined) {
      starts = [];
      for (let at = 0; at < block.length; at = this.#valueEnd(block, at, this.#keyEnd(block, at))) starts.push(at);
      this.#starts.set(block, starts);
    }
    return starts;
  }

  *#entriesOf(block: Buffer): Generator<Entry> {
    let at = 0;
    while (at < block.length) {
      const keyEnd = this.#keyEnd(block, at);
      const valueEnd = this.#valueEnd(block, at, keyEnd);
      yield { key: block.subarray(at + 6, keyEnd), value: block.subarray(keyEnd, valueEnd) };
      at = valueEnd;
    }
  }

  #keyEnd(block: Buffer, at: number): number {
    if (at + 6 > block.length) throw this.#source.damaged('an entry is cut');
    const end = at + 6 + (block[at]! | (block[at + 1]! << 8));
    if (end > block.length) throw this.#source.damaged('a key is cut');
    return end;
  }

  #valueEnd(block: Buffer, at: number, keyEnd: number): number {
    const end = keyEnd + block.readUInt32LE(at + 2);
    if (end > block.length) throw this.#source.damaged('a value is cut');
    return end;
  }
}

/** Order of `block[start, end)` against a key. In a loop over short keys this is several times cheaper than Buffer.compare with offsets. */
function compareAt(block: Buffer, start: number, end: number, key: Buffer): number {
  const length = Math.min(end - start, key.length);
  for (let i = 0; i < length; i += 1) {
    const difference = block[start + i]! - key[i]!;
    if (difference !== 0) return difference;
  }
  return end - start - key.length;
}
