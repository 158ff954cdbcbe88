import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withAccounts } from '../db/pool.ts';
import { createSealer } from '../secrets/sealer.ts';
import { createAccessKeys } from './access-keys.ts';
import { ensureAccount, readSettings } from './settings.ts';
import { switchScanTypes } from './switch.ts';
import { createTokens } from './tokens.ts';

let db: TestDatabase;
const NOW = Date.parse('2026-11-21T00:00:00Z');
const sealer = createSealer(Buffer.alloc(32, 1));
beforeAll(async () => {
  db = await createTestDatabase();
  for (const account of [1, 2]) await ensureAccount(db.api, account, `account ${account}`);
});
afterAll(() => db.drop());

const keysOf = () => createAccessKeys({ pool: db.api, sealer, now: () => NOW });

test('a key is found by its id alone, and its secret opens', async () => {
  const keys = keysOf();
  const made = await keys.create({ account: 2, name: 'ci', role: 'viewer' });
  expect(made.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
  expect(made.secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
  expect(await keys.find(made.accessKeyId)).toMatchObject({
    secret: made.secretAccessKey,
    identity: { account: '000000000002', arn: 'arn:aws:iam::000000000002:user/ci', role: 'viewer' },
  });
  expect(await keys.find("x' or true --")).toBeUndefined();
  await db.owner.query('update access_key set enabled = false where id = $1', [made.accessKeyId]);
  expect(await keys.find(made.accessKeyId)).toBeUndefined();
});

test('a key row copied to another account does not open there', async () => {
  const keys = keysOf();
  const made = await keys.create({ account: 2, name: 'ci', role: 'admin' });
  await db.owner.query('update access_key set account = 1 where id = $1', [made.accessKeyId]);
  await db.owner.query("update secret set account = 1 where id = 'access_key/' || $1", [made.accessKeyId]);
  await expect(keys.find(made.accessKeyId)).rejects.toMatchObject({ code: 'secret-unreadable' });
});

test('the api role lists no keys, tokens, secrets or settings of others', async () => {
  const tokens = createTokens({ pool: db.api, now: () => NOW });
  await keysOf().create({ account: 2, name: 'ops', role: 'admin' });
  await tokens.create('bearer', { account: 2, name: 'ops', role: 'admin' });
  for (const table of ['access_key', 'token', 'secret', 'account']) {
    expect((await db.api.query(`select * from ${table}`)).rows).toEqual([]);
    const seen = await withAccounts(db.api, [1], async (tx) => (await tx.query<{ account: number }>(`select account from ${table}`)).rows);
    expect(seen.filter((row) => row.account !== 1)).toEqual([]);
  }
  expect([...(await readSettings(db.api, [1])).keys()]).toEqual([1]);
});

test('tokens of one kind do not pass as another, and expired rows are swept', async () => {
  let now = NOW;
  const tokens = createTokens({ pool: db.api, now: () => now });
  const link = await tokens.create('sign-in', { account: 1, name: 'admin', role: 'admin' });
  expect(await tokens.find('session', link)).toBeUndefined();
  expect(await tokens.find('bearer', link)).toBeUndefined();
  expect(await tokens.take('session', link)).toBeUndefined();
  now += 3_600_000;
  await tokens.create('sign-in', { account: 1, name: 'admin', role: 'admin' });
  const { rows } = await db.owner.query('select 1 from token where account = 1 and kind = 2');
  expect(rows.length).toBe(1);
});

test('scan types switched at the same time do not undo each other', async () => {
  await switchScanTypes(db.api, { account: 1, types: ['EC2', 'ECR', 'LAMBDA', 'LAMBDA_CODE', 'CODE_REPOSITORY'], enabled: false });
  await Promise.all(
    (['EC2', 'ECR', 'LAMBDA'] as const).map((type) => switchScanTypes(db.api, { account: 1, types: [type], enabled: true })),
  );
  expect((await readSettings(db.api, [1])).get(1)?.scanTypes).toEqual({
    EC2: true,
    ECR: true,
    LAMBDA: true,
    LAMBDA_CODE: false,
    CODE_REPOSITORY: false,
  });
  expect(await switchScanTypes(db.api, { account: 99, types: ['EC2'], enabled: true })).toBeUndefined();
});
