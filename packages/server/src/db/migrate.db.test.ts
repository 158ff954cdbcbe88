import { silentLogger } from '@assay/core/context.ts';
import { createTestDatabase, type TestDatabase, testCluster } from '@assay/testkit/postgres.ts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedTarget, openDatabase, prepareDatabase, urlTarget } from './database.ts';
import { migrate, readMigrations } from './migrate.ts';
import { createPool, inTransaction } from './pool.ts';
import { rolePassword } from './roles.ts';

describe('migrations', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());
  const one = (name: string, sql: string, checksum = 'c') => ({ name, sql, checksum });
  async function fresh<T>(work: (client: pg.Client, target: ReturnType<typeof embeddedTarget>) => Promise<T>): Promise<T> {
    const cluster = await testCluster();
    const name = `fresh_${process.hrtime.bigint()}`;
    await db.owner.query(`create database ${name}`);
    const target = embeddedTarget(cluster, name);
    const client = new pg.Client({ ...target.owner });
    await client.connect();
    try {
      return await work(client, target);
    } finally {
      await client.end();
      await db.owner.query(`drop database ${name} with (force)`);
    }
  }

  it('are applied once by processes that start together', () =>
    fresh(async (_, target) => {
      const applied = await Promise.all([prepareDatabase(target), prepareDatabase(target), prepareDatabase(target)]);
      expect(applied.flat().sort()).toEqual(readMigrations().map((migration) => migration.name));
    }));

  it('apply a file whole or not at all', () =>
    fresh(async (client) => {
      await expect(migrate(client, [one('0001-a', 'create table a (); select 1/0')])).rejects.toThrow(/division/);
      expect(await migrate(client, [one('0001-a', 'create table a ()'), one('0002-b', 'create table b ()')])).toEqual(['0001-a', '0002-b']);
    }));

  it('refuse a database of a newer version, and a file that changed', () =>
    fresh(async (client) => {
      await migrate(client, [one('0001-a', 'select 1'), one('0002-b', 'select 1')]);
      await expect(migrate(client, [one('0001-a', 'select 1')])).rejects.toMatchObject({ code: 'database-newer' });
      await expect(migrate(client, [one('0001-a', 'select 2', 'other'), one('0002-b', 'select 1')])).rejects.toMatchObject({
        code: 'database-migration-changed',
      });
    }));

  it('make partitions of the history ahead, and keep rows of a month that has none yet', async () => {
    const { rows } = await db.owner.query("select count(*) as n from pg_inherits where inhparent = 'finding_event'::regclass");
    expect(rows[0].n).toBe(5);
    expect((await db.worker.query('select create_event_partitions(4) as made')).rows).toEqual([{ made: 1 }]);
    await db.worker.query(
      "insert into finding_event (account, resource, finding, at, kind, actor, change) values (1, 1, 1, now() + interval '7 months', 1, 't', '{}')",
    );
    expect((await db.worker.query('select create_event_partitions(12) as made')).rows).toEqual([{ made: 7 }]);
    expect((await db.worker.query('select count(*) as n from finding_event')).rows).toEqual([{ n: 1 }]);
  });
});

describe('somebody else’s PostgreSQL', () => {
  it('takes a URL; the roles log in with passwords that derive from the owner’s', async () => {
    const cluster = await testCluster();
    const url = `postgres://${cluster.owner}:s%20ecret@localhost/other?host=${encodeURIComponent(cluster.socketDirectory)}`;
    const target = urlTarget(url);
    expect(new URL(target.api.connectionString!).password).toBe(rolePassword('s ecret', 'api'));
    const admin = createPool({ ...embeddedTarget(cluster, 'postgres').owner }, { name: 't', max: 1, log: silentLogger });
    await admin.query('create database other');
    await admin.end();
    const database = await openDatabase(target, silentLogger);
    expect((await database.api.query('select current_user as who, current_database() as at')).rows).toEqual([
      { who: 'assay_api', at: 'other' },
    ]);
    expect((await database.worker.query('show plan_cache_mode')).rows).toEqual([{ plan_cache_mode: 'force_custom_plan' }]);
    await database.close();
    await expect(openDatabase(urlTarget(url, { api: url }), silentLogger)).rejects.toMatchObject({ code: 'database-roles' });
  });

  it.each([
    ['mysql://x', /must start with postgres/],
    ['nonsense', /is not a URL/],
    ['postgres://u:p@127.0.0.1:1/x', /Cannot connect to the database/],
  ])('says what to do about %s', async (url, message) => {
    await expect((async () => prepareDatabase(urlTarget(url)))()).rejects.toThrow(message);
  });
});

describe('transactions', () => {
  it('survive the loss of their connection with an error, and the pool goes on', async () => {
    const db = await createTestDatabase();
    await expect(
      inTransaction(db.worker, async (tx) => {
        const { rows } = await tx.query('select pg_backend_pid() as pid');
        await db.owner.query('select pg_terminate_backend($1)', [rows[0].pid]);
        await tx.query('select 1');
      }),
    ).rejects.toThrow();
    expect((await db.worker.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
    await db.drop();
  });
});
