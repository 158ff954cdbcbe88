import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureAccount } from '../accounts/settings.ts';
import { inTransaction } from '../db/pool.ts';
import { type TakenListing, takeListing } from './take-listing.ts';

const at = { account: 1, registry: 'registry.example', repository: 'team/app' };
const NOON = Date.parse('2026-11-22T12:00:00Z');
const [old, fresh] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await ensureAccount(db.api, 1, 'team');
});
afterAll(() => db?.drop());

/** One image, tagged `v1`, listed by a crawl that began so many minutes after noon. */
function take(digest: string, minutes: number): Promise<TakenListing> {
  const startedAt = new Date(NOON + minutes * 60_000);
  const images = [{ digest, pushedAt: null, pulledAt: null, tagged: true, archived: false }];
  const listing = { repository: at.repository, images, tags: new Map([['v1', digest]]), unclear: [] };
  return inTransaction(db.worker, (tx) => takeListing(tx, at, { listing, startedAt, since: startedAt }));
}

test('a list that is older than what was learnt meanwhile ends nothing of it', async () => {
  await take(old, 0);
  expect((await take(fresh, 10)).unlisted.map((one) => one.digest)).toEqual([old]);
  expect((await take(old, 5)).unlisted).toEqual([]);
  const { rows } = await db.worker.query('select tag, digest, until is null as holds from repo_tag order by since');
  expect(rows).toEqual([
    { tag: 'v1', digest: old, holds: false },
    { tag: 'v1', digest: fresh, holds: true },
  ]);
});

test('an image that comes back after it was deleted is wanted again, one that stayed is not', async () => {
  await db.worker.query('update repo_manifest set ingested_at = now(), deleted_at = case digest when $1 then now() end', [fresh]);
  expect((await take(fresh, 20)).wanted).toEqual([fresh]);
  expect((await take(old, 30)).wanted).toEqual([]);
});
