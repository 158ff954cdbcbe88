import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { ByteRange } from '../../reading/byte-source.ts';
import { FRAME } from '../../sandbox/frames.ts';
import type { Reader, ReaderNeed } from '../../sandbox/reader.ts';
import { openRegular } from './walk.ts';

/** Both ends of a file at once: of most executables they and one segment are all that is looked at. */
const HEAD = 4096;
const TAIL = 4096;
const PIECE = 1 << 20;
/** Times one file may be asked for again; each follows one header to the next. */
const MAX_ROUNDS = 24;

export interface RangedFile {
  readonly path: string;
  readonly as: string;
  readonly mode: number;
  readonly size: number;
  /** Of all ranges together. */
  readonly maxBytes: number;
}

interface Waiting {
  readonly file: RangedFile;
  readonly ranges: readonly ByteRange[];
  readonly rounds: number;
}

export interface RangedEvents {
  /** The file asks for more than its share. */
  readonly tooLarge: (file: RangedFile) => void;
  readonly unreadable: (file: RangedFile) => void;
}

/**
 * Sends files in parts. The reader parses, answers which bytes it lacks, and gets the file again with these; it keeps nothing between,
 * so many files are under way at once and nobody waits for an answer. What it may ask for are bytes of files that were sent to it.
 */
export class RangedFeed {
  readonly #root: string;
  readonly #events: RangedEvents;
  readonly #waiting = new Map<number, Waiting>();
  readonly #needs: ReaderNeed[] = [];
  #next = 0;
  #wake: (() => void) | null = null;

  constructor(root: string, events: RangedEvents) {
    this.#root = root;
    this.#events = events;
  }

  /** To be called with what the reader says. */
  need(need: ReaderNeed): void {
    this.#needs.push(need);
    this.#wake?.();
  }

  async send(reader: Reader, file: RangedFile): Promise<void> {
    const head = Math.min(HEAD, file.size);
    const tail = Math.min(TAIL, file.size - head);
    const ranges = [{ offset: 0, size: head }, ...(tail > 0 ? [{ offset: file.size - tail, size: tail }] : [])];
    await this.#transmit(reader, { file, ranges, rounds: 0 });
    await this.serve(reader);
  }

  /** Answers what has been asked so far. */
  async serve(reader: Reader): Promise<void> {
    for (let need = this.#needs.shift(); need !== undefined; need = this.#needs.shift()) {
      const waiting = this.#waiting.get(need.id);
      this.#waiting.delete(need.id);
      if (waiting === undefined || need.range === undefined) continue;
      const { file, ranges, rounds } = waiting;
      const { offset, size } = need.range;
      const known = ranges.reduce((sum, range) => sum + range.size, 0);
      const valid = Number.isSafeInteger(offset) && Number.isSafeInteger(size) && offset >= 0 && size > 0 && offset + size <= file.size;
      if (!valid || rounds === MAX_ROUNDS || known + size > file.maxBytes) this.#events.tooLarge(file);
      else await this.#transmit(reader, { file, ranges: [...ranges, { offset, size }], rounds: rounds + 1 });
    }
  }

  /** Resolves when every file has been read. */
  async drain(reader: Reader): Promise<void> {
    for (;;) {
      await this.serve(reader);
      if (this.#waiting.size === 0) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }

  async #transmit(reader: Reader, waiting: Waiting): Promise<void> {
    const { file, ranges } = waiting;
    const fd = openRegular(join(this.#root, file.path));
    if (fd === undefined) return this.#events.unreadable(file);
    try {
      const id = ++this.#next;
      this.#waiting.set(id, waiting);
      await reader.command({ op: 'parts', id, path: file.as, mode: file.mode, size: file.size, ranges });
      // One frame where it is small: most files are, and each frame costs two system calls.
      const total = ranges.reduce((sum, range) => sum + range.size, 0);
      const whole = total <= PIECE ? Buffer.alloc(total) : undefined;
      let fill = 0;
      for (const { offset, size } of ranges) {
        for (let at = 0; at < size; at += PIECE) {
          const length = Math.min(PIECE, size - at);
          // Zeros where the file has shrunk meanwhile, so that what follows keeps its place.
          const piece = whole?.subarray(fill, fill + length) ?? Buffer.alloc(length);
          readFully(fd, piece, offset + at);
          fill += length;
          if (whole === undefined) await reader.frame(FRAME.data, piece);
        }
      }
      if (whole !== undefined) await reader.frame(FRAME.data, whole);
      await reader.frame(FRAME.end, Buffer.alloc(0));
    } finally {
      closeSync(fd);
    }
  }
}

function readFully(fd: number, into: Buffer, position: number): void {
  for (let at = 0; at < into.length; ) {
    const got = readSync(fd, into, at, into.length - at, position + at);
    if (got === 0) return;
    at += got;
  }
}
