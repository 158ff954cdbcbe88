import { createHash } from 'node:crypto';
import { constants, crc32, zstdCompressSync } from 'node:zlib';
import { AssayError } from '@assay/core/errors.ts';

/**
 * Byte layout of the container that advisory and enrichment databases share:
 * `MAGIC`, blocks, the header (zstd JSON), a trailer of {@link TRAILER_BYTES} that finds and proves the header.
 * A block is a zstd frame of sorted entries `u16 key length, u32 value length, key, value`; upper levels of a table hold
 * (first key → {@link BlockRef}) in the same form, so that opening reads the trailer, the header and nothing else.
 */
export const MAGIC = Buffer.from('ASSAYDB\0', 'latin1');
/** Bump when bytes of an older file would be misread. */
export const FORMAT_VERSION = 1;
export const TRAILER_BYTES = 64;
export const BLOCK_REF_BYTES = 18;
/** One entry may be larger than a block (the kernel of a distribution), but never larger than this. */
export const MAX_BLOCK_BYTES = 64 * 1024 * 1024;
export const MAX_HEADER_BYTES = 4 * 1024 * 1024;
export const MAX_KEY_BYTES = 4096;

/** Where a block lies, how long it is stored and unpacked, and the CRC-32 of its stored bytes. */
export interface BlockRef {
  readonly offset: number;
  readonly stored: number;
  readonly raw: number;
  readonly crc: number;
}

export interface Trailer {
  readonly headerOffset: number;
  readonly headerStored: number;
  readonly headerRaw: number;
}

/** `corrupt(file, 'ends early')`: the file cannot be trusted; the person downloads or builds it again. */
export function corrupt(file: string, why: string, cause?: unknown): AssayError {
  const options = cause === undefined ? undefined : { cause };
  return new AssayError('database-corrupt', `The database file ${file} is damaged (${why}); run "assay db update" to replace it.`, options);
}

export function encodeBlockRef(ref: BlockRef): Buffer {
  const out = Buffer.allocUnsafe(BLOCK_REF_BYTES);
  out.writeUIntLE(ref.offset, 0, 6);
  out.writeUInt32LE(ref.stored, 6);
  out.writeUInt32LE(ref.raw, 10);
  out.writeUInt32LE(ref.crc, 14);
  return out;
}

export function decodeBlockRef(bytes: Buffer): BlockRef {
  return { offset: bytes.readUIntLE(0, 6), stored: bytes.readUInt32LE(6), raw: bytes.readUInt32LE(10), crc: bytes.readUInt32LE(14) };
}

export function encodeTrailer(trailer: Trailer, header: Buffer): Buffer {
  const out = Buffer.alloc(TRAILER_BYTES);
  out.writeUIntLE(trailer.headerOffset, 0, 6);
  out.writeUInt32LE(trailer.headerStored, 6);
  out.writeUInt32LE(trailer.headerRaw, 10);
  createHash('sha256').update(out.subarray(0, 14)).update(header).digest().copy(out, 16);
  out.writeUInt32LE(FORMAT_VERSION, 48);
  MAGIC.copy(out, 56);
  return out;
}

export function decodeTrailer(bytes: Buffer): Trailer {
  return { headerOffset: bytes.readUIntLE(0, 6), headerStored: bytes.readUInt32LE(6), headerRaw: bytes.readUInt32LE(10) };
}

export function headerDigestHolds(trailer: Buffer, header: Buffer): boolean {
  return createHash('sha256').update(trailer.subarray(0, 14)).update(header).digest().equals(trailer.subarray(16, 48));
}

export function compress(raw: Buffer, level: number): Buffer {
  return zstdCompressSync(raw, { params: { [constants.ZSTD_c_compressionLevel]: level } });
}

export function checksum(bytes: Buffer): number {
  return crc32(bytes);
}
