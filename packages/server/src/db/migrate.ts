import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssayError } from '@assay/core/errors.ts';
import type pg from 'pg';

export interface Migration {
  /** `0001-content`. */
  readonly name: string;
  readonly sql: string;
  /** sha256, hex. */
  readonly checksum: string;
}

/** Any number will do, as long as nothing else of ours takes it. */
const LOCK = 4_605_001;
const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));

/** Files `NNNN-name.sql` in order; the packed program passes its own folder. */
export function readMigrations(folder: string = FOLDER): readonly Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file))
    .sort()
    .map((file) => {
      const sql = readFileSync(path.join(folder, file), 'utf8');
      return { name: file.slice(0, -4), sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

/**
 * Applies what is missing, forward only, each file in its own transaction; processes that start together wait for one another.
 * Returns the names applied.
 * @throws AssayError `database-version`, `database-newer`, `database-migration-changed`
 */
export async function migrate(owner: pg.ClientBase, migrations: readonly Migration[] = readMigrations()): Promise<string[]> {
  await requireVersion(owner);
  await owner.query('select pg_advisory_lock($1)', [LOCK]);
  try {
    await owner.query(
      'create table if not exists schema_migration (name text primary key, checksum text not null, at timestamptz not null default now())',
    );
    const { rows } = await owner.query<{ name: string; checksum: string }>('select name, checksum from schema_migration order by name');
    checkApplied(rows, migrations);
    const applied = new Set(rows.map((row) => row.name));
    const made: string[] = [];
    for (const migration of migrations) {
      if (applied.has(migration.name)) continue;
      await apply(owner, migration);
      made.push(migration.name);
    }
    return made;
  } finally {
    await owner.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => {});
  }
}

async function requireVersion(owner: pg.ClientBase): Promise<void> {
  const { rows } = await owner.query<{ server_version_num: string }>('show server_version_num');
  const version = Number(rows[0]?.server_version_num ?? 0);
  if (version < 150_000) {
    throw new AssayError(
      'database-version',
      `The database is PostgreSQL ${Math.floor(version / 10_000)}; Assay needs 15 or newer: upgrade it, or leave ASSAY_DATABASE_URL out to use the bundled one.`,
    );
  }
}

function checkApplied(rows: readonly { name: string; checksum: string }[], migrations: readonly Migration[]): void {
  const known = new Map(migrations.map((one) => [one.name, one.checksum]));
  for (const row of rows) {
    const checksum = known.get(row.name);
    if (checksum === undefined) {
      throw new AssayError(
        'database-newer',
        `The database was made by a newer Assay (migration ${row.name}); start that version or restore a backup.`,
      );
    }
    if (checksum !== row.checksum) {
      throw new AssayError(
        'database-migration-changed',
        `Migration ${row.name} differs from the one this database was made with; use the released files.`,
      );
    }
  }
}

async function apply(owner: pg.ClientBase, migration: Migration): Promise<void> {
  await owner.query('begin');
  try {
    await owner.query(migration.sql);
    await owner.query('insert into schema_migration (name, checksum) values ($1, $2)', [migration.name, migration.checksum]);
    await owner.query('commit');
  } catch (error) {
    await owner.query('rollback').catch(() => {});
    throw error;
  }
}
