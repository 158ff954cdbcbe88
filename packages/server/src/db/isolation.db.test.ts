import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction, withAccounts } from './pool.ts';
import { refuseUnsafeApiRole } from './roles.ts';

interface TenantTable {
  readonly name: string;
  /** The role api may read it. */
  readonly open: boolean;
  readonly secured: boolean;
}

/** Every table with an account, as the catalogue knows them: one that is added later is tested from the start. */
async function tenantTables(db: TestDatabase): Promise<TenantTable[]> {
  const { rows } = await db.owner.query<TenantTable>(
    `select c.relname as name, has_any_column_privilege('assay_api', c.oid, 'select') as open, c.relrowsecurity as secured
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     where a.attname = 'account' and not a.attisdropped and c.relkind in ('r', 'p') and not c.relispartition
       and c.relnamespace = 'public'::regnamespace order by 1`,
  );
  return rows;
}

describe('isolation of tenants', () => {
  let db: TestDatabase;
  let tables: TenantTable[];
  beforeAll(async () => {
    db = await createTestDatabase();
    tables = await tenantTables(db);
    for (const { name } of tables) for (const account of [1, 2]) await fill(db, name, account);
  });
  afterAll(() => db.drop());

  it('secures every table that the api role may read', () => {
    expect(tables.length).toBeGreaterThan(15);
    expect(tables.filter((table) => table.open && !table.secured)).toEqual([]);
  });

  it('shows an account its own rows even when the query forgets it, two accounts both, and nobody nothing', async () => {
    for (const { name } of tables.filter((table) => table.open)) {
      const text = `select account from ${name} order by account`;
      const seenBy = async (accounts: readonly number[]) =>
        (await withAccounts(db.api, accounts, (tx) => tx.query<{ account: number }>(text))).rows.map((row) => row.account);
      expect([name, await seenBy([1])]).toEqual([name, [1]]);
      expect([name, await seenBy([1, 2])]).toEqual([name, [1, 2]]);
      const nobody = await inTransaction(db.api, async (tx) => (await tx.query(text)).rows);
      expect([name, nobody]).toEqual([name, []]);
    }
  });

  it('closes the others to the api role', async () => {
    const closed = tables.filter((table) => !table.open).map((table) => table.name);
    expect(closed).toContain('job_turn');
    for (const name of closed) {
      await expect(withAccounts(db.api, [1], (tx) => tx.query(`select 1 from ${name}`))).rejects.toThrow(/permission denied/);
    }
  });

  it('changes and removes nothing of another account, whatever the api role may write', async () => {
    for (const { name } of tables.filter((table) => table.open)) {
      for (const text of [`update ${name} set account = account where account = 2`, `delete from ${name} where account = 2`]) {
        const changed = await withAccounts(db.api, [1], (tx) => tx.query(text)).catch((error: Error) => {
          expect([name, error.message]).toEqual([name, expect.stringContaining('permission denied')]);
          return { rowCount: 0 };
        });
        expect([name, text, changed.rowCount]).toEqual([name, text, 0]);
      }
    }
  });

  it('refuses to write rows of another account', async () => {
    for (const { name } of tables.filter((table) => table.open)) {
      await expect(
        withAccounts(db.api, [1], async (tx) => fill({ owner: tx }, name, 3)),
        name,
      ).rejects.toThrow(/row-level security|permission denied/);
    }
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

/** By type of a column that must have a value; what identifies a row takes the account, so that no two rows are the same. */
const VALUES: Readonly<Record<string, (account: number) => unknown>> = {
  bigint: (account) => account,
  integer: (account) => account,
  smallint: () => 1,
  real: () => 1,
  'double precision': () => 1,
  numeric: () => 1,
  boolean: () => true,
  text: (account) => `text-${account}`,
  jsonb: () => '{}',
  uuid: (account) => `00000000-0000-4000-8000-00000000000${account}`,
  bytea: (account) => Buffer.from([account]),
  date: () => '2026-11-22',
  'timestamp with time zone': () => new Date('2026-11-22T00:00:00Z'),
  xid8: (account) => `${account}`,
};

/** Inserts a row of an account, made from nothing but the catalogue. */
async function fill(db: { readonly owner: Pick<TestDatabase['owner'], 'query'> }, table: string, account: number): Promise<void> {
  const { rows } = await db.owner.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attnotnull and not atthasdef and attidentity = ''`,
    [table],
  );
  const columns = rows.map((row) => row.name);
  const values = rows.map(({ name, type }) => {
    if (name === 'account') return account;
    if (type.endsWith('[]')) return [];
    const value = VALUES[type];
    if (value === undefined) throw new Error(`${table}.${name} is ${type}: name a value for it`);
    return value(account);
  });
  await db.owner.query(`insert into ${table} (${columns.join(', ')}) values (${columns.map((_, at) => `$${at + 1}`).join(', ')})`, values);
}
