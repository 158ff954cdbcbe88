import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Context } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import pg from 'pg';
import type { Config } from '../config.ts';
import { type DatabaseTarget, embeddedTarget, prepareDatabase, urlTarget } from '../db/database.ts';
import { createPool } from '../db/pool.ts';
import { startEmbeddedPostgres } from '../db/postgres/supervisor.ts';

/** The database beside, or instead of, a running service. */
export interface Maintenance {
  readonly target: DatabaseTarget;
  /** The embedded PostgreSQL belongs to a service that runs. */
  readonly inService: boolean;
  close(): Promise<void>;
}

/** Joins the running service's PostgreSQL where there is one, else starts it. Migrations are left alone. */
export async function openMaintenance(config: Config, ctx: Context): Promise<Maintenance> {
  if (config.databaseUrl !== undefined) {
    return { target: urlTarget(config.databaseUrl, config.databaseUrls), inService: false, close: async () => {} };
  }
  const running = await runningPostgres(path.join(config.dataDirectory, 'pg18'));
  if (running !== undefined) return { target: running, inService: true, close: async () => {} };
  const postgres = await startEmbeddedPostgres({
    dataDirectory: config.dataDirectory,
    tempDirectory: os.tmpdir(),
    systemUser: config.pgUser,
    log: ctx.log,
  });
  return { target: embeddedTarget(postgres), inService: false, close: () => postgres.stop() };
}

/** PostgreSQL writes where its socket is into the cluster: line 4 the port, line 5 the folder. */
async function runningPostgres(cluster: string): Promise<DatabaseTarget | undefined> {
  let lines: string[];
  try {
    lines = readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const socketDirectory = lines[4] ?? '';
  const target = embeddedTarget({ socketDirectory, port: Number(lines[3]), owner: 'assay_owner' });
  const client = new pg.Client({ ...target.worker, connectionTimeoutMillis: 3_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return target;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

export async function withWorkerPool<T>({ target }: Maintenance, ctx: Context, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = createPool(target.worker, { name: 'maintenance', max: 2, log: ctx.log });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** A connection of the owner to a database that exists, with its roles, and that nobody of ours is using. @throws AssayError `restore-in-use` */
export async function withOwner<T>({ target }: Maintenance, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  await prepareDatabase(target, []);
  const owner = new pg.Client({ ...target.owner, application_name: 'assay-maintenance' });
  owner.on('error', () => {});
  await owner.connect();
  try {
    const { rows } = await owner.query<{ n: number }>(
      "select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name in ('assay-worker', 'assay-api')",
    );
    if ((rows[0]?.n ?? 0) > 0) throw new AssayError('restore-in-use', 'Processes of Assay are using the database; stop them first.');
    return await work(owner);
  } finally {
    await owner.end();
  }
}
