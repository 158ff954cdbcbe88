/** Limits that rpm itself sets (engine.md 1.3.4). */
const MAX_ENTRIES = 0xffff;
const MAX_DATA = 0x0fffffff;

export class UnreadableHeader extends Error {}

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/** An RPM header as the package databases store it; reads are bounded by its data. */
export interface RpmHeader {
  /** First string of a STRING, STRING_ARRAY or I18NSTRING; undefined when absent. */
  text(tag: number): string | undefined;
  /** At most `max` strings of a STRING_ARRAY. */
  texts(tag: number, max: number): string[];
  /** At most `max` numbers of an INT16 or INT32 tag, unsigned. */
  numbers(tag: number, max: number): number[];
}

const INT16 = 3;
const INT32 = 4;
const STRING = 6;
const STRING_ARRAY = 8;
const I18NSTRING = 9;

/**
 * Header blob of all three RPM databases: counts, index entries of 16 bytes, data, all big-endian, without the magic of package files
 * (rpm's doc/manual/format_header.md). Entries behind the immutable region ("dribbles", written at installation) override those in it,
 * therefore the last entry of a tag counts.
 */
export function parseHeader(blob: Buffer): RpmHeader {
  if (blob.length < 8) throw new UnreadableHeader('The header is cut off.');
  const count = blob.readUInt32BE(0);
  const size = blob.readUInt32BE(4);
  if (count < 1 || count > MAX_ENTRIES || size > MAX_DATA) throw new UnreadableHeader('The header has impossible counts.');
  const start = 8 + count * 16;
  if (start + size > blob.length) throw new UnreadableHeader('The header is cut off.');
  const entries = new Map<number, Entry>();
  for (let at = 8; at < start; at += 16) {
    const offset = blob.readInt32BE(at + 8);
    if (offset < 0 || offset >= size) continue;
    entries.set(blob.readUInt32BE(at), { type: blob.readUInt32BE(at + 4), offset, count: blob.readUInt32BE(at + 12) });
  }
  const data = blob.subarray(start, start + size);
  return {
    text: (tag) => readTexts(data, entries.get(tag), 1)[0],
    texts: (tag, max) => readTexts(data, entries.get(tag), max),
    numbers: (tag, max) => readNumbers(data, entries.get(tag), max),
  };
}

function readTexts(data: Buffer, entry: Entry | undefined, max: number): string[] {
  if (entry === undefined || (entry.type !== STRING && entry.type !== STRING_ARRAY && entry.type !== I18NSTRING)) return [];
  const texts: string[] = [];
  const wanted = Math.min(entry.type === STRING ? 1 : entry.count, max);
  for (let at = entry.offset; texts.length < wanted && at < data.length; ) {
    const end = data.indexOf(0, at);
    if (end < 0) throw new UnreadableHeader('A text has no end.');
    texts.push(data.toString('utf8', at, end));
    at = end + 1;
  }
  return texts;
}

function readNumbers(data: Buffer, entry: Entry | undefined, max: number): number[] {
  if (entry === undefined || (entry.type !== INT16 && entry.type !== INT32)) return [];
  const width = entry.type === INT16 ? 2 : 4;
  const count = Math.min(entry.count, max);
  if (entry.offset + count * width > data.length) throw new UnreadableHeader('A list of numbers is cut off.');
  return Array.from({ length: count }, (_, index) => data.readUIntBE(entry.offset + index * width, width));
}
