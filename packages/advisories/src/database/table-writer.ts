import { BLOCK_REF_BYTES, type BlockRef, checksum, compress, encodeBlockRef, MAX_BLOCK_BYTES, MAX_KEY_BYTES } from './layout.ts';

export interface TableOptions {
  /** A block is closed when it holds this many raw bytes. */
  readonly blockBytes: number;
  readonly level: number;
}

/** What the header stores to find a table again. `depth` counts index levels above the data blocks. */
export interface TableInfo {
  readonly root: BlockRef | null;
  readonly depth: number;
  readonly entries: number;
}

const INDEX_BLOCK_BYTES = 4096;

/** Writes one sorted table: entries in strictly ascending key order, index levels after them. */
export class TableWriter {
  readonly #append: (bytes: Buffer) => number;
  readonly #options: TableOptions;
  #open: OpenBlock = new OpenBlock();
  #children: { key: Buffer; ref: BlockRef }[] = [];
  #last: Buffer | null = null;
  #entries = 0;

  /** `append` stores bytes and returns their offset. */
  constructor(append: (bytes: Buffer) => number, options: TableOptions) {
    this.#append = append;
    this.#options = options;
  }

  add(key: Buffer, value: Buffer): void {
    if (key.length > MAX_KEY_BYTES) throw new RangeError(`key of ${key.length} bytes`);
    if (value.length + key.length + 6 > MAX_BLOCK_BYTES) throw new RangeError(`value of ${value.length} bytes`);
    if (this.#last !== null && Buffer.compare(this.#last, key) >= 0)
      throw new Error(`keys out of order at ${JSON.stringify(key.toString())}`);
    this.#last = key;
    this.#entries += 1;
    const added = 6 + key.length + value.length;
    if (this.#open.bytes > 0 && this.#open.bytes + added > this.#options.blockBytes) this.#close(this.#options.level);
    this.#open.push(key, value);
  }

  finish(): TableInfo {
    this.#close(this.#options.level);
    let depth = 0;
    while (this.#children.length > 1) {
      const level = this.#children;
      this.#children = [];
      for (const { key, ref } of level) {
        if (this.#open.bytes > 0 && this.#open.bytes + 6 + key.length + BLOCK_REF_BYTES > INDEX_BLOCK_BYTES) this.#close(3);
        this.#open.push(key, encodeBlockRef(ref));
      }
      this.#close(3);
      depth += 1;
    }
    return { root: this.#children[0]?.ref ?? null, depth, entries: this.#entries };
  }

  #close(level: number): void {
    const first = this.#open.first;
    if (first === null) return;
    const raw = this.#open.concat();
    const stored = compress(raw, level);
    this.#children.push({
      key: first,
      ref: { offset: this.#append(stored), stored: stored.length, raw: raw.length, crc: checksum(stored) },
    });
    this.#open = new OpenBlock();
  }
}

class OpenBlock {
  bytes = 0;
  first: Buffer | null = null;
  readonly #parts: Buffer[] = [];

  push(key: Buffer, value: Buffer): void {
    const head = Buffer.allocUnsafe(6);
    head.writeUInt16LE(key.length, 0);
    head.writeUInt32LE(value.length, 2);
    this.#parts.push(head, key, value);
    this.bytes += 6 + key.length + value.length;
    this.first ??= detached(key);
  }

  concat(): Buffer {
    return Buffer.concat(this.#parts, this.bytes);
  }
}

/** Small buffers share 8 kB slabs: one kept for the index would keep its whole slab until the table is finished. */
function detached(key: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(key.length);
  key.copy(copy);
  return copy;
}
