import { hash } from 'node:crypto';

/**
 * Filter of present keys: most packages of an inventory have no advisory, and 64 bytes answer that without unpacking a block of records.
 * About 1 % of absent keys pass and are then looked up in vain. Stored in pages, each checked like any other block:
 * a flipped bit must not hide an advisory.
 */
const LINE_BYTES = 64;
const LINES_PER_PAGE = 64;
const BITS_PER_KEY = 12;
const PROBES = 6;

export class BloomBuilder {
  readonly #prints: Buffer[] = [];

  add(key: Buffer): void {
    this.#prints.push(fingerprint(key));
  }

  /** Number of lines, and the pages of {@link LINES_PER_PAGE} lines each. */
  finish(): { readonly lines: number; readonly pages: readonly Buffer[] } {
    const lines = Math.ceil((this.#prints.length * BITS_PER_KEY) / (LINE_BYTES * 8));
    const pages = Array.from({ length: Math.ceil(lines / LINES_PER_PAGE) }, () => Buffer.alloc(LINES_PER_PAGE * LINE_BYTES));
    for (const print of this.#prints) {
      const line = lineOf(print, lines);
      const page = pages[Math.floor(line / LINES_PER_PAGE)]!;
      for (const bit of bitsOf(print)) page[at(line, bit)]! |= 1 << (bit & 7);
    }
    return { lines, pages };
  }
}

export function pageKey(page: number): Buffer {
  const key = Buffer.allocUnsafe(4);
  key.writeUInt32BE(page);
  return key;
}

/** Whether a key may be present; `page` gives a stored page, undefined when it is missing (then everything may be present). */
export function mayHold(key: Buffer, lines: number, page: (number: number) => Buffer | undefined): boolean {
  if (lines === 0) return false;
  const print = fingerprint(key);
  const line = lineOf(print, lines);
  const bytes = page(Math.floor(line / LINES_PER_PAGE));
  if (bytes === undefined || bytes.length !== LINES_PER_PAGE * LINE_BYTES) return true;
  return bitsOf(print).every((bit) => (bytes[at(line, bit)]! & (1 << (bit & 7))) !== 0);
}

function fingerprint(key: Buffer): Buffer {
  return hash('sha256', key, 'buffer').subarray(0, 16);
}

function lineOf(print: Buffer, lines: number): number {
  return print.readUInt32LE(0) % lines;
}

function at(line: number, bit: number): number {
  return (line % LINES_PER_PAGE) * LINE_BYTES + (bit >> 3);
}

function bitsOf(print: Buffer): number[] {
  const bits: number[] = [];
  for (let i = 0; i < PROBES; i += 1) bits.push(print.readUInt16LE(4 + 2 * i) & (LINE_BYTES * 8 - 1));
  return bits;
}
