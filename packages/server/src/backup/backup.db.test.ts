import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { advance, type Consumer, nextRange, startConsumer } from '../events/outbox.ts';
import { advisory, estateOf, image } from '../findings/write/testdata/estate.ts';
import { restoreBackup } from './read-backup.ts';
import { readTables } from './tables.ts';
import { writeBackup } from './write-backup.ts';

const BLOB = `blobs/ab/${'c'.repeat(62)}`;
const EARLY: Consumer = { consumer: 'sink:1', account: 1, stream: 'finding' };
const LATE: Consumer = { consumer: 'sink:2', account: 1, stream: 'finding' };
let source: TestDatabase;
let folder = '';
let file = '';

beforeAll(async () => {
  source = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'assay-backup-'));
  file = path.join(folder, 'out.backup');
  mkdirSync(path.join(folder, 'from/blobs/ab'), { recursive: true });
  writeFileSync(path.join(folder, 'from', BLOB), Buffer.alloc(3 << 20, 7));
  writeFileSync(path.join(folder, 'from/master.key'), 'secret');
  const revisions = memoryRevisions();
  const estate = estateOf(source, revisions);
  await source.worker.query(
    `insert into account (account, name, settings) values (1, 'one\t\\.', '{"scanTypes":{"ECR":true}}'), (2, 'two', '{}')`,
  );
  await revisions.publish(source.worker, [advisory('CVE-2026-1', 'a', '2.0.0'), advisory('CVE-2026-2', 'b', '2.0.0')]);
  await startConsumer(source.worker, EARLY);
  await estate.scan(1, image('x', ['a@1.0.0', 'b@1.0.0']));
  await estate.scan(2, image('x', ['a@1.0.0']));
  const first = await inTransaction(source.worker, (tx) => nextRange(tx, EARLY, 1));
  await advance(source.worker, EARLY, first!.last);
  await startConsumer(source.worker, LATE);
  await estate.scan(1, image('y', ['a@1.0.0', 'b@1.0.0']));
  const options = { pool: source.worker, dataDirectory: path.join(folder, 'from'), file, masterKey: 'one', now: () => 0 };
  const done = await writeBackup(options);
  expect(done).toMatchObject({ files: 1 });
});
afterAll(async () => {
  await source.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a backup that came back', () => {
  it('holds the same rows, continues the numbers, keeps isolation, and loses no event', async () => {
    const target = await createTestDatabase();
    try {
      const restored = await restore(target, { dataDirectory: path.join(folder, 'to') });
      expect(restored).toMatchObject({ files: 1, migrated: [] });
      expect(await contents(target)).toEqual(await contents(source));
      expect(readFileSync(path.join(folder, 'to', BLOB)).equals(readFileSync(path.join(folder, 'from', BLOB)))).toBe(true);
      for (const consumer of [EARLY, LATE]) expect(await pending(target, consumer)).toEqual(await pending(source, consumer));
      expect([(await pending(target, EARLY)).length, (await pending(target, LATE)).length]).toEqual([3, 2]);
      const next =
        "insert into finding_event (account, resource, finding, kind, actor, change) values (1, 1, 1, 1, 't', '{}') returning seq";
      const { rows } = await source.worker.query('select max(seq) as seq from finding_event');
      expect((await target.worker.query(next)).rows[0].seq).toBeGreaterThan(rows[0].seq);
      expect((await target.api.query('select from finding')).rows).toEqual([]);
      expect(await forced(target)).toEqual(await forced(source));
      expect(await triggers(target)).toEqual(await triggers(source));
    } finally {
      await target.drop();
    }
  });

  it('tells damage in the middle, and replaces nothing', async () => {
    const target = await createTestDatabase();
    const bent = path.join(folder, 'bent.backup');
    const bytes = readFileSync(file);
    bytes[Math.floor(bytes.length * 0.9)]! ^= 0x10;
    writeFileSync(bent, bytes);
    try {
      await expect(restore(target, { file: bent })).rejects.toMatchObject({ code: 'backup-damaged' });
    } finally {
      await target.drop();
    }
  });

  it('is not laid over something else unless that is meant, and then replaces it', async () => {
    const target = await createTestDatabase();
    try {
      await target.worker.query("insert into account (account, name) values (9, 'kept')");
      await expect(restore(target)).rejects.toMatchObject({ code: 'restore-not-empty' });
      expect((await target.worker.query('select name from account')).rows).toEqual([{ name: 'kept' }]);
      await restore(target, { force: true });
      expect(await contents(target)).toEqual(await contents(source));
    } finally {
      await target.drop();
    }
  });

  it('needs the master key it was made under', async () => {
    const target = await createTestDatabase();
    try {
      await expect(restore(target, { masterKey: 'another' })).rejects.toMatchObject({ code: 'master-key' });
      await expect(restore(target, { masterKey: undefined })).rejects.toMatchObject({ code: 'master-key' });
    } finally {
      await target.drop();
    }
  });

  it.each([0.3, 0.8, 0.98])('that lost its end (%d of it left) replaces nothing', async (left) => {
    const target = await createTestDatabase();
    const cut = path.join(folder, 'cut.backup');
    const bytes = readFileSync(file);
    writeFileSync(cut, bytes);
    truncateSync(cut, Math.floor(bytes.length * left));
    try {
      await target.worker.query("insert into account (account, name) values (9, 'kept')");
      await expect(restore(target, { file: cut, force: true })).rejects.toMatchObject({ code: 'backup-damaged' });
      expect((await target.worker.query('select name from account')).rows).toEqual([{ name: 'kept' }]);
    } finally {
      await target.drop();
    }
  });

  it('of a version that this one does not know is refused', async () => {
    const target = await createTestDatabase();
    try {
      await expect(restore(target, { migrations: [] })).rejects.toMatchObject({ code: 'backup-newer' });
    } finally {
      await target.drop();
    }
  });
});

it('the worker role can read all there is, tables of later migrations included', async () => {
  await source.owner.query('create table of_a_later_migration (id bigint generated always as identity)');
  const { rows } = await source.worker.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'S')
     and not case relkind when 'S' then has_sequence_privilege(oid, 'select') else has_table_privilege(oid, 'select') end`,
  );
  expect(rows).toEqual([]);
  await source.owner.query('drop table of_a_later_migration');
});

async function restore(target: TestDatabase, given: Partial<Parameters<typeof restoreBackup>[0]> = {}) {
  const client = await target.owner.connect();
  try {
    const dataDirectory = path.join(folder, 'other');
    const options = { file, dataDirectory, masterKeyFile: path.join(folder, 'other.key'), masterKey: 'one', force: false, ...given };
    return await restoreBackup({ ...options, owner: client as unknown as pg.Client });
  } finally {
    client.release();
  }
}

/** Every row of every table as text; numbers of transactions apart, which only order. */
async function contents(db: TestDatabase): Promise<Record<string, string[]>> {
  const client = await db.owner.connect();
  try {
    const all: Record<string, string[]> = {};
    for (const { name, columns } of await readTables(client)) {
      const list = columns.filter((column) => column.type !== 'xid8').map((column) => `"${column.name}"`);
      const { rows } = await client.query<{ line: string }>(`select row(${list.join(', ')})::text as line from "${name}" order by 1`);
      all[name] = rows.map((row) => row.line);
    }
    expect(all['finding']!.length).toBeGreaterThan(2);
    return all;
  } finally {
    client.release();
  }
}

async function pending(db: TestDatabase, consumer: Consumer): Promise<number[]> {
  const client = await db.worker.connect();
  try {
    await client.query('begin');
    const seen: number[] = [];
    for (;;) {
      const range = await nextRange(client, consumer, 1);
      if (range === undefined) return seen;
      seen.push(range.last);
      await advance(client, consumer, range.last);
    }
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function forced(db: TestDatabase): Promise<string[]> {
  const { rows } = await db.owner.query<{ name: string }>('select relname as name from pg_class where relforcerowsecurity order by 1');
  return rows.map((row) => row.name);
}

async function triggers(db: TestDatabase): Promise<string[]> {
  const { rows } = await db.owner.query<{ line: string }>(
    "select tgrelid::regclass::text || ' ' || tgname || ' ' || tgenabled::text as line from pg_trigger where not tgisinternal order by 1",
  );
  expect(rows.length).toBeGreaterThan(0);
  return rows.map((row) => row.line);
}
