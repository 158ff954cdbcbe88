import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { matcherNumber } from './advisory-files.ts';
import { publishRevision, readCurrent } from './revisions.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const DAY = 86_400_000;
const built = (name: string, at: number) => ({
  ...{ digest: Buffer.from(name.padEnd(32)).toString('hex'), enrichment: '00'.repeat(32) },
  ...{ place: name, matcher: 1, builtAt: new Date(at), counts: {} },
});
const place = async (): Promise<string | undefined> => (await readCurrent(db.worker))?.place;

test('an older database replaces a newer one only when that is meant, and never stays locked out by a wrong clock', async () => {
  const now = 1_800_000_000_000;
  await publishRevision(db.worker, built('a', now), { now });
  expect(await publishRevision(db.worker, built('b', now - DAY), { now })).toMatchObject({ changed: false, older: true });
  expect(await place()).toBe('a');
  expect(await publishRevision(db.worker, built('b', now - DAY), { now, rollback: true })).toMatchObject({ changed: true });
  expect(await place()).toBe('b');
  await publishRevision(db.worker, built('c', now + 400 * DAY), { now });
  expect(await publishRevision(db.worker, built('d', now), { now })).toMatchObject({ changed: true });
  expect(await place()).toBe('d');
});

test('the number of the matching rules differs when any version does, also when their sum does not', () => {
  expect(matcherNumber({ deb: 1, rpm: 2 })).not.toBe(matcherNumber({ deb: 2, rpm: 1 }));
  expect(matcherNumber({ deb: 1, rpm: 2 })).toBe(matcherNumber({ rpm: 2, deb: 1 }));
});
