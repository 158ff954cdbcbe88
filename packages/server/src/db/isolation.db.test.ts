import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction, withAccounts } from './pool.ts';
import { refuseUnsafeApiRole } from './roles.ts';

const TENANT_TABLES = [
  'account',
  'filter',
  'secret',
  'sink',
  'sink_dead_letter',
  'sink_ticket',
  'inventory',
  'resource',
  'resource_tag',
  'image_usage',
  'finding',
  'finding_package',
  'finding_event',
  'job',
  'tag',
  'audit_record',
  'finding_day',
  'usage',
  'free_trial',
];

describe('isolation of tenants', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
    for (const account of [1, 2]) await fill(db, account);
  });
  afterAll(() => db.drop());

  it('covers every table that has an account: row-level security, or closed to the api role', async () => {
    const { rows } = await db.owner.query<{ name: string }>(
      `select c.relname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
       where a.attname = 'account' and c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
         and not c.relrowsecurity and has_any_column_privilege('assay_api', c.oid, 'select')`,
    );
    expect(rows).toEqual([]);
  });

  it.each(TENANT_TABLES)('%s: an account sees its own rows even when the query forgets it', async (table) => {
    const seen = await withAccounts(db.api, [1], async (tx) => (await tx.query(`select account from ${table}`)).rows);
    expect(seen).toEqual([{ account: 1 }]);
    const both = await withAccounts(db.api, [1, 2], async (tx) => (await tx.query(`select account from ${table} order by 1`)).rows);
    expect(both).toEqual([{ account: 1 }, { account: 2 }]);
    const nobody = await inTransaction(db.api, async (tx) => (await tx.query(`select account from ${table}`)).rows);
    expect(nobody).toEqual([]);
  });

  it.each(['job_turn'])('%s is closed to the api role', async (table) => {
    await expect(withAccounts(db.api, [1], (tx) => tx.query(`select 1 from ${table}`))).rejects.toThrow(/permission denied/);
  });

  it('refuses to write rows of another account', async () => {
    await expect(
      withAccounts(db.api, [1], (tx) => tx.query("insert into secret (account, id, sealed, key) values (2, 'x', '', 'k')")),
    ).rejects.toThrow(/row-level security/);
    const changed = await withAccounts(db.api, [1], (tx) => tx.query('update finding set status = 2 where account = 2'));
    expect(changed.rowCount).toBe(0);
  });

  it('forgets the accounts with the transaction', async () => {
    await withAccounts(db.api, [1], (tx) => tx.query('select 1'));
    const { rows } = await db.api.query(
      "select current_setting('assay.accounts', true) as accounts, (select count(*) from finding) as seen",
    );
    expect(rows).toEqual([{ accounts: '', seen: 0 }]);
  });

  it('refuses an api role that could see everybody', async () => {
    await refuseUnsafeApiRole(db.api);
    await expect(refuseUnsafeApiRole(db.worker)).rejects.toThrow(/can see every tenant/);
    await expect(refuseUnsafeApiRole(db.owner)).rejects.toThrow(/can see every tenant/);
  });
});

async function fill(db: TestDatabase, a: number): Promise<void> {
  await db.worker.query("insert into account (account, name) values ($1, 'n')", [a]);
  await db.worker.query(
    "insert into filter (account, name, action, criteria, fields, created_at, updated_at) values ($1, 'f', 1, '{}', '{}', now(), now())",
    [a],
  );
  await db.worker.query("insert into secret values ($1, $2, '', 'k')", [a, `s${a}`]);
  await db.worker.query("insert into sink (account, kind, name, config) values ($1, 'webhook', 'w', '{}')", [a]);
  await db.worker.query("insert into sink_dead_letter (account, sink, seq, body, error) values ($1, 1, 1, '{}', '')", [a]);
  await db.worker.query("insert into sink_ticket (account, sink, key, ticket) values ($1, 1, 'k', 't')", [a]);
  await db.worker.query("insert into inventory (account, digest, catalogers, packages, evidence) values ($1, '', '', '{}', '')", [a]);
  await db.worker.query("insert into resource (account, kind, arn, scan_status, scan_reason) values ($1, 2, 'arn', 1, 1)", [a]);
  await db.worker.query("insert into resource_tag values ($1, 1, 1, 'tag', 'v')", [a]);
  await db.worker.query('insert into image_usage values ($1, 1, $1, 1, now())', [a]);
  await db.worker.query(
    'insert into finding (account, resource, issue, kind, status, severity, first_at, last_at, updated_at) values ($1, 1, 1, 2, 1, 3, now(), now(), now())',
    [a],
  );
  await db.worker.query("insert into finding_package values ($1, 1, 1, 1, null, 'a', 1)", [a]);
  await db.worker.query("insert into finding_event (account, resource, finding, kind, actor, change) values ($1, 1, 1, 1, 't', '{}')", [a]);
  await db.worker.query("insert into job (account, kind, key, lane, priority, payload) values ($1, 'k', 'k', 'l', 0, '{}')", [a]);
  await db.worker.query("insert into tag values ($1, 'arn', 'k', 'v')", [a]);
  await db.worker.query(
    "insert into audit_record values ($1, now(), default, 'r', 'assay', 'X', true, 'p', 1, '', '', 200, null, null, 1, '{}', null, null)",
    [a],
  );
  await db.worker.query("insert into finding_day values ($1, '2026-01-01', 1, 1, 0, 1, 0)", [a]);
  await db.worker.query("insert into usage values ($1, default, '2026-01-01', 1, 1)", [a]);
  await db.worker.query("insert into free_trial values ($1, 'ECR')", [a]);
}
