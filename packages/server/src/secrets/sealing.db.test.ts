import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyRing } from '../keys/key-ring.ts';
import { localKeys } from '../keys/local-keys.ts';
import { createRingSealer, createSealer } from './sealer.ts';
import { openSealingKeys, rotateSealingKeys } from './sealing-keys.ts';

let db: TestDatabase;
const masterKey = randomBytes(32);
// Another place for keys; what it is does not matter to what is wrapped.
const keys = keyRing({ LOCAL: localKeys(masterKey), TRANSIT: localKeys(randomBytes(32)) });
const LOCAL = { provider: 'LOCAL', name: '' } as const;
const TRANSIT = { provider: 'TRANSIT', name: 'assay' } as const;
const place = { account: 7, table: 'secret', id: 'sink/1' };
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(async () => db?.drop());

const wrapped = async () => (await db.worker.query('select provider, version, wrapped from data_key order by created_at')).rows;
const start = async (choice: typeof LOCAL | typeof TRANSIT) =>
  createRingSealer(masterKey, await openSealingKeys({ pool: db.worker, keys, choice }));

test('secrets live through the first data key, another provider and a rotation', async () => {
  const before = createSealer(masterKey).seal(place, 'sealed by the version before');
  const [one, two] = await Promise.all([start(LOCAL), start(LOCAL)]);
  expect(await wrapped()).toHaveLength(1);
  const sealed = one.seal(place, 'sealed now');
  expect(two.open(place, sealed)).toBe('sealed now');
  expect(two.open(place, before)).toBe('sealed by the version before');
  expect(() => two.open({ ...place, account: 8 }, sealed)).toThrow(/does not open/);

  expect(await rotateSealingKeys({ pool: db.worker, keys })).toBe(2);
  expect(await wrapped()).toMatchObject([{ provider: 'LOCAL', version: 2, wrapped: expect.stringMatching(/^v2\./) }]);
  const rotated = await start(LOCAL);
  const [{ wrapped: bytes }] = (await wrapped()) as [{ wrapped: string }];
  expect(bytes).toMatch(/^v2\./);

  const moved = await start(TRANSIT);
  expect(await wrapped()).toMatchObject([{ provider: 'TRANSIT', version: 1 }]);
  for (const sealer of [rotated, moved, await start(TRANSIT)]) {
    expect(sealer.open(place, sealed)).toBe('sealed now');
    expect(sealer.open(place, before)).toBe('sealed by the version before');
  }
  // A key that its provider no longer opens is said, and nothing is made in its place.
  const strange = keyRing({ LOCAL: localKeys(masterKey), TRANSIT: localKeys(randomBytes(32)) });
  await expect(openSealingKeys({ pool: db.worker, keys: strange, choice: TRANSIT })).rejects.toMatchObject({ code: 'key-refused' });
  await expect(openSealingKeys({ pool: db.worker, keys: keyRing({ LOCAL: localKeys(masterKey) }), choice: LOCAL })).rejects.toMatchObject({
    code: 'key-provider',
  });
  expect(await wrapped()).toHaveLength(1);
});

test('the api role cannot read data keys', async () => {
  await expect(db.api.query('select 1 from data_key')).rejects.toThrow(/permission denied/);
});
