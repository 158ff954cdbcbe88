import { readWal } from './wal.ts';

/** A database file that cannot be read as one; the message is for people. */
export class UnreadableDatabase extends Error {}

export interface SqliteDatabase {
  readonly pageSize: number;
  /** Page size without the bytes reserved at the end of each page. */
  readonly usable: number;
  readonly pageCount: number;
  /** Content of a page (1-based), from the write-ahead log where it has a newer one. Throws {@link UnreadableDatabase} outside the file. */
  page(number: number): Buffer;
}

const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
const WAL_MODE = 2;

export function isSqlite(bytes: Buffer): boolean {
  return bytes.length >= 100 && bytes.subarray(0, 16).equals(MAGIC);
}

/** Whether a log would make the database smaller, which only `VACUUM` does: a sign that it belongs to another one. */
export function logShrinks(bytes: Buffer, walBytes: Buffer): boolean {
  if (!isSqlite(bytes)) return false;
  const wal = openSqlite(bytes, walBytes);
  return wal.pageCount < Math.floor(bytes.length / wal.pageSize);
}

/**
 * A SQLite 3 database from its bytes (sqlite.org/fileformat2.html), with the pages that a write-ahead log has committed since. Nothing is
 * written and no lock is taken: what a reader would see that opens both files.
 */
export function openSqlite(bytes: Buffer, walBytes?: Buffer): SqliteDatabase {
  if (!isSqlite(bytes)) throw new UnreadableDatabase('It does not begin as a SQLite database.');
  const stored = bytes.readUInt16BE(16);
  const pageSize = stored === 1 ? 65536 : stored;
  const usable = pageSize - bytes[20]!;
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0 || usable < 480) throw new UnreadableDatabase('Its page size is not valid.');
  const wal = walBytes === undefined || bytes[19] !== WAL_MODE ? null : readWal(walBytes, pageSize);
  const pageCount = wal?.pageCount ?? Math.floor(bytes.length / pageSize);
  return {
    pageSize,
    usable,
    pageCount,
    page(number) {
      if (number < 1 || number > pageCount) throw new UnreadableDatabase(`Page ${number} lies outside the file.`);
      const inWal = wal?.pages.get(number);
      if (inWal !== undefined) return walBytes!.subarray(inWal, inWal + pageSize);
      const start = (number - 1) * pageSize;
      if (start + pageSize > bytes.length) throw new UnreadableDatabase(`Page ${number} is cut off.`);
      return bytes.subarray(start, start + pageSize);
    },
  };
}
