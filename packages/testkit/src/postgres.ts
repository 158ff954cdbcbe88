import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger } from '@assay/core/context.ts';
import { embeddedTarget, prepareDatabase } from '@assay/server/db/database.ts';
import { readMigrations } from '@assay/server/db/migrate.ts';
import { createPool } from '@assay/server/db/pool.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@assay/server/db/postgres/supervisor.ts';
import type pg from 'pg';

export interface TestDatabase {
  /** Superuser and owner of the schema. */
  readonly owner: pg.Pool;
  /** Bypasses row-level security, as the worker process does. */
  readonly worker: pg.Pool;
  /** Bound by row-level security: use `withAccounts`. */
  readonly api: pg.Pool;
  readonly name: string;
  /** Ends the pools and drops the database. */
  drop(): Promise<void>;
}

const TEMPLATE = 'assay_template';
let running: Promise<EmbeddedPostgres> | undefined;
let databases = 0;

/**
 * A fresh, migrated database. The first call in a process starts a private PostgreSQL from a cached cluster (about half a
 * second); each further database is a copy of its template (about 50 ms). The cluster is removed when the process ends.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  running ??= startTestCluster();
  const postgres = await running;
  const name = `test_${++databases}`;
  const admin = createPool({ ...embeddedTarget(postgres, 'postgres').owner }, { name: 'admin', max: 1, log: silentLogger });
  await admin.query(`create database ${name} template ${TEMPLATE}`);
  const target = embeddedTarget(postgres, name);
  const pool = (role: 'owner' | 'worker' | 'api'): pg.Pool => createPool(target[role], { name: `test-${role}`, max: 8, log: silentLogger });
  const [owner, worker, api] = [pool('owner'), pool('worker'), pool('api')];
  return {
    owner,
    worker,
    api,
    name,
    async drop() {
      await Promise.all([owner.end(), worker.end(), api.end()]);
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

/** The running cluster of this process, for tests of the database layer itself. */
export function testCluster(): Promise<EmbeddedPostgres> {
  running ??= startTestCluster();
  return running;
}

const UNSAFE_BUT_FAST = ['fsync=off', 'full_page_writes=off', 'shared_buffers=64MB', 'autovacuum=off'];

async function startTestCluster(): Promise<EmbeddedPostgres> {
  const migrations = readMigrations();
  const key = createHash('sha256')
    .update(JSON.stringify([process.versions.node.split('.')[0], process.getuid?.(), migrations.map((one) => [one.name, one.checksum]), 2]))
    .digest('hex')
    .slice(0, 12);
  const cache = path.join(tmpdir(), `assay-testkit-${process.getuid?.() ?? 0}`, `cluster-${key}`);
  if (!existsSync(cache)) await buildTemplate(cache);
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-test-'));
  cpSync(cache, folder, { recursive: true });
  return start(folder, [folder]);
}

/** Appears by rename; of two processes that build at once, the second throws its copy away. */
async function buildTemplate(cache: string): Promise<void> {
  mkdirSync(path.dirname(cache), { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(`${cache}.`);
  const postgres = await start(folder, [folder]);
  await prepareDatabase(embeddedTarget(postgres, TEMPLATE));
  await postgres.stop();
  try {
    renameSync(folder, cache);
  } catch {
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(folder: string, disposable: readonly string[]): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDirectory: folder,
    tempDirectory: tmpdir(),
    systemUser: process.env['ASSAY_PG_USER'],
    log: silentLogger,
    settings: UNSAFE_BUT_FAST,
    disposable,
  });
}
