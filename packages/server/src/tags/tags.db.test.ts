import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withAccounts } from '../db/pool.ts';
import { addTags, dropTags, MOST_TAGS, readTags, removeTags, type Tags, tagProblem } from './tags.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const arn = 'arn:aws:inspector2:us-east-1:000000000001:owner/000000000001/filter/1';
const thing = { account: 1, arn };
const add = (tags: Tags, tagged = thing) => withAccounts(db.api, [tagged.account], (tx) => addTags(tx, tagged, tags));
const read = (account = 1) => withAccounts(db.api, [account], async (tx) => (await readTags(tx, [account], [arn])).get(arn));
const many = (n: number, prefix = 'k') => Object.fromEntries(Array.from({ length: n }, (_, i) => [`${prefix}${i}`, '']));

it('adds, replaces and removes', async () => {
  expect(await read()).toBeUndefined();
  expect(await add({ team: 'web', __proto: 'x', 'a b': '' })).toBe(true);
  expect(await add({ team: 'api' })).toBe(true);
  expect(await read()).toEqual({ team: 'api', __proto: 'x', 'a b': '' });
  await withAccounts(db.api, [1], (tx) => removeTags(tx, thing, ['a b', 'never there']));
  expect(await read()).toEqual({ team: 'api', __proto: 'x' });
});

it('belongs to its account, whatever ARN another names', async () => {
  await add({ theirs: 'yes' }, { account: 2, arn });
  expect(await read(2)).toEqual({ theirs: 'yes' });
  expect(await read(1)).not.toHaveProperty('theirs');
  await withAccounts(db.api, [2], (tx) => dropTags(tx, { account: 1, arn }));
  expect(await read(1)).toHaveProperty('team');
  await withAccounts(db.api, [1], (tx) => dropTags(tx, thing));
  expect(await read(1)).toBeUndefined();
  expect(await read(2)).toEqual({ theirs: 'yes' });
});

it('has a limit that two callers at once cannot pass together', async () => {
  const over = new Error('over');
  const kept = await Promise.allSettled(
    ['a', 'b'].map((prefix) =>
      withAccounts(db.api, [1], async (tx) => {
        if (!(await addTags(tx, thing, many(30, prefix)))) throw over;
      }),
    ),
  );
  expect(kept.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(Object.keys((await read()) ?? {})).toHaveLength(30);
  expect(await add(many(20, 'c'))).toBe(true);
});

it('says why tags cannot be', () => {
  expect(tagProblem(many(MOST_TAGS))).toBeUndefined();
  expect(tagProblem(many(MOST_TAGS + 1))).toMatch(/at most 50/);
  expect(tagProblem({ 'AWS:x': '' })).toMatch(/aws:/);
});
