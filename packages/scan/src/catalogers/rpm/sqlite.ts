import { openSqlite, UnreadableDatabase } from '../../reading/sqlite/database.ts';
import { findTable, walkTable } from '../../reading/sqlite/table.ts';

/** A header blob, or a part of the database that cannot be read. */
export type BlobOrDamage = { readonly blob: Buffer } | { readonly damage: string };

/**
 * Header blobs of `rpmdb.sqlite`: column 1 of table `Packages` (hnum, blob). Throws {@link UnreadableDatabase} when there is no such table,
 * as happens when a link or a sparse file hid the content.
 */
export function* readSqliteBlobs(bytes: Buffer, wal: Buffer | undefined): Generator<BlobOrDamage> {
  const database = openSqlite(bytes, wal);
  const root = findTable(database, 'Packages');
  if (root === undefined) throw new UnreadableDatabase('It has no table of packages.');
  for (const row of walkTable(database, root)) {
    if ('damage' in row) yield row;
    else if (Buffer.isBuffer(row.values[1])) yield { blob: row.values[1] };
    else yield { damage: `Row ${row.rowid} has no header.` };
  }
}
