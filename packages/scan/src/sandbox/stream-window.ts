import { type ByteRange, type ByteSource, partialBytes } from '../reading/byte-source.ts';

const HEAD = 64 * 1024;
const TAIL = 1 << 20;
/** Kept from each mark on; build information with a thousand modules has 100 kB. */
const WINDOW = 1 << 20;
const MAX_WINDOWS = 32;
/** Ranges kept because they were asked for; each follows one header to the next. */
const MAX_RANGES = 24;

interface Part {
  readonly offset: number;
  readonly bytes: Buffer;
  fill: number;
}

export interface WindowRequest {
  readonly size: number;
  /** Bytes that a cataloger looks for in a program. */
  readonly marks: readonly Buffer[];
  /** Of all ranges that are asked for. */
  readonly maxBytes: number;
  /** Reads what is at hand; answers which bytes are missing. */
  readonly read: (source: ByteSource) => ByteRange | undefined;
}

/**
 * A program that passes by in a stream and is too large to be kept: its head, what follows each mark, its end, and every range that the
 * reader asks for before it has passed. What a linker writes behind its own tables is found by the mark alone.
 */
export class StreamWindow {
  readonly #request: WindowRequest;
  readonly #parts: Part[];
  readonly #tail: Buffer;
  #carry: Buffer = Buffer.alloc(0);
  #windows = 0;
  #ranges = 0;
  #asked = 0;
  #position = 0;
  #awaited: Part | null;
  /** Everything that is wanted of the program has been read. */
  done = false;

  constructor(request: WindowRequest) {
    this.#request = request;
    this.#awaited = { offset: 0, bytes: Buffer.alloc(Math.min(HEAD, request.size)), fill: 0 };
    this.#parts = [this.#awaited];
    this.#tail = Buffer.alloc(Math.min(TAIL, request.size));
  }

  write(piece: Buffer): void {
    if (this.done) return;
    this.#openWindows(piece);
    for (const part of this.#parts) this.#copy(part, piece);
    for (let at = Math.max(0, piece.length - this.#tail.length); at < piece.length; ) {
      at += piece.copy(this.#tail, (this.#position + at) % this.#tail.length, at);
    }
    this.#position += piece.length;
    if (this.#awaited !== null && this.#awaited.fill === this.#awaited.bytes.length) this.#advance();
  }

  /** After the last byte. `unread`: it has a mark, but what belongs to it had passed before it was asked for. */
  finish(): 'read' | 'unread' | 'other' {
    if (this.done) return 'read';
    const turn = this.#position % this.#tail.length;
    const bytes = Buffer.concat([this.#tail.subarray(turn), this.#tail.subarray(0, turn)]);
    this.#parts.push({ offset: this.#position - bytes.length, bytes, fill: bytes.length });
    this.#awaited = null;
    if (this.#missing() === undefined) return 'read';
    return this.#windows > 0 ? 'unread' : 'other';
  }

  #advance(): void {
    this.#awaited = null;
    const missing = this.#missing();
    if (missing === undefined) {
      this.done = true;
      return;
    }
    this.#asked += missing.size;
    if (missing.offset >= this.#position && this.#asked <= this.#request.maxBytes && ++this.#ranges <= MAX_RANGES) {
      this.#awaited = { offset: missing.offset, bytes: Buffer.allocUnsafeSlow(missing.size), fill: 0 };
      this.#parts.push(this.#awaited);
    }
  }

  #missing(): ByteRange | undefined {
    const known = this.#parts.map(({ offset, bytes, fill }) => ({ offset, bytes: bytes.subarray(0, fill) }));
    return this.#request.read(partialBytes(this.#request.size, known));
  }

  #copy(part: Part, piece: Buffer): void {
    const from = part.offset + part.fill - this.#position;
    if (part.fill < part.bytes.length && from >= 0 && from < piece.length) part.fill += piece.copy(part.bytes, part.fill, from);
  }

  /** A mark may lie across two pieces. */
  #openWindows(piece: Buffer): void {
    for (const mark of this.#request.marks) {
      const seam = Buffer.concat([this.#carry, piece.subarray(0, mark.length - 1)]);
      const across = seam.indexOf(mark);
      if (across >= 0) this.#open(this.#position - this.#carry.length + across, seam.subarray(across, this.#carry.length));
      for (let at = piece.indexOf(mark); at >= 0; at = piece.indexOf(mark, at + 1)) {
        this.#open(this.#position + at, Buffer.alloc(0));
        if (this.#windows >= MAX_WINDOWS) break;
      }
    }
    const longest = Math.max(0, ...this.#request.marks.map((mark) => mark.length - 1));
    this.#carry = Buffer.from(Buffer.concat([this.#carry, piece.subarray(-longest)]).subarray(-longest));
  }

  #open(offset: number, passed: Buffer): void {
    if (this.#windows >= MAX_WINDOWS) return;
    this.#windows++;
    const bytes = Buffer.alloc(Math.min(WINDOW, this.#request.size - offset));
    this.#parts.push({ offset, bytes, fill: passed.copy(bytes) });
  }
}
