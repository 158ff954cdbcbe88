import { readSync, writeSync } from 'node:fs';

/** Messages between the scanner and its reader processes: type (1 byte), length (4, little endian), payload. */
export const FRAME = { json: 1, data: 2, end: 3, abort: 4 } as const;
export const MAX_FRAME = 64 << 20;

export function frameHeader(type: number, length: number): Buffer {
  const header = Buffer.allocUnsafe(5);
  header[0] = type;
  header.writeUInt32LE(length, 1);
  return header;
}

export function writeFrame(fd: number, type: number, payload: Buffer): void {
  for (const part of [frameHeader(type, payload.length), payload]) {
    for (let at = 0; at < part.length; ) at += writeSync(fd, part, at, part.length - at);
  }
}

/** Blocking reader of frames from a descriptor; the payload is valid until the next call. */
export class FrameReader {
  readonly #fd: number;
  #buffer = Buffer.allocUnsafeSlow(1 << 20);
  #from = 0;
  #to = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Undefined at the end of the stream. */
  next(): { readonly type: number; readonly payload: Buffer } | undefined {
    if (!this.#need(5)) return undefined;
    const type = this.#buffer[this.#from] as number;
    const length = this.#buffer.readUInt32LE(this.#from + 1);
    if (length > MAX_FRAME) throw new RangeError('frame too large');
    this.#from += 5;
    if (!this.#need(length)) return undefined;
    const payload = this.#buffer.subarray(this.#from, this.#from + length);
    this.#from += length;
    return { type, payload };
  }

  #need(count: number): boolean {
    if (this.#to - this.#from >= count) return true;
    if (this.#from + count > this.#buffer.length) {
      const target = count > this.#buffer.length ? Buffer.allocUnsafeSlow(count) : this.#buffer;
      this.#buffer.copy(target, 0, this.#from, this.#to);
      this.#buffer = target;
      this.#to -= this.#from;
      this.#from = 0;
    }
    while (this.#to - this.#from < count) {
      const got = readSync(this.#fd, this.#buffer, this.#to, this.#buffer.length - this.#to, null);
      if (got === 0) return false;
      this.#to += got;
    }
    return true;
  }
}

/** The same, pushed: for the side that must not block. */
export class FrameParser {
  readonly #onFrame: (type: number, payload: Buffer) => void;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(onFrame: (type: number, payload: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  push(chunk: Buffer): void {
    this.#pieces.push(chunk);
    this.#length += chunk.length;
    for (;;) {
      if (this.#length < 5) return;
      const head = this.#peek();
      const size = head.readUInt32LE(1);
      if (size > MAX_FRAME) throw new RangeError('frame too large');
      if (this.#length < 5 + size) return;
      const all = this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces);
      this.#pieces = all.length > 5 + size ? [all.subarray(5 + size)] : [];
      this.#length = all.length - 5 - size;
      this.#onFrame(all[0] as number, all.subarray(5, 5 + size));
    }
  }

  #peek(): Buffer {
    const first = this.#pieces[0] as Buffer;
    if (first.length >= 5) return first;
    const all = Buffer.concat(this.#pieces);
    this.#pieces = [all];
    return all;
  }
}
