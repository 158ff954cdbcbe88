import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { AssayError } from '@assay/core/errors.ts';
import type pg from 'pg';
import { from } from 'pg-copy-streams';
import { type Migration, migrate, readMigrations } from '../db/migrate.ts';
import { BACKUP_PATH, type BackupHeader, type BackupSection } from './format.ts';
import { damaged, type Frame, readFrames } from './frames.ts';
import { copyIn, highestPlace, quoted, readTables } from './tables.ts';

export interface RestoreOptions {
  /** Owner of the tables, on a database that nobody else uses. */
  readonly owner: pg.Client;
  readonly dataDirectory: string;
  readonly file: string;
  readonly masterKeyFile: string;
  /** Of the key in `masterKeyFile`; undefined when there is none. */
  readonly masterKey: string | undefined;
  /** Replaces what the database holds, and does without the master key. */
  readonly force: boolean;
  readonly migrations?: readonly Migration[];
}

export interface RestoreSummary {
  readonly header: BackupHeader;
  readonly tables: number;
  readonly files: number;
  /** Names of the migrations that the backup did not have. */
  readonly migrated: readonly string[];
}

/**
 * Brings a backup back: the schema as it was, its rows in one transaction, then the migrations that came since. Files that only add are
 * written first; the rows appear whole or not at all.
 * @throws AssayError `backup-damaged`, `backup-newer`, `restore-not-empty`, `master-key`
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreSummary> {
  const { owner } = options;
  const known = options.migrations ?? readMigrations();
  await withFrames(options.file, verify);
  return withFrames(options.file, async (frames) => {
    const header = await readHeader(frames);
    const schema = header.migrations.map(({ name, checksum }) => known.find((one) => one.name === name && one.checksum === checksum));
    if (schema.includes(undefined))
      throw new AssayError(
        'backup-newer',
        `The backup was made by Assay ${header.version}, whose database this version does not know; use that one.`,
      );
    await refuseFilled(options);
    const files = await restoreFiles(frames, header, options);
    await migrate(owner, schema as Migration[]);
    const tables = await inOne(owner, () => restoreRows(frames, { owner, header, files }));
    const migrated = await migrate(owner, known);
    await passPlaces(owner, header.places);
    await owner.query('analyze');
    return { header, tables, files, migrated };
  });
}

async function withFrames<T>(file: string, work: (frames: Frames) => Promise<T>): Promise<T> {
  const packed = createReadStream(file);
  const unpacked = zlib.createZstdDecompress();
  packed.once('error', (error) => unpacked.destroy(error)).pipe(unpacked);
  try {
    return await work(new Frames(readFrames(unpacked)));
  } catch (error) {
    if (error instanceof Error && /^ZSTD_|^ERR_ZSTD|^Z_/.test((error as NodeJS.ErrnoException).code ?? '')) throw damaged();
    throw error;
  } finally {
    packed.destroy();
    unpacked.destroy();
  }
}

/** Statements one by one; the bytes of each are read before the next. */
class Frames {
  readonly #frames: AsyncGenerator<Frame>;
  #ahead: Frame | undefined;

  constructor(frames: AsyncGenerator<Frame>) {
    this.#frames = frames;
  }

  async statement(): Promise<unknown> {
    const next = await this.#next();
    if (next?.kind !== 'json') throw damaged();
    return next.value;
  }

  async *bytes(): AsyncGenerator<Buffer> {
    for (let next = await this.#next(); next !== undefined; next = await this.#next()) {
      if (next.kind === 'json') {
        this.#ahead = next;
        return;
      }
      yield next.bytes;
    }
  }

  async #next(): Promise<Frame | undefined> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead ?? (await this.#frames.next()).value;
  }

  /** Looks at a statement that {@link statement} will give again. */
  async peek(): Promise<BackupSection> {
    const value = await this.statement();
    this.#ahead = { kind: 'json', value };
    return value as BackupSection;
  }
}

async function readHeader(frames: Frames): Promise<BackupHeader> {
  const header = (await frames.statement()) as Partial<BackupHeader> | null;
  const whole = header?.assayBackup === 1 && Array.isArray(header.migrations) && typeof header.sequences === 'object';
  if (!whole) throw damaged();
  return header as BackupHeader;
}

/** Everything is read once before anything is replaced. */
async function verify(frames: Frames): Promise<void> {
  await readHeader(frames);
  for (;;) {
    const { section } = (await frames.statement()) as BackupSection;
    // Behind the end comes the checksum of it all, which is looked at when the stream is read out.
    for await (const _ of frames.bytes()) if (section === 'end') throw damaged();
    if (section === 'end') return;
  }
}

/** Events count as committed when the numbers of their transactions are lower than that of any running one. */
async function passPlaces(owner: pg.Client, places: number): Promise<void> {
  for (let id = 0; id <= highestPlace(places); ) {
    id = Number((await owner.query<{ id: string }>('select pg_current_xact_id()::text as id')).rows[0]!.id);
  }
}

async function refuseFilled({ owner, force }: RestoreOptions): Promise<void> {
  const tables = await readTables(owner);
  if (tables.length === 0) return;
  const filled = tables.some(({ name }) => name === 'account') && (await owner.query('select from account limit 1')).rows.length > 0;
  if (filled && !force)
    throw new AssayError(
      'restore-not-empty',
      'The database already holds something; restore into an empty one, or add --force to replace it.',
    );
  await owner.query('drop schema public cascade; create schema public');
  await owner.query('grant usage on schema public to public');
}

async function restoreFiles(frames: Frames, header: BackupHeader, options: RestoreOptions): Promise<number> {
  let count = 0;
  let key = options.masterKey;
  for (let next = await frames.peek(); next.section === 'file'; next = await frames.peek()) {
    await frames.statement();
    if (!BACKUP_PATH.test(next.path)) throw damaged();
    const own = next.path === 'master.key';
    if (own) key = header.masterKey;
    else count++;
    await writeWhole(own ? options.masterKeyFile : path.join(options.dataDirectory, next.path), frames.bytes());
  }
  if (key !== header.masterKey && !options.force)
    throw new AssayError(
      'master-key',
      `The secrets of the backup were sealed under another master key; put that key at ${options.masterKeyFile}, or add --force and make new access keys.`,
    );
  return count;
}

async function writeWhole(file: string, bytes: AsyncGenerator<Buffer>): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const partial = `${file}.restoring`;
  const handle = await open(partial, 'w', 0o600);
  try {
    for await (const piece of bytes) await handle.writeFile(piece);
    await handle.sync();
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

async function inOne<T>(owner: pg.Client, work: () => Promise<T>): Promise<T> {
  await owner.query('begin');
  try {
    const result = await work();
    await owner.query('commit');
    return result;
  } catch (error) {
    await owner.query('rollback').catch(() => {});
    throw error;
  }
}

interface Rows {
  readonly owner: pg.Client;
  readonly header: BackupHeader;
  readonly files: number;
}

async function restoreRows(frames: Frames, { owner, header, files }: Rows): Promise<number> {
  const tables = new Map((await readTables(owner)).map((table) => [table.name, table]));
  const forced = await owner.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relforcerowsecurity",
  );
  // The owner need not be a superuser: for the length of this transaction the policies do not bind it.
  for (const { name } of forced.rows) await owner.query(`alter table ${quoted(name)} no force row level security`);
  // What triggers write beside a row is in the backup already.
  for (const name of tables.keys()) await owner.query(`alter table ${quoted(name)} disable trigger user`);
  await owner.query(`truncate ${[...tables.keys()].map(quoted).join(', ')}`);
  let count = 0;
  for (;;) {
    const next = (await frames.statement()) as BackupSection;
    if (next.section === 'end') {
      if (next.tables !== count || next.files !== files) throw damaged();
      break;
    }
    const table = next.section === 'table' ? tables.get(next.name) : undefined;
    if (next.section !== 'table' || !next.columns.every((name) => table?.columns.some((column) => column.name === name))) throw damaged();
    await pipeline(Readable.from(frames.bytes()), owner.query(from(copyIn(next.name, next.columns))));
    count++;
  }
  for (const [name, last] of Object.entries(header.sequences)) {
    await owner.query('select setval(to_regclass($1), $2) where to_regclass($1) is not null', [`public.${quoted(name)}`, last]);
  }
  for (const name of tables.keys()) await owner.query(`alter table ${quoted(name)} enable trigger user`);
  for (const { name } of forced.rows) await owner.query(`alter table ${quoted(name)} force row level security`);
  return count;
}
