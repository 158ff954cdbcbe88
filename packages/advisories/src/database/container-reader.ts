import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AssayError } from '@assay/core/errors.ts';
import {
  type BlockRef,
  checksum,
  corrupt,
  decodeTrailer,
  FORMAT_VERSION,
  headerDigestHolds,
  MAGIC,
  MAX_BLOCK_BYTES,
  MAX_HEADER_BYTES,
  TRAILER_BYTES,
} from './layout.ts';
import { Table } from './table-reader.ts';
import type { TableInfo } from './table-writer.ts';
import { unpackFrame } from './unpack.ts';

const CACHE_BYTES = 24 * 1024 * 1024;

/** A container file, open for reading. Every block is checked before it is used; damage is an AssayError `database-corrupt`. */
export class ContainerReader {
  readonly file: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly size: number;
  readonly #fd: number;
  readonly #tables: Readonly<Record<string, TableInfo>>;
  readonly #cache = new Map<number, Buffer>();
  #cachedBytes = 0;
  #closed = false;

  constructor(file: string) {
    this.file = file;
    this.#fd = openForReading(file);
    try {
      this.size = fstatSync(this.#fd).size;
      this.header = this.#readHeader();
      this.#tables = tablesOf(this.header, file);
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  /** A table by name; an AssayError where the header does not name it. */
  table(name: string): Table {
    const info = Object.hasOwn(this.#tables, name) ? this.#tables[name] : undefined;
    if (info === undefined) throw corrupt(this.file, `no table ${name}`);
    return new Table({ read: (ref) => this.#block(ref), damaged: (why) => corrupt(this.file, why) }, info);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cache.clear();
    closeSync(this.#fd);
  }

  #block(ref: BlockRef): Buffer {
    const cached = this.#cache.get(ref.offset);
    if (cached !== undefined && cached.length === ref.raw) {
      this.#cache.delete(ref.offset);
      this.#cache.set(ref.offset, cached);
      return cached;
    }
    if (ref.raw > MAX_BLOCK_BYTES) throw corrupt(this.file, 'a block is too large');
    const stored = this.#read(ref.offset, ref.stored);
    if (checksum(stored) !== ref.crc) throw corrupt(this.file, 'a checksum does not hold');
    const raw = unpack(this.file, stored, ref.raw);
    this.#remember(ref.offset, raw);
    return raw;
  }

  #remember(offset: number, raw: Buffer): void {
    this.#cachedBytes += raw.length - (this.#cache.get(offset)?.length ?? 0);
    this.#cache.set(offset, raw);
    for (const [oldest, bytes] of this.#cache) {
      if (this.#cachedBytes <= CACHE_BYTES || oldest === offset) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= bytes.length;
    }
  }

  #readHeader(): Readonly<Record<string, unknown>> {
    if (this.size < MAGIC.length + TRAILER_BYTES) throw corrupt(this.file, 'it ends early');
    if (!this.#read(0, MAGIC.length).equals(MAGIC)) {
      throw new AssayError(
        'not-a-database',
        `${this.file} is not an Assay database; name a file that "assay db build" or "assay db update" wrote.`,
      );
    }
    const trailer = this.#read(this.size - TRAILER_BYTES, TRAILER_BYTES);
    if (!trailer.subarray(56).equals(MAGIC)) throw corrupt(this.file, 'it ends early');
    const format = trailer.readUInt32LE(48);
    if (format !== FORMAT_VERSION) {
      throw new AssayError(
        'database-format',
        `${this.file} has format ${format} and this Assay reads ${FORMAT_VERSION}; update Assay or the database.`,
      );
    }
    const { headerOffset, headerStored, headerRaw } = decodeTrailer(trailer);
    if (headerRaw > MAX_HEADER_BYTES || headerOffset + headerStored !== this.size - TRAILER_BYTES)
      throw corrupt(this.file, 'its header is out of place');
    const stored = this.#read(headerOffset, headerStored);
    if (!headerDigestHolds(trailer, stored)) throw corrupt(this.file, 'the checksum of its header does not hold');
    return parseObject(this.file, unpack(this.file, stored, headerRaw));
  }

  #read(offset: number, length: number): Buffer {
    if (this.#closed) throw new Error(`${this.file} is closed`);
    if (offset + length > this.size) throw corrupt(this.file, 'it ends early');
    const out = Buffer.allocUnsafe(length);
    for (let done = 0; done < length; ) {
      const count = readSync(this.#fd, out, done, length - done, offset + done);
      if (count === 0) throw corrupt(this.file, 'it ends early');
      done += count;
    }
    return out;
  }
}

/** JSON of a value that this file stores; damage becomes an AssayError. */
export function parseStored(file: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw corrupt(file, 'a record is not JSON', cause);
  }
}

function parseObject(file: string, bytes: Buffer): Readonly<Record<string, unknown>> {
  const value = parseStored(file, bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw corrupt(file, 'its header is not an object');
  return value as Record<string, unknown>;
}

function unpack(file: string, stored: Buffer, raw: number): Buffer {
  try {
    return unpackFrame(stored, raw);
  } catch (cause) {
    throw corrupt(file, 'a block does not unpack', cause);
  }
}

function openForReading(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (cause) {
    throw new AssayError('database-unreadable', `The database file ${file} cannot be opened; check that it exists and may be read.`, {
      cause,
    });
  }
}

function tablesOf(header: Readonly<Record<string, unknown>>, file: string): Readonly<Record<string, TableInfo>> {
  const tables = header['tables'];
  if (typeof tables !== 'object' || tables === null) throw corrupt(file, 'its header names no tables');
  return tables as Record<string, TableInfo>;
}
