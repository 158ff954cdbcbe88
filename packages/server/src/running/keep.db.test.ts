import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endSilent } from './end-silent.ts';
import { keepRunning } from './keep.ts';
import { clusterOf, digestOf, HOUR, RunningEstate, runs, START } from './testdata/running-estate.ts';

const east = clusterOf('east');
const APP = 'registry.example/team/app';
const image = runs(APP, `${APP}@${digestOf('m')}`, { running: 3, lastSeen: START });

describe('what nobody reports', () => {
  let db: TestDatabase;
  let estate: RunningEstate;
  beforeEach(async () => {
    db = await createTestDatabase();
    estate = new RunningEstate(db);
  });
  afterEach(() => db.drop());

  const hours = async () =>
    (await db.worker.query('select hour, running_most as most, stopped from running_hour order by hour')).rows.map((row) => [
      (row.hour.getTime() - START + HOUR / 2) / HOUR,
      row.most,
      row.stopped,
    ]);
  const turn = async () => {
    await db.worker.query(`delete from progress where consumer = 'running'`);
    return keepRunning(estate.deps);
  };

  it('what runs on ran in each hour in which its cluster was heard, and was seen until then', async () => {
    const app = await estate.image(1, APP, 'm');
    await estate.snapshot(1, east, [image]);
    for (const heard of [true, true, false]) {
      estate.now += HOUR;
      if (heard) await estate.tell(1, east, [{ part: 'health' }]);
      expect(await turn()).toBe(true);
      expect(await turn()).toBe(true);
    }
    expect(await hours()).toEqual([
      [0, 3, 0],
      [1, 3, 0],
      [2, 3, 0],
    ]);
    const { rows } = await db.worker.query('select last_in_use_at as at, in_use_count as count from resource where id = $1', [app]);
    expect(rows).toEqual([{ at: new Date(START + 2 * HOUR), count: 3 }]);
  });

  it('of several processes one has the turn', async () => {
    expect(await Promise.all([1, 2, 3].map(() => keepRunning(estate.deps)))).toEqual(expect.arrayContaining([true, false, false]));
    expect(await keepRunning(estate.deps)).toBe(false);
  });

  it('hours become days after two days, and days are forgotten after 400', async () => {
    await estate.snapshot(1, east, [image]);
    const { rows } = await db.worker.query('select id from running_image');
    const day = Date.parse('2026-11-18T00:00:00Z');
    const put = (at: number, most: number, stopped: number) =>
      db.worker.query('insert into running_hour (account, running, hour, running_most, stopped) values (1, $1, $2, $3, $4)', [
        rows[0].id,
        new Date(at),
        most,
        stopped,
      ]);
    await put(day, 1, 1);
    await put(day + 5 * HOUR, 7, 2);
    await put(day + 23 * HOUR, 2, 4);
    await put(day - 401 * 24 * HOUR, 1, 1);
    await turn();
    await turn();
    const offset = (day - START + HOUR / 2) / HOUR;
    expect(await hours()).toEqual([
      [offset, 7, 7],
      [0, 3, 0],
    ]);
    estate.now += 401 * 24 * HOUR;
    await estate.change(1, east, [{ ...image, running: 0 }]);
    await turn();
    expect(await hours()).toEqual([]);
    expect((await db.worker.query('select from running_image')).rowCount).toBe(0);
  });

  it('tries again what means nothing, once an hour', async () => {
    await estate.snapshot(1, east, [image]);
    const app = await estate.image(1, APP, 'm');
    await turn();
    expect(await estate.counts()).toEqual({ [app]: 0 });
    estate.now += HOUR;
    await turn();
    expect(await estate.counts()).toEqual({ [app]: 3 });
  });

  it('of a cluster that its source calls deleted nothing runs, until it is reported again', async () => {
    const app = await estate.image(1, APP, 'm');
    await estate.snapshot(
      1,
      east,
      Array.from({ length: 4 }, (_, n) => ({ ...image, workload: { kind: 'Deployment', name: `w${n}` } })),
    );
    expect(await estate.counts()).toEqual({ [app]: 12 });
    const health = { lag: 0, relists: 0, expired: 0, units: 0, problems: ['The cluster was deleted.'], gone: true as const };
    // An empty snapshot by itself is held: it looks like a permission that was taken away.
    await estate.snapshot(1, east, []);
    expect(await estate.counts()).toEqual({ [app]: 12 });
    const last = { cluster: east, epoch: 1, sequence: 7, observedAt: START, part: 'health' as const, health };
    for (const _twice of [1, 2]) expect(await estate.send(1, last)).toBe('taken');
    await estate.work();
    expect(await estate.counts()).toEqual({ [app]: 0 });
    expect((await db.worker.query('select gone_at, held from cluster')).rows).toEqual([{ gone_at: new Date(START), held: null }]);
    for (const [sequence, part] of (['snapshot-begin', 'snapshot-page', 'snapshot-end'] as const).entries())
      await estate.send(1, {
        cluster: east,
        epoch: 2,
        sequence: sequence + 1,
        observedAt: START,
        part,
        ...(part === 'snapshot-page' ? { images: [image] } : {}),
      });
    await estate.work();
    expect(await estate.counts()).toEqual({ [app]: 3 });
  });

  it('of an hour the greatest count of what ended holds: a collector that began anew knows less, or nothing', async () => {
    await estate.snapshot(1, east, [{ ...image, stopped: [{ hour: START, count: 9 }] }]);
    await estate.change(1, east, [{ ...image, running: 2, stopped: [{ hour: START, count: 4 }] }]);
    await estate.change(1, east, [{ ...image, running: 1, stopped: [] }]);
    await estate.snapshot(1, east, [{ ...image, stopped: [{ hour: START - HOUR, count: 1 }] }]);
    expect(await hours()).toEqual([
      [-1, 0, 1],
      [0, 3, 9],
    ]);
  });

  it('of Jobs that ended their image and its hours are kept, and not each name; what lasts, runs or ended just now stays', async () => {
    const app = await estate.image(1, APP, 'm');
    const other = runs(APP, `${APP}@${digestOf('other')}`);
    const job = (name: string, running = 0) => ({ ...image, running, workload: { kind: 'Job', name } });
    const ended = [{ hour: START, count: 2 }];
    await estate.snapshot(1, east, [
      { ...job('a'), stopped: ended },
      { ...job('b'), stopped: ended, reach: 'INTERNET', lastSeen: START + 1 },
      { ...job('c'), image: 'other', imageId: other.imageId },
      job('runs', 1),
      { ...image, running: 0, workload: { kind: 'CronJob', name: 'nightly' } },
    ]);
    const kept = async () => {
      const { rows } = await db.worker.query(
        `select workload, reach, array(select stopped from running_hour h where h.account = i.account and h.running = i.id and h.stopped > 0) as stopped,
           (select count(*)::int from running_resource x where x.observer = i.account and x.running = i.id) as links
         from running_image i order by workload collate "C", image desc`,
      );
      return rows.map(({ workload, stopped, reach, links }) => [workload, stopped, reach, links]);
    };
    const before = await kept();
    estate.now += 47 * HOUR;
    await turn();
    expect((await kept()).map(([workload]) => workload)).toEqual(['a', 'b', 'c', 'nightly', 'runs']);
    expect(before.find(([workload]) => workload === 'a')).toEqual(['a', [2], 0, 1]);
    for (const name of ['d', 'e']) {
      estate.now += 2 * HOUR;
      await turn();
      expect(await kept()).toEqual([
        ['*', [4], 1, 1],
        ['*', [], 0, 0],
        ['nightly', [], 0, 1],
        ['runs', [], 0, 1],
      ]);
      // Told once more with all that ended long ago, it is folded once more.
      await estate.change(1, east, [{ ...job(name), stopped: ended }]);
    }
    expect(await estate.counts()).toEqual({ [app]: 1 });
  });

  it('a cluster that was not heard for long counts as removed, unless none is heard or nobody wants that', async () => {
    const app = await estate.image(1, APP, 'm');
    await estate.snapshot(1, east, [image]);
    const west = clusterOf('west');
    await estate.snapshot(1, west, [{ ...image, running: 2 }]);
    const ended = async (days: number) => {
      const count = await endSilent(db.worker, days, new Date(estate.now));
      await estate.work();
      return [count, (await estate.counts())[app]];
    };
    estate.now += 91 * 24 * HOUR;
    expect(await ended(90)).toEqual([0, 5]);
    await estate.tell(1, west, [{ part: 'health' }]);
    expect(await ended(0)).toEqual([0, 5]);
    expect(await ended(92)).toEqual([0, 5]);
    expect(await ended(90)).toEqual([1, 2]);
    expect(await ended(90)).toEqual([0, 2]);
    expect(await estate.tell(1, east, [{ part: 'health' }])).toEqual(['resync']);
    await estate.snapshot(1, east, [image]);
    expect((await estate.counts())[app]).toBe(5);
  });
});
