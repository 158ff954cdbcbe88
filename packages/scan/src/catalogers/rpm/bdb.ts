import type { BlobOrDamage } from './sqlite.ts';

const MAGIC = 0x00061561;
const MAGIC_SWAPPED = 0x61150600;
const PAGE_HEADER = 26;
const HASH_UNSORTED = 2;
const OVERFLOW = 7;
const HASH_META = 8;
const HASH = 13;
const KEY_DATA = 1;
const OFF_PAGE = 3;
const MAX_BLOB = 256 * 1024 * 1024;

/** Reads 16 and 32 bit words in the byte order of the host that made the file. */
interface Words {
  u16(at: number): number;
  u32(at: number): number;
}

export function isBdb(bytes: Buffer): boolean {
  if (bytes.length < 512) return false;
  const magic = bytes.readUInt32LE(12);
  return (magic === MAGIC || magic === MAGIC_SWAPPED) && bytes[25] === HASH_META;
}

/**
 * Header blobs of `Packages`, a Berkeley DB hash of either byte order (Oracle Berkeley DB dbinc/db_page.h). All hash pages are swept in
 * file order instead of following buckets; values lie inline or on chains of overflow pages, each of which is used at most once.
 */
export function* readBdbBlobs(bytes: Buffer): Generator<BlobOrDamage> {
  const big = bytes.readUInt32LE(12) === MAGIC_SWAPPED;
  const words: Words = {
    u16: (at) => (big ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at)),
    u32: (at) => (big ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)),
  };
  const pageSize = words.u32(20);
  if (pageSize < 512 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0 || bytes[24] !== 0) {
    yield { damage: bytes[24] === 0 ? 'Its page size is not valid.' : 'It is encrypted.' };
    return;
  }
  const used = new Set<number>();
  for (let start = pageSize; start + pageSize <= bytes.length; start += pageSize) {
    const type = bytes[start + 25];
    if (type === HASH || type === HASH_UNSORTED) yield* readHashPage({ bytes, words, pageSize, used }, start);
  }
}

interface Database {
  readonly bytes: Buffer;
  readonly words: Words;
  readonly pageSize: number;
  readonly used: Set<number>;
}

function* readHashPage(database: Database, start: number): Generator<BlobOrDamage> {
  const { bytes, words, pageSize } = database;
  const entries = words.u16(start + 20);
  if (entries % 2 !== 0 || PAGE_HEADER + entries * 2 > pageSize) {
    yield { damage: 'A page has an impossible number of items.' };
    return;
  }
  const offsetOf = (index: number): number => (index < 0 ? pageSize : words.u16(start + PAGE_HEADER + index * 2));
  for (let index = 1; index < entries; index += 2) {
    const [key, keyEnd] = [offsetOf(index - 1), offsetOf(index - 2)];
    const [value, valueEnd] = [offsetOf(index), key];
    if (value < PAGE_HEADER || value >= valueEnd || key >= keyEnd || keyEnd > pageSize) {
      yield { damage: 'An item lies outside its page.' };
      continue;
    }
    // The record with key 0 holds the next package number, not a header.
    if (keyEnd - key >= 5 && bytes.readUInt32LE(start + key + 1) === 0) continue;
    const item = bytes.subarray(start + value, start + valueEnd);
    if (item[0] === KEY_DATA) yield { blob: item.subarray(1) };
    else if (item[0] === OFF_PAGE && item.length >= 12) {
      yield readChain(database, { page: words.u32(start + value + 4), length: words.u32(start + value + 8) });
    } else yield { damage: 'An item has an unknown kind.' };
  }
}

function readChain({ bytes, words, pageSize, used }: Database, chain: { page: number; length: number }): BlobOrDamage {
  if (chain.length > MAX_BLOB || chain.length > bytes.length) return { damage: 'A package is larger than the file.' };
  const parts: Buffer[] = [];
  let collected = 0;
  for (let page = chain.page; page !== 0; ) {
    const start = page * pageSize;
    if (start + pageSize > bytes.length || used.has(page) || bytes[start + 25] !== OVERFLOW) {
      return { damage: 'A chain of pages is broken.' };
    }
    used.add(page);
    // On overflow pages the field of the free offset is the number of bytes used.
    const length = words.u16(start + 22);
    if (length > pageSize - PAGE_HEADER) return { damage: 'A chain of pages is broken.' };
    parts.push(bytes.subarray(start + PAGE_HEADER, start + PAGE_HEADER + length));
    collected += length;
    page = words.u32(start + 16);
  }
  return collected === chain.length ? { blob: Buffer.concat(parts, collected) } : { damage: 'A chain of pages is too short.' };
}
