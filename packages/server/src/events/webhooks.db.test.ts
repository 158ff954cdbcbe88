import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withAccounts } from '../db/pool.ts';
import { createSealer } from '../secrets/sealer.ts';
import { createWebhook, deleteWebhook, listWebhooks, sealSinkSecret, sinkSecretPlace } from './webhooks.ts';

let db: TestDatabase;
const sealer = createSealer(randomBytes(32));
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(async () => db?.drop());

test('a webhook is made, listed and removed by the api role, its secret sealed and gone with it', async () => {
  const make = (account: number, name: string) =>
    withAccounts(db.api, [account], async (tx) => {
      const id = await createWebhook(tx, { account, name, url: 'https://hooks.example/x' });
      if (id !== undefined) await sealSinkSecret(tx, sealer, { account, id, text: 'a secret of sixteen' });
      return id;
    });
  const first = (await make(1, 'one')) ?? 0;
  const second = (await make(1, 'two')) ?? 0;
  expect(await make(1, 'one')).toBeUndefined();
  expect(await make(2, 'one')).toBeDefined();

  const names = (after: number) =>
    withAccounts(db.api, [1], async (tx) => (await listWebhooks(tx, 1, { after, limit: 10 })).map((w) => w.name));
  expect(await names(0)).toEqual(['one', 'two']);
  expect(await names(first)).toEqual(['two']);

  const stored = await db.worker.query<{ sealed: Buffer }>('select sealed from secret where account = 1 and id = $1', [
    sinkSecretPlace(1, second).id,
  ]);
  expect(stored.rows[0]?.sealed.includes('secret of')).toBe(false);
  expect(sealer.open(sinkSecretPlace(1, second), stored.rows[0]?.sealed ?? Buffer.alloc(0))).toBe('a secret of sixteen');

  expect(await withAccounts(db.api, [2], (tx) => deleteWebhook(tx, 2, first))).toBe(false);
  expect(await withAccounts(db.api, [1], (tx) => deleteWebhook(tx, 1, first))).toBe(true);
  expect(await names(0)).toEqual(['two']);
  const left = await db.worker.query('select 1 from secret where account = 1 and id = $1', [sinkSecretPlace(1, first).id]);
  expect(left.rowCount).toBe(0);
});
