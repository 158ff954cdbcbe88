import { archiveError } from './limits.ts';

/** Takes exact numbers of bytes from a stream of chunks without joining more than was asked for. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #current: Buffer = Buffer.alloc(0);
  #offset = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** False at the end of the stream. */
  async #fill(): Promise<boolean> {
    while (this.#offset >= this.#current.length) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#current = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
      this.#offset = 0;
    }
    return true;
  }

  /** A copy of the next `length` bytes; undefined when the stream ends exactly here, an error when it ends inside. */
  async take(length: number): Promise<Buffer | undefined> {
    const out = Buffer.allocUnsafe(length);
    let at = 0;
    while (at < length) {
      if (!(await this.#fill())) {
        if (at === 0) return undefined;
        throw archiveError('The archive ends in the middle of an entry; download it again.');
      }
      const part = Math.min(length - at, this.#current.length - this.#offset);
      this.#current.copy(out, at, this.#offset, this.#offset + part);
      this.#offset += part;
      at += part;
    }
    return out;
  }

  async skip(length: number): Promise<void> {
    let left = length;
    while (left > 0) {
      if (!(await this.#fill())) throw archiveError('The archive ends in the middle of an entry; download it again.');
      const part = Math.min(left, this.#current.length - this.#offset);
      this.#offset += part;
      left -= part;
    }
  }

  /** Reads to the end, so that a checksum after the last byte is verified; returns the number of bytes passed over. */
  async drain(): Promise<number> {
    let passed = 0;
    while (await this.#fill()) {
      passed += this.#current.length - this.#offset;
      this.#offset = this.#current.length;
    }
    return passed;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
