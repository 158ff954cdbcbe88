import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { updateConfiguration } from '../accounts/configuration.ts';
import { ensureAccount } from '../accounts/settings.ts';
import { SWITCH_LANE, switchScanTypes } from '../accounts/switch.ts';
import { inTransaction, type Transaction } from '../db/pool.ts';
import { evaluate } from '../findings/write/evaluate.ts';
import { followSwitch } from '../findings/write/follow-switch.ts';
import { advisory } from '../findings/write/testdata/estate.ts';
import { claim } from '../jobs/queue.ts';
import { whenBack, whenDeleted } from './deleted.ts';
import { followFrequency } from './frequency.ts';
import { acceptHeld } from './limit.ts';
import { previewWindows } from './preview.ts';
import { DAY, type Watched, watchedEstate } from './testdata/watched.ts';

let it: Watched;
beforeEach(async () => {
  it = await watchedEstate();
});
afterEach(() => it.db.drop());

const [ON, STALE, LAPSED, ON_PUSH, MANUAL] = ['ACTIVE 1', 'ACTIVE 21', 'INACTIVE 22', 'INACTIVE 26', 'INACTIVE 25'];

test('an image lapses with its findings, an evaluation opens none on it, and a new use brings them back as the advisories now are', async () => {
  await it.cluster({ created: it.ago(100), heard: it.ago(0) });
  const old = await it.put('old', { pushed: it.ago(50), used: it.ago(15) });
  await it.put('pushed', { pushed: it.ago(14) });
  await it.put('used', { pushed: it.ago(50), used: it.ago(14) });
  await it.sweep();
  expect(await it.images()).toEqual([`old ${LAPSED} CLOSED`, `pushed ${ON} ACTIVE`, `used ${ON} ACTIVE`]);
  const { rows } = await it.db.worker.query(`select kind, actor from finding_event where resource = $1 order by seq`, [old]);
  expect(rows).toEqual([
    { kind: 1, actor: 'scan' },
    { kind: 2, actor: 'eligibility' },
  ]);

  await it.revisions.publish(it.db.worker, [advisory('CVE-2026-1', 'a', '3.0.0'), advisory('CVE-2026-2', 'a', '9.0.0')]);
  await evaluate({ pool: it.db.worker, revisions: it.revisions, naming: it.estate.naming, ctx: it.estate.ctx });
  expect((await it.estate.findings()).filter((line) => line.includes(' old '))).toEqual(['CLOSED CVE-2026-1 old a@1.0.0']);
  // Asked for by name it stays as it is, too.
  await it.seen(old);
  expect((await it.images())[0]).toBe(`old ${LAPSED} CLOSED`);

  await it.db.worker.query('update resource set last_in_use_at = $2, in_use_count = 1 where id = $1', [old, it.ago(0)]);
  await it.seen(old);
  expect((await it.estate.findings()).filter((line) => line.includes(' old '))).toEqual([
    'ACTIVE CVE-2026-1 old a@1.0.0',
    'ACTIVE CVE-2026-2 old a@1.0.0',
  ]);
  expect((await it.images())[0]).toBe(`old ${ON} ACTIVE`);
});

test('an image that is used while it is about to lapse goes on', async () => {
  await it.cluster({ created: it.ago(400), heard: it.ago(0) });
  const app = await it.put('app', { pushed: it.ago(15) });
  let swept: Promise<void> | undefined;
  await inTransaction(it.db.owner, async (tx) => {
    await tx.query('select from resource where id = $1 for update', [app]);
    swept = it.sweep();
    const waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    await vi.waitFor(async () => expect((await it.db.owner.query(waiting)).rowCount).toBe(1), { timeout: 30_000 });
    await tx.query('update resource set last_in_use_at = $2 where id = $1', [app, it.ago(0)]);
  });
  await swept;
  expect(await it.images()).toEqual([`app ${ON} ACTIVE`]);
});

test('a longer window keeps those that are monitored, and revives none', async () => {
  await it.cluster({ created: it.ago(400), heard: it.ago(0) });
  const lapsed = await it.put('lapsed', { pushed: it.ago(15) });
  await it.put('young', { pushed: it.ago(14) });
  await it.sweep();
  const change = { account: 1, administrator: undefined, ec2: undefined, inherit: [], now: new Date(it.estate.now) };
  await updateConfiguration(it.db.api, { ...change, ecr: { rescanDuration: 'DAYS_180' } });
  it.estate.now += 100 * DAY;
  await it.db.worker.query('update cluster set observed_at = $1', [it.ago(0)]);
  await it.sweep();
  await it.seen(lapsed);
  expect(await it.images()).toEqual([`lapsed ${LAPSED} CLOSED`, `young ${ON} ACTIVE`]);
  await it.db.worker.query('update resource set pushed_at = $2 where id = $1', [lapsed, it.ago(170)]);
  await it.seen(lapsed);
  expect(await it.images()).toEqual([`lapsed ${LAPSED} CLOSED`, `young ${ON} ACTIVE`]);
  await it.db.worker.query('update resource set pushed_at = $2 where id = $1', [lapsed, it.ago(1)]);
  await it.seen(lapsed);
  expect(await it.images()).toEqual([`lapsed ${ON} ACTIVE`, `young ${ON} ACTIVE`]);
});

test('without a cluster that tells where images run none lapses, except where pulls decide', async () => {
  await it.put('old', { pushed: it.ago(500), pulled: it.ago(90) });
  await it.sweep();
  expect(await it.images()).toEqual([`old ${ON} ACTIVE`]);
  const change = { account: 1, administrator: undefined, ec2: undefined, inherit: [], now: new Date(it.estate.now) };
  await updateConfiguration(it.db.api, { ...change, ecr: { pullDateRescanMode: 'LAST_PULL_DATE' } });
  await it.sweep();
  expect(await it.images()).toEqual([`old ${LAPSED} CLOSED`]);
});

test('silence ages nothing: what was there at the last word is held and says why, until somebody speaks again', async () => {
  const [heard, silent] = [
    await it.cluster({ created: it.ago(400), heard: it.ago(0) }),
    await it.cluster({ created: it.ago(400), heard: it.ago(30) }),
  ];
  const ran = await it.put('ran-there', { pushed: it.ago(300), used: it.ago(30) });
  const stopped = await it.put('stopped-there', { pushed: it.ago(300), used: it.ago(43) });
  const before = await it.put('stopped-before', { pushed: it.ago(300), used: it.ago(45) });
  const here = await it.put('runs-here', { pushed: it.ago(300), used: it.ago(30) });
  for (const [resource, cluster, running] of [
    [ran, silent, 2],
    [stopped, silent, 0],
    [before, silent, 0],
    [here, heard, 1],
  ] as const)
    await it.runs(resource, cluster, running);
  await it.sweep();
  expect(await it.images()).toEqual([
    `ran-there ${STALE} ACTIVE`,
    `runs-here ${ON} ACTIVE`,
    `stopped-before ${LAPSED} CLOSED`,
    `stopped-there ${STALE} ACTIVE`,
  ]);
  await it.db.worker.query('update cluster set observed_at = $1', [it.ago(0)]);
  await it.seen(ran);
  expect((await it.images())[0]).toBe(`ran-there ${ON} ACTIVE`);
  // One image may lapse in a day of so few.
  it.estate.now += DAY;
  await it.db.worker.query('update cluster set observed_at = $1', [it.ago(0)]);
  await it.sweep();
  expect((await it.images())[3]).toBe(`stopped-there ${LAPSED} CLOSED`);
});

test('when every cluster has gone silent, all of the account is held, also what nobody has seen run', async () => {
  await it.cluster({ created: it.ago(400), heard: it.ago(20) });
  await it.put('young-then', { pushed: it.ago(34) });
  await it.put('old-then', { pushed: it.ago(35) });
  await it.sweep();
  expect(await it.images()).toEqual([`old-then ${LAPSED} CLOSED`, `young-then ${STALE} ACTIVE`]);
});

test('what ran before anybody watched is unknown for a whole window', async () => {
  await it.cluster({ created: it.ago(14), heard: it.ago(0) });
  await it.put('old', { pushed: it.ago(500) });
  await it.sweep();
  expect(await it.images()).toEqual([`old ${ON} ACTIVE`]);
  it.estate.now += 1;
  await it.sweep();
  expect(await it.images()).toEqual([`old ${LAPSED} CLOSED`]);
});

test('a fifth of an account lapses in a day, more waits for an operator, and another account is not asked', async () => {
  await it.cluster({ created: it.ago(400), heard: it.ago(0) });
  for (let n = 0; n < 30; n++) await it.put(`image-${n}`, { pushed: it.ago(n < 7 ? 15 : 1) });
  await it.sweep();
  const lapsed = async () => (await it.images()).filter((line) => line.includes(LAPSED!)).length;
  expect(await lapsed()).toBe(0);
  await it.sweep();
  const events = async () => (await it.db.worker.query('select body from service_event where kind = 8 order by seq')).rows;
  expect(await events()).toEqual([{ body: { state: 'HELD', images: 30, due: 7 } }]);
  expect(await acceptHeld(it.db.worker, 2, 'somebody')).toBe(0);
  expect(await acceptHeld(it.db.worker, 1, 'operator')).toBe(7);
  await it.sweep();
  expect(await lapsed()).toBe(7);
  // What was agreed to is used up, and the day's share with it.
  await it.db.worker.query(`update resource set pushed_at = $1 where repository in ('image-8', 'image-9')`, [it.ago(15)]);
  await it.sweep();
  expect(await lapsed()).toBe(7);
  it.estate.now += DAY;
  await it.db.worker.query('update cluster set observed_at = $1', [it.ago(0)]);
  await it.sweep();
  expect(await lapsed()).toBe(9);
});

test('an account of few images is not asked about five of them in a day', async () => {
  await it.cluster({ created: it.ago(400), heard: it.ago(0) });
  const lapsed = async () => (await it.images()).filter((line) => line.includes(LAPSED!)).length;
  for (let n = 0; n < 6; n++) await it.put(`image-${n}`, { pushed: it.ago(15) });
  await it.sweep();
  expect(await lapsed()).toBe(0);
  await it.db.worker.query(`update resource set pushed_at = $1 where repository = 'image-0'`, [it.ago(1)]);
  await it.sweep();
  expect(await lapsed()).toBe(5);
  await it.db.worker.query(`update resource set pushed_at = $1 where repository = 'image-0'`, [it.ago(15)]);
  await it.sweep();
  expect(await lapsed()).toBe(5);
});

test('a clock that jumps 400 days ahead lets nothing lapse', async () => {
  await it.cluster({ created: it.ago(400), heard: it.ago(0) });
  for (let n = 0; n < 10; n++) await it.put(`image-${n}`, { pushed: it.ago(1), used: it.ago(1) });
  it.estate.now += 400 * DAY;
  await it.sweep();
  expect((await it.images()).filter((line) => !line.includes(STALE!))).toEqual([]);
  const change = { account: 1, administrator: undefined, ec2: undefined, inherit: [], now: new Date(it.estate.now) };
  await updateConfiguration(it.db.api, { ...change, ecr: { pullDateRescanMode: 'LAST_PULL_DATE' } });
  await it.sweep();
  expect((await it.images()).filter((line) => line.includes(LAPSED!))).toEqual([]);
});

test('what is looked at on push or by hand keeps the findings of that look; new advisories and windows pass it by', async () => {
  await it.cluster({ created: it.ago(400), heard: it.ago(0) });
  await it.put('manual', { frequency: 'MANUAL', pushed: it.ago(90) });
  await it.put('on-push', { frequency: 'SCAN_ON_PUSH', pushed: it.ago(90) });
  await it.revisions.publish(it.db.worker, [advisory('CVE-2026-2', 'a', '9.0.0')]);
  await evaluate({ pool: it.db.worker, revisions: it.revisions, naming: it.estate.naming, ctx: it.estate.ctx });
  await it.sweep();
  expect(await it.images()).toEqual([`manual ${MANUAL} ACTIVE`, `on-push ${ON_PUSH} ACTIVE`]);
  expect(await it.estate.findings()).toEqual(['ACTIVE CVE-2026-1 manual a@1.0.0', 'ACTIVE CVE-2026-1 on-push a@1.0.0']);
});

test('a look revives nothing that lapsed, unless it was pushed again', async () => {
  await it.cluster({ created: it.ago(400), heard: it.ago(0) });
  const id = await it.put('app', { pushed: it.ago(50) });
  await it.sweep();
  await it.put('app', { pushed: it.ago(50) });
  expect(await it.images()).toEqual([`app ${LAPSED} CLOSED`]);
  await it.db.worker.query('update resource set pushed_at = $2 where id = $1', [id, it.ago(0)]);
  await it.put('app', { pushed: it.ago(0) });
  expect(await it.images()).toEqual([`app ${ON} ACTIVE`]);
});

const apply = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => inTransaction(it.db.worker, work);

test('an image that its registry deletes keeps its findings while it runs, and ends a window after the last pod', async () => {
  const cluster = await it.cluster({ created: it.ago(400), heard: it.ago(0) });
  const runs = await it.put('runs', { pushed: it.ago(3), used: it.ago(0) });
  const idle = await it.put('idle', { pushed: it.ago(3) });
  await it.runs(runs, cluster, 2);
  const at = (later = 0) => ({ naming: it.estate.naming, now: new Date(it.estate.now + later) });
  await apply((tx) => whenDeleted(tx, { account: 1, resources: [runs, idle] }, at()));
  // Told again, it is deleted since then all the same.
  await apply((tx) => whenDeleted(tx, { account: 1, resources: [runs, idle] }, at(60_000)));
  expect(await it.images()).toEqual(['idle INACTIVE 12 CLOSED', `runs ${ON} ACTIVE`]);
  const { rows } = await it.db.worker.query('select repository, deleted_at, gone_at from resource order by 1');
  expect(rows).toEqual([
    { repository: 'idle', deleted_at: it.ago(0), gone_at: it.ago(0) },
    { repository: 'runs', deleted_at: it.ago(0), gone_at: null },
  ]);
  await it.runs(runs, cluster, 0);
  for (const [days, expected] of [
    [14, `runs ${ON} ACTIVE`],
    [1, 'runs INACTIVE 12 CLOSED'],
  ] as const) {
    it.estate.now += days * DAY;
    await it.db.worker.query('update cluster set observed_at = $1', [it.ago(0)]);
    await it.sweep();
    expect((await it.images())[1]).toBe(expected);
  }
  await apply((tx) => whenBack(tx, { account: 1, resources: [runs] }));
  await it.seen(runs);
  expect((await it.images())[1]).toBe(`runs ${ON} ACTIVE`);
});

test('a deleted image is held while its cluster is silent', async () => {
  const cluster = await it.cluster({ created: it.ago(400), heard: it.ago(13) });
  const image = await it.put('app', { frequency: 'MANUAL', used: it.ago(13) });
  await it.runs(image, cluster, 1);
  await apply((tx) => whenDeleted(tx, { account: 1, resources: [image] }, { naming: it.estate.naming, now: it.ago(0) }));
  it.estate.now += 90 * DAY;
  await it.sweep();
  expect(await it.images()).toEqual([`app ${MANUAL} ACTIVE`]);
});

test('a deleted image that runs goes on, however often its repository is looked at', async () => {
  const cluster = await it.cluster({ created: it.ago(400), heard: it.ago(0) });
  const app = await it.put('app', { used: it.ago(0) });
  await it.runs(app, cluster, 1);
  await apply((tx) => whenDeleted(tx, { account: 1, resources: [app] }, { naming: it.estate.naming, now: it.ago(0) }));
  await apply((tx) => followFrequency(tx, { account: 1, resources: [app], frequency: 'MANUAL' }));
  expect(await it.images()).toEqual([`app ${ON} ACTIVE`]);
});

test('a repository that is no longer continuous keeps its findings as they are, and brings them up to date when it is again', async () => {
  const app = await it.put('app', { pushed: it.ago(1) });
  const old = await it.put('old', { pushed: it.ago(400) });
  const turn = (frequency: 'CONTINUOUS_SCAN' | 'SCAN_ON_PUSH' | 'MANUAL') =>
    apply((tx) => followFrequency(tx, { account: 1, resources: [app, old], frequency }));
  await turn('SCAN_ON_PUSH');
  expect(await it.images()).toEqual([`app ${ON_PUSH} ACTIVE`, `old ${ON_PUSH} ACTIVE`]);
  await turn('MANUAL');
  expect(await it.images()).toEqual([`app ${MANUAL} ACTIVE`, `old ${MANUAL} ACTIVE`]);
  await it.revisions.publish(it.db.worker, [advisory('CVE-2026-2', 'b', '9.0.0')]);
  await evaluate({ pool: it.db.worker, revisions: it.revisions, naming: it.estate.naming, ctx: it.estate.ctx });
  expect(await it.images()).toEqual([`app ${MANUAL} ACTIVE`, `old ${MANUAL} ACTIVE`]);
  await turn('CONTINUOUS_SCAN');
  expect(await it.images()).toEqual(['app ACTIVE 4 ACTIVE', 'old ACTIVE 4 ACTIVE']);
  await it.seen();
  expect(await it.images()).toEqual([`app ${ON} CLOSED`, `old ${ON} CLOSED`]);
});

test('switching scans off and on leaves a lapsed image lapsed', async () => {
  await it.cluster({ created: it.ago(400), heard: it.ago(0) });
  await it.put('lapsed', { pushed: it.ago(15) });
  await it.put('young', { pushed: it.ago(1) });
  await it.sweep();
  for (const enabled of [false, true]) {
    await switchScanTypes(it.db.api, { account: 1, types: ['ECR'], enabled });
    await followSwitch(it.estate, (await claim(it.db.worker, SWITCH_LANE, { worker: 'w', leaseMs: 10_000 }))!);
    expect(await it.images()).toEqual(
      enabled ? [`lapsed ${LAPSED} CLOSED`, `young ${ON} ACTIVE`] : ['lapsed INACTIVE 13 CLOSED', 'young INACTIVE 13 CLOSED'],
    );
  }
});

test('a member follows the windows of its administrator, and clusters of other members are witnesses', async () => {
  for (const account of [2, 3]) await ensureAccount(it.db.api, account, 'team');
  for (const account of [1, 3]) {
    await it.db.worker.query('insert into member (account, administrator, status, updated_at) values ($1, 2, 1, now())', [account]);
  }
  const change = { administrator: undefined, ec2: undefined, inherit: [], now: new Date(it.estate.now) };
  await updateConfiguration(it.db.api, { ...change, account: 2, ecr: { rescanDuration: 'DAYS_30', pullDateRescanDuration: 'DAYS_3' } });
  const cluster = await it.cluster({ account: 3, created: it.ago(400), heard: it.ago(0) });
  await it.put('lapsed', { pushed: it.ago(31), used: it.ago(4) });
  await it.put('pushed', { pushed: it.ago(30) });
  await it.runs(await it.put('runs', { pushed: it.ago(400) }), cluster, 1);
  await it.sweep();
  expect(await it.images()).toEqual([`lapsed ${LAPSED} CLOSED`, `pushed ${ON} ACTIVE`, `runs ${ON} ACTIVE`]);
});

test('clusters of strangers are no witnesses', async () => {
  await it.cluster({ account: 9, created: it.ago(400), heard: it.ago(0) });
  await it.put('old', { pushed: it.ago(400) });
  await it.sweep();
  expect(await it.images()).toEqual([`old ${ON} ACTIVE`]);
});

test('what other windows would end is told beforehand: as many as then lapse or wait', async () => {
  await it.cluster({ created: it.ago(400), heard: it.ago(0) });
  for (const days of [1, 4, 5, 6, 8, 9, 12]) await it.put(`d${days}`, { pushed: it.ago(days) });
  const now = new Date(it.estate.now);
  const told = (rescanDuration: 'DAYS_3' | 'DAYS_7') =>
    previewWindows(it.db.worker, 1, { rescanDuration, pullDateRescanDuration: 'DAYS_3' }, now);
  expect(await told('DAYS_7')).toMatchObject({ accounts: 1, monitored: 7, lapsing: 3, held: 0, findings: 3 });
  expect(await told('DAYS_3')).toMatchObject({ lapsing: 6, held: 6, findings: 6 });
  const change = { account: 1, administrator: undefined, ec2: undefined, inherit: [], now };
  await updateConfiguration(it.db.api, { ...change, ecr: { rescanDuration: 'DAYS_7', pullDateRescanDuration: 'DAYS_3' } });
  await it.sweep();
  expect((await it.images()).filter((line) => line.includes(LAPSED!))).toHaveLength(3);
  // What lapsed counts for the day: the next three are too many with these.
  expect(await told('DAYS_3')).toMatchObject({ monitored: 4, lapsing: 3, held: 3 });
});
