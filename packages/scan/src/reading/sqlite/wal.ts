const HEADER = 32;
const FRAME_HEADER = 24;
const MAGIC = 0x377f0682;
const VERSION = 3007000;

export interface Wal {
  /** Page number → offset of its newest committed content in the WAL file. */
  readonly pages: ReadonlyMap<number, number>;
  /** Size of the database in pages after the last commit. */
  readonly pageCount: number;
}

/**
 * Committed frames of a SQLite write-ahead log (sqlite.org/fileformat2.html, section 4). A frame counts only while its salts equal the
 * header's and the running checksum holds, so leftovers of an earlier generation end the log; frames after the last commit are not
 * seen. Null when the log holds no commit for this page size.
 */
export function readWal(bytes: Buffer, pageSize: number): Wal | null {
  if (bytes.length < HEADER) return null;
  const magic = bytes.readUInt32BE(0);
  if ((magic & 0xfffffffe) >>> 0 !== MAGIC || bytes.readUInt32BE(4) !== VERSION || bytes.readUInt32BE(8) !== pageSize) return null;
  const sum = new Checksum((magic & 1) === 1);
  sum.add(bytes, 0, 24);
  if (!sum.equals(bytes.readUInt32BE(24), bytes.readUInt32BE(28))) return null;
  const pages = new Map<number, number>();
  const pending = new Map<number, number>();
  let pageCount = 0;
  for (let at = HEADER; at + FRAME_HEADER + pageSize <= bytes.length; at += FRAME_HEADER + pageSize) {
    if (bytes.compare(bytes, 16, 24, at + 8, at + 16) !== 0) break;
    sum.add(bytes, at, at + 8);
    sum.add(bytes, at + FRAME_HEADER, at + FRAME_HEADER + pageSize);
    if (!sum.equals(bytes.readUInt32BE(at + 16), bytes.readUInt32BE(at + 20))) break;
    pending.set(bytes.readUInt32BE(at), at + FRAME_HEADER);
    const committed = bytes.readUInt32BE(at + 4);
    if (committed === 0) continue;
    for (const [page, offset] of pending) pages.set(page, offset);
    pending.clear();
    pageCount = committed;
  }
  return pageCount === 0 ? null : { pages, pageCount };
}

/** SQLite's cumulative checksum over pairs of 32-bit words in the byte order that the magic names. */
class Checksum {
  readonly #bigEndian: boolean;
  #s0 = 0;
  #s1 = 0;
  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian;
  }
  add(bytes: Buffer, start: number, end: number): void {
    let s0 = this.#s0;
    let s1 = this.#s1;
    for (let at = start; at + 8 <= end; at += 8) {
      s0 = (s0 + (this.#bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + s1) >>> 0;
      s1 = (s1 + (this.#bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + s0) >>> 0;
    }
    this.#s0 = s0;
    this.#s1 = s1;
  }
  equals(s0: number, s1: number): boolean {
    return this.#s0 === s0 && this.#s1 === s1;
  }
}
