import type { BlobOrDamage } from './sqlite.ts';

const SLOT_PAGE = 4096;
const SLOT = 16;
const BLOCK = 16;
/** rpm's own slot space; 2048 pages hold half a million packages. */
const MAX_SLOT_PAGES = 2048;
const HEADER_MAGIC = 0x506d7052; // "RpmP", little-endian
const SLOT_MAGIC = 0x746f6c53; // "Slot"
const BLOB_MAGIC = 0x53626c42; // "BlbS"

export function isNdb(bytes: Buffer): boolean {
  return bytes.length >= SLOT_PAGE && bytes.readUInt32LE(0) === HEADER_MAGIC;
}

/** Header blobs of `Packages.db`, rpm's own NDB format (lib/backend/ndb/rpmpkg.c): slots of 16 bytes point to blobs in blocks of 16. */
export function* readNdbBlobs(bytes: Buffer): Generator<BlobOrDamage> {
  const pages = bytes.readUInt32LE(12);
  if (bytes.readUInt32LE(4) !== 0 || pages === 0 || pages > MAX_SLOT_PAGES || pages * SLOT_PAGE > bytes.length) {
    yield { damage: 'Its header is not valid.' };
    return;
  }
  const seen = new Set<number>();
  for (let at = 2 * SLOT; at < pages * SLOT_PAGE; at += SLOT) {
    if (bytes.readUInt32LE(at) !== SLOT_MAGIC) {
      yield { damage: 'A slot is not valid.' };
      return;
    }
    const index = bytes.readUInt32LE(at + 4);
    const offset = bytes.readUInt32LE(at + 8) * BLOCK;
    if (index === 0) continue;
    if (seen.has(offset)) {
      yield { damage: 'Two slots point to one package.' };
      continue;
    }
    seen.add(offset);
    yield readBlob(bytes, { index, offset, size: bytes.readUInt32LE(at + 12) * BLOCK });
  }
}

function readBlob(bytes: Buffer, slot: { index: number; offset: number; size: number }): BlobOrDamage {
  const { index, offset, size } = slot;
  if (size < 28 || offset + size > bytes.length) return { damage: 'A package lies outside the file.' };
  const length = bytes.readUInt32LE(offset + 12);
  if (bytes.readUInt32LE(offset) !== BLOB_MAGIC || bytes.readUInt32LE(offset + 4) !== index || length > size - 28) {
    return { damage: 'A package is not where its slot says.' };
  }
  return { blob: bytes.subarray(offset + 16, offset + 16 + length) };
}
