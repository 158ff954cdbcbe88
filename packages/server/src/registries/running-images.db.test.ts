import { afterEach, beforeEach, expect, it } from 'vitest';
import { ELIGIBILITY_LANE } from '../eligibility/revive.ts';
import { queueSweeps, SWEEP, sweepImages } from '../eligibility/sweep.ts';
import { claim } from '../jobs/queue.ts';
import { clusterOf, RunningEstate, runs } from '../running/testdata/running-estate.ts';
import { HOUR, image, WatchedRegistry } from './testdata/watched-registry.ts';

const DAY = 24 * HOUR;
const east = clusterOf('east');
const old = image('1.0.0');
const present = image('2.0.0');

let watched: WatchedRegistry;
let running: RunningEstate;
beforeEach(async () => {
  watched = await WatchedRegistry.open();
  running = new RunningEstate(watched.db);
});
afterEach(() => watched.close());

/** So many pods of the old image, known by its digest alone. */
async function runsNow(pods: number): Promise<void> {
  running.now = watched.estate.now;
  const name = `${watched.shelf.host}/team/app`;
  const seen = { running: pods, lastSeen: running.now };
  await running.snapshot(1, east, [runs(`${name}:v1`, `${name}@${old.manifest.digest}`, seen)]);
}
async function sweep(): Promise<void> {
  const { db, estate } = watched;
  await queueSweeps(db.worker);
  const job = await claim(db.worker, ELIGIBILITY_LANE, { worker: 'w', leaseMs: 60_000 });
  expect(job?.kind).toBe(SWEEP);
  await sweepImages(job!, { pool: db.worker, naming: estate.naming, now: () => estate.now }, new AbortController().signal);
}
const oldImage = (): Promise<string[]> =>
  watched.lines(
    `select concat_ws(' ', in_use_count, scan_reason, case when deleted_at is not null then 'deleted' end, case when gone_at is not null then 'gone' end)
       as line from resource where kind = 2 and digest = '${old.manifest.digest}'`,
  );

it('looks at what runs and was never looked at, since its registry can be asked, and counts its pods', async () => {
  const { shelf } = watched;
  shelf.push('team/app:v1', old.manifest, [old]);
  shelf.push('team/app:v1', present.manifest, [present]);
  await watched.work();
  expect(await watched.estate.findings()).toEqual([]);
  await runsNow(3);
  await watched.work();
  await running.work();
  expect(await oldImage()).toEqual(['3 1']);
  expect(await watched.estate.findings()).toEqual(['ACTIVE CVE-2026-1 team/app a@1.0.0']);
});

it('keeps what its registry deletes and that runs, says so, and closes it a window after the last pod', async () => {
  const { shelf, estate } = watched;
  shelf.push('team/app:v1', old.manifest, [old]);
  shelf.push('team/app:v2', present.manifest, [present]);
  await watched.work();
  await runsNow(2);
  shelf.remove('team/app', old.manifest.digest);
  await watched.crawlAgain(1, { agreed: true });
  expect(await oldImage()).toEqual(['2 1 deleted']);
  expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 team/app a@1.0.0']);
  estate.now += 20 * DAY;
  await runsNow(2);
  await sweep();
  expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 team/app a@1.0.0']);
  await runsNow(0);
  await sweep();
  expect(await oldImage()).toEqual(['0 1 deleted']);
  // The default window is 14 days of use.
  estate.now += 15 * DAY;
  running.now = estate.now;
  await running.snapshot(1, east, []);
  await sweep();
  expect(await oldImage()).toEqual(['0 12 deleted gone']);
  expect(await estate.findings()).toEqual(['CLOSED CVE-2026-1 team/app a@1.0.0']);
});
