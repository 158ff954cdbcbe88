import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { ASSAY_VERSION } from '@assay/engine/version.ts';
import type pg from 'pg';
import { to } from 'pg-copy-streams';
import { BACKUP_PATH, type BackupHeader, type BackupSection } from './format.ts';
import { dataFrames, jsonFrame } from './frames.ts';
import { copyOut, readPlaces, readTables } from './tables.ts';

export interface BackupOptions {
  /** Role worker: it sees the rows of all accounts. */
  readonly pool: pg.Pool;
  readonly dataDirectory: string;
  readonly file: string;
  /** See `keyFingerprint`. */
  readonly masterKey: string;
  /** Put into the backup, which then opens every secret; undefined leaves it out. */
  readonly masterKeyFile?: string;
  readonly now: () => number;
}

export interface BackupSummary {
  readonly tables: number;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Writes everything that the service keeps to one file while it goes on working: the rows of one snapshot, and every blob and
 * advisory file that they can name. Memory does not grow with what there is. The file appears whole or not at all.
 */
export async function writeBackup(options: BackupOptions): Promise<BackupSummary> {
  const client = await options.pool.connect();
  const partial = `${options.file}.partial`;
  const count = { tables: 0, files: 0 };
  try {
    await client.query('begin isolation level repeatable read read only');
    await client.query('set local statement_timeout = 0');
    const zstd = zlib.createZstdCompress({ params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } });
    await pipeline(Readable.from(contents(client, options, count)), zstd, createWriteStream(partial, { mode: 0o600, flush: true }));
    await rename(partial, options.file);
    return { ...count, bytes: (await stat(options.file)).size };
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    // Ends the snapshot with the session.
    client.release(true);
  }
}

/** Files before tables, so that a restore begins with what does no harm; the snapshot is older than either. */
async function* contents(client: pg.PoolClient, options: BackupOptions, count: { tables: number; files: number }): AsyncGenerator<Buffer> {
  const tables = await readTables(client);
  const places = await readPlaces(client, tables);
  yield jsonFrame(await header(client, options, places.length));
  for await (const name of filesOf(options.dataDirectory)) {
    yield* file(name, path.join(options.dataDirectory, name));
    count.files++;
  }
  if (options.masterKeyFile !== undefined) yield* file('master.key', options.masterKeyFile);
  for (const table of tables) {
    yield section({ section: 'table', name: table.name, columns: table.columns.map((column) => column.name) });
    for await (const piece of client.query(to(copyOut(table, places)))) yield* dataFrames(piece as Buffer);
    count.tables++;
  }
  yield section({ section: 'end', ...count });
}

async function header(client: pg.PoolClient, { masterKey, now }: BackupOptions, places: number): Promise<BackupHeader> {
  const migrations = await client.query('select name, checksum from schema_migration order by name');
  const sequences = await client.query<{ name: string; last: number }>(
    "select sequencename as name, last_value as last from pg_sequences where schemaname = 'public' and last_value is not null",
  );
  return {
    ...{ assayBackup: 1, version: ASSAY_VERSION, at: new Date(now()).toISOString(), migrations: migrations.rows, masterKey, places },
    sequences: Object.fromEntries(sequences.rows.map((row) => [row.name, row.last])),
  };
}

async function* filesOf(folder: string): AsyncGenerator<string> {
  for (const kind of ['db', 'blobs']) {
    const names = await readdir(path.join(folder, kind), { withFileTypes: true }).catch(() => []);
    for (const entry of names) {
      const name = `${kind}/${entry.name}`;
      if (BACKUP_PATH.test(name)) yield name;
      if (kind !== 'blobs' || !entry.isDirectory()) continue;
      for (const blob of await readdir(path.join(folder, name))) if (BACKUP_PATH.test(`${name}/${blob}`)) yield `${name}/${blob}`;
    }
  }
}

async function* file(name: string, from: string): AsyncGenerator<Buffer> {
  yield section({ section: 'file', path: name });
  for await (const piece of createReadStream(from, { highWaterMark: 1 << 20 })) yield* dataFrames(piece as Buffer);
}

function section(value: BackupSection): Buffer {
  return jsonFrame(value);
}
