import { memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { evaluate } from '../findings/write/evaluate.ts';
import { advisory, estateOf, image } from '../findings/write/testdata/estate.ts';
import { epssTrendOf, keepEpssDays } from './epss-days.ts';

const ID = 'CVE-2026-0001';
let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

const keep = (epss: number, epssDay: string) => keepEpssDays(db.worker, [{ name: ID, epss, epssDay }]);
const trend = (current: number, day: string) => epssTrendOf(db.api, ID, { current, now: Date.parse(`${day}T12:00:00Z`) });

it('follows the scores that revisions bring, of known issues only, and rewrites no finding', async () => {
  const revisions = memoryRevisions();
  const estate = estateOf(db, revisions);
  const advisories = [advisory(ID, 'a', '2.0.0')];
  const publish = async (score: number, date: string) => {
    await revisions.publish(db.worker, advisories, [
      { id: ID, epss: { score, date } },
      { id: 'CVE-2026-0002', epss: { score, date } },
    ]);
    await evaluate({ pool: db.worker, revisions, ctx: estate.ctx, naming: estate.naming });
  };
  await publish(0.1, '2026-03-01');
  await estate.scan(1, image('app', ['a@1.0.0']));
  const before = (await db.worker.query('select xmin, * from finding')).rows;
  await publish(0.1004, '2026-03-10');
  await publish(0.4, '2026-03-25');
  expect((await db.worker.query('select xmin, * from finding')).rows).toEqual(before);
  expect(await trend(0.4, '2026-04-01')).toEqual({
    change7: 0,
    change30: 0.3,
    days: [
      { day: '2026-03-01', epss: 0.1 },
      { day: '2026-03-25', epss: 0.4 },
    ],
  });
  expect((await db.worker.query('select count(*)::int as n from epss_day')).rows).toEqual([{ n: 2 }]);
});

it('says nothing of a time that nobody remembers', async () => {
  await db.owner.query("insert into issue (kind, name, source, doc, revision) values (2, $1, 'test', '{}', 1)", [ID]);
  await keep(0.2, '2026-03-30');
  expect(await trend(0.2, '2026-04-01')).toEqual({ days: [{ day: '2026-03-30', epss: 0.2 }] });
  expect(await epssTrendOf(db.api, 'CVE-2026-9999', { current: 1, now: 0 })).toEqual({ days: [] });
});

it('keeps about a month, and the last score before it', async () => {
  await db.owner.query("insert into issue (kind, name, source, doc, revision) values (2, $1, 'test', '{}', 1)", [ID]);
  for (let day = 0; day < 90; day++) await keep(day / 100, new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10));
  const { days, change30 } = await trend(0.89, '2026-03-31');
  expect(days).toHaveLength(32);
  expect(change30).toBe(0.3);
  // The same day again, with another score, is that day's score; a repetition changes nothing.
  await keep(0.5, '2026-03-31');
  await keep(0.5, '2026-03-31');
  expect((await trend(0.5, '2026-03-31')).days.at(-1)).toEqual({ day: '2026-03-31', epss: 0.5 });
});
