import { memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { advisory, type Estate, estateOf, image } from '../findings/write/testdata/estate.ts';
import { countHour, foldUsage, readUsage } from './usage.ts';

let db: TestDatabase;
let estate: Estate;
beforeEach(async () => {
  db = await createTestDatabase();
  const revisions = memoryRevisions();
  estate = estateOf(db, revisions);
  await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0')]);
});
afterEach(() => db?.drop());

const totals = async (today: Date, accounts = [1, 2]) =>
  (await readUsage(db.worker, accounts, today)).map(({ account, amounts }) => [account, Object.fromEntries(amounts)]);

it('counts first and further looks that read something, for thirty days', async () => {
  for (const name of ['a', 'b', 'a', 'a']) await estate.scan(1, image(name, ['a@1.0.0']));
  await estate.scan(2, image('c', ['a@1.0.0']));
  // A look that could read nothing is no scan; the one after it is the first.
  await estate.scan(2, image('d', [], [{ code: 'unreadable-layer', message: 'x', fatal: true }]));
  await estate.scan(2, image('d', ['a@1.0.0']));
  const now = new Date(estate.now);
  expect(await totals(now)).toEqual([
    [1, { ECR_INITIAL_SCAN: 2, ECR_RESCAN: 2 }],
    [2, { ECR_INITIAL_SCAN: 2 }],
  ]);
  const later = (days: number) => totals(new Date(estate.now + days * 86_400_000), [2]);
  expect(await later(29)).toEqual([[2, { ECR_INITIAL_SCAN: 2 }]]);
  expect(await later(30)).toEqual([[2, {}]]);
});

it('folding changes no sum', async () => {
  await db.worker.query(
    `insert into usage (account, day, type, amount) select a, current_date - 2 - n % 3, 1 + n % 2, 1 from generate_series(1, 50) n, generate_series(1, 2) a`,
  );
  await db.worker.query('insert into usage (account, day, type, amount) values (1, current_date - 500, 1, 5)');
  const before = await totals(new Date());
  await Promise.all([foldUsage(db.worker), foldUsage(db.worker)]);
  expect(await totals(new Date())).toEqual(before);
  expect((await db.worker.query<{ n: number }>('select count(*) as n from usage')).rows[0]!.n).toBe(12);
});

it('an hour is counted once, whoever counts', async () => {
  await db.worker.query(
    `insert into resource (account, kind, arn, scan_status, scan_reason, gone_at) values
       (1, 1, 'a', 1, 1, null), (1, 1, 'b', 1, 1, null), (1, 1, 'stopped', 2, 10, null), (1, 4, 'f', 1, 1, null), (2, 1, 'gone', 1, 1, now())`,
  );
  const counted = await Promise.all([countHour(db.worker), countHour(db.worker), countHour(db.worker)]);
  expect(counted.sort()).toEqual([0, 0, 2]);
  expect(await totals(new Date())).toEqual([
    [1, { EC2_INSTANCE_HOURS: 2, LAMBDA_FUNCTION_HOURS: 1 }],
    [2, {}],
  ]);
});
