import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { CONFIDENCE } from './ladder.ts';
import { resolveAgain } from './resolve-again.ts';
import { clusterOf, digestOf, HOUR, RunningEstate, runs, START } from './testdata/running-estate.ts';

const east = clusterOf('east');
const APP = 'registry.example/team/app';

describe('what runs', () => {
  let db: TestDatabase;
  let estate: RunningEstate;
  beforeEach(async () => {
    db = await createTestDatabase();
    estate = new RunningEstate(db);
  });
  afterEach(() => db.drop());

  it('counts pods of an image, whatever form of its digest the runtime tells', async () => {
    const app = await estate.image(1, APP, 'm1');
    await estate.manifest('m1', 'c1');
    await estate.index('i1', { 'linux/amd64': 'm1', 'linux/arm64': 'm2' });
    await estate.snapshot(1, east, [
      runs(`${APP}:1`, `${APP}@${digestOf('m1')}`, { workload: 'manifest', running: 3 }),
      runs(`${APP}:1`, `docker-pullable://${APP}@${digestOf('i1')}`, { workload: 'index', running: 2 }),
      runs(`${APP}:1`, digestOf('c1'), { workload: 'config' }),
      runs(`${APP}:1@${digestOf('m1')}`, '', { workload: 'pinned' }),
      runs('other', digestOf('nobody knows'), { workload: 'unknown', running: 5 }),
    ]);
    expect(await estate.counts()).toEqual({ [app]: 7 });
    expect(await estate.running()).toEqual([
      { workload: 'config', running: 1, confidence: CONFIDENCE.EXACT },
      { workload: 'index', running: 2, confidence: CONFIDENCE.EXACT },
      { workload: 'manifest', running: 3, confidence: CONFIDENCE.EXACT },
      { workload: 'pinned', running: 1, confidence: CONFIDENCE.EXACT },
      { workload: 'unknown', running: 5, confidence: CONFIDENCE.UNRESOLVED },
    ]);
  });

  it('lands pods of two architectures that tell the same index on two images', async () => {
    const amd = await estate.image(1, APP, 'amd');
    const arm = await estate.image(1, APP, 'arm');
    await estate.index('i', { 'linux/amd64': 'amd', 'linux/arm64': 'arm' });
    const id = `${APP}@${digestOf('i')}`;
    await estate.snapshot(1, east, [runs(`${APP}:1`, id, { running: 4 }), runs(`${APP}:1`, id, { running: 2, platform: 'linux/arm64' })]);
    expect(await estate.counts()).toEqual({ [amd]: 4, [arm]: 2 });
  });

  it('lets a moved tag alone: the old image is in use until the rollout, never both', async () => {
    const before = await estate.image(1, APP, 'old');
    const after = await estate.image(1, APP, 'new');
    const old = runs(`${APP}:1`, `${APP}@${digestOf('old')}`, { running: 2 });
    const fresh = runs(`${APP}:1`, `${APP}@${digestOf('new')}`, { running: 2 });
    await estate.snapshot(1, east, [old]);
    expect(await estate.counts()).toEqual({ [before]: 2, [after]: 0 });
    await estate.change(1, east, [
      { ...old, running: 1 },
      { ...fresh, running: 1 },
    ]);
    expect(await estate.counts()).toEqual({ [before]: 1, [after]: 1 });
    await estate.change(1, east, [{ ...old, running: 0, lastSeen: START + 60_000, stopped: [{ hour: START, count: 2 }] }, fresh]);
    expect(await estate.counts()).toEqual({ [before]: 0, [after]: 2 });
    const { rows } = await db.worker.query('select last_in_use_at from resource where id = $1', [before]);
    expect(rows).toEqual([{ last_in_use_at: new Date(START + 60_000) }]);
  });

  it('hears a report twice, an old one and one too early, and counts once', async () => {
    const app = await estate.image(1, APP, 'm');
    const image = runs(`${APP}:1`, `${APP}@${digestOf('m')}`, { running: 2, stopped: [{ hour: START, count: 3 }] });
    const at = { cluster: east, epoch: 5, observedAt: START };
    const change = (sequence: number, running: number) => ({ ...at, sequence, part: 'change' as const, images: [{ ...image, running }] });
    expect(await estate.send(1, change(1, 2))).toBe('resync');
    for (const part of ['snapshot-begin', 'snapshot-page', 'snapshot-end'] as const) {
      const sequence = ['snapshot-begin', 'snapshot-page', 'snapshot-end'].indexOf(part) + 1;
      for (const _twice of [1, 2])
        expect(await estate.send(1, { ...at, sequence, part, ...(part === 'snapshot-page' ? { images: [image] } : {}) })).toBe('taken');
    }
    expect(await estate.send(1, change(5, 9))).toBe('resync');
    expect(await estate.send(1, change(4, 1))).toBe('taken');
    expect(await estate.send(1, change(4, 7))).toBe('taken');
    expect(await estate.send(1, { ...change(9, 8), epoch: 4 })).toBe('resync');
    await estate.work();
    expect(await estate.counts()).toEqual({ [app]: 1 });
    const { rows } = await db.worker.query('select hour, running_most, stopped from running_hour');
    expect(rows).toEqual([{ hour: new Date(START - HOUR / 2), running_most: 2, stopped: 3 }]);
    expect((await db.worker.query('select from running_report')).rowCount).toBe(0);
  });

  it('applies a snapshot at its end and not before, with the changes that came meanwhile', async () => {
    const app = await estate.image(1, APP, 'm');
    const id = `${APP}@${digestOf('m')}`;
    await estate.snapshot(1, east, [runs(APP, id, { workload: 'a' }), runs(APP, id, { workload: 'b', running: 4 })]);
    await estate.tell(1, east, [
      { part: 'snapshot-begin' },
      { part: 'snapshot-page', images: [runs(APP, id, { workload: 'a', running: 2 })] },
    ]);
    await estate.tell(1, east, [{ part: 'change', images: [runs(APP, id, { workload: 'c', running: 10 })] }]);
    await estate.work();
    expect(await estate.counts()).toEqual({ [app]: 15 });
    await estate.tell(1, east, [{ part: 'snapshot-end' }]);
    await estate.work();
    expect(await estate.counts()).toEqual({ [app]: 12 });
    // One that was never ended is forgotten when the next begins.
    await estate.tell(1, east, [{ part: 'snapshot-begin' }, { part: 'snapshot-page', images: [] }]);
    await estate.snapshot(1, east, [runs(APP, id, { workload: 'c', running: 10 })]);
    expect(await estate.counts()).toEqual({ [app]: 10 });
  });

  it('leaves alone what lies outside the scope', async () => {
    const app = await estate.image(1, APP, 'm');
    const id = `${APP}@${digestOf('m')}`;
    await estate.snapshot(1, east, [runs(APP, id, { namespace: 'a' }), runs(APP, id, { namespace: 'b', running: 5 })]);
    await estate.snapshot(1, east, [], ['a']);
    expect(await estate.counts()).toEqual({ [app]: 5 });
  });

  it('believes a snapshot that shrank to less than half only the second time', async () => {
    const app = await estate.image(1, APP, 'm');
    const id = `${APP}@${digestOf('m')}`;
    const all = Array.from({ length: 10 }, (_, n) => runs(APP, id, { workload: `w${n}` }));
    await estate.snapshot(1, east, all);
    await estate.snapshot(1, east, all.slice(0, 5));
    expect(await estate.counts()).toEqual({ [app]: 5 });
    await estate.snapshot(1, east, []);
    expect(await estate.counts()).toEqual({ [app]: 5 });
    await estate.snapshot(1, east, all);
    await estate.snapshot(1, east, all.slice(0, 1));
    expect(await estate.counts()).toEqual({ [app]: 10 });
    expect(await estate.tell(1, east, [{ part: 'health' }])).toEqual(['taken']);
    estate.now += 6 * 60_000;
    expect(await estate.tell(1, east, [{ part: 'health' }])).toEqual(['resync']);
    await estate.snapshot(1, east, all.slice(0, 1));
    expect(await estate.counts()).toEqual({ [app]: 1 });
  });

  it('finds out later what it could not know, when the image comes to be known', async () => {
    await estate.index('i', { 'linux/amd64': 'm' });
    await estate.snapshot(1, east, [runs(APP, `${APP}@${digestOf('i')}`, { running: 3 })]);
    expect(await estate.running()).toMatchObject([{ confidence: CONFIDENCE.UNRESOLVED }]);
    const app = await estate.image(1, APP, 'm');
    await inTransaction(db.worker, (tx) => resolveAgain(tx, [digestOf('m')]));
    await estate.work();
    expect(await estate.counts()).toEqual({ [app]: 3 });
  });

  it('tells the nearest exposure of what runs, and keeps it when nothing does', async () => {
    const app = await estate.image(1, APP, 'm');
    const id = `${APP}@${digestOf('m')}`;
    const exposure = async () => (await db.worker.query('select exposure from resource where id = $1', [app])).rows[0].exposure;
    const inner = runs(APP, id, { workload: 'inner', reach: 'NONE' });
    const outer = runs(APP, id, { workload: 'outer', reach: 'INTERNET' });
    await estate.snapshot(1, east, [inner]);
    expect(await exposure()).toBe(3);
    await estate.change(1, east, [outer]);
    expect(await exposure()).toBe(1);
    await estate.change(1, east, [{ ...outer, running: 0 }]);
    expect(await exposure()).toBe(3);
    await estate.change(1, east, [{ ...inner, reach: 'PRIVATE_NETWORK' }]);
    expect(await exposure()).toBe(2);
    await estate.change(1, east, [{ ...inner, reach: 'UNKNOWN' }]);
    expect(await exposure()).toBe(0);
  });

  it('was in use when somebody saw it last, however late an older word comes and whoever is forgotten', async () => {
    const app = await estate.image(1, APP, 'm');
    const id = `${APP}@${digestOf('m')}`;
    const [last, before] = [runs(APP, id, { workload: 'last', running: 2 }), runs(APP, id, { workload: 'before', lastSeen: START - HOUR })];
    const lastUse = async () => (await db.worker.query('select last_in_use_at as at from resource where id = $1', [app])).rows[0].at;
    await estate.snapshot(1, east, [last, before]);
    await estate.change(1, east, [{ ...last, running: 1, lastSeen: START - 2 * HOUR }]);
    expect(await estate.counts()).toEqual({ [app]: 2 });
    const seen = async () => (await db.worker.query('select workload, last_seen from running_image order by 1 desc')).rows;
    expect(await seen()).toEqual([
      { workload: 'last', last_seen: new Date(START) },
      { workload: 'before', last_seen: new Date(START - HOUR) },
    ]);
    await db.worker.query("delete from running_resource where running in (select id from running_image where workload = 'last')");
    await estate.change(1, east, [{ ...before, running: 3 }]);
    expect(await estate.counts()).toEqual({ [app]: 3 });
    expect(await lastUse()).toEqual(new Date(START));
  });

  it('never believes a clock that runs ahead, and writes the time of what runs on every five minutes', async () => {
    const app = await estate.image(1, APP, 'm');
    const image = runs(APP, `${APP}@${digestOf('m')}`, { lastSeen: START + 9 * HOUR });
    const lastUse = async () =>
      (await db.worker.query('select last_in_use_at as at from resource where id = $1', [app])).rows[0].at.getTime() - START;
    await estate.snapshot(1, east, [image]);
    expect(await lastUse()).toBe(60_000);
    estate.now += 2 * 60_000;
    await estate.change(1, east, [{ ...image, lastSeen: estate.now }]);
    expect(await lastUse()).toBe(60_000);
    estate.now += 5 * 60_000;
    await estate.change(1, east, [{ ...image, lastSeen: estate.now }]);
    expect(await lastUse()).toBe(7 * 60_000);
  });
});
