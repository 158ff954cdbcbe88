import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inTransaction, type Transaction } from '../db/pool.ts';
import { claim, type Job } from '../jobs/queue.ts';
import { applyReports } from './apply-reports.ts';
import { FIND_RUNNING, RESOLVE, RUNNING_LANE } from './jobs.ts';
import { recountResources } from './recount.ts';
import { resolveRunning } from './resolve.ts';
import { findRunning, resolveAgain, resolveJob } from './resolve-again.ts';
import { clusterOf, digestOf, RunningEstate, runs } from './testdata/running-estate.ts';

const east = clusterOf('east');
const APP = 'registry.example/team/app';
const IMAGE = runs(APP, `${APP}@${digestOf('m')}`, { running: 3 });

describe('an image comes to be known while what runs is written', () => {
  let db: TestDatabase;
  let estate: RunningEstate;
  beforeEach(async () => {
    db = await createTestDatabase();
    estate = new RunningEstate(db);
    await estate.snapshot(1, east, []);
  });
  afterEach(() => db.drop());

  const known = (tx: Transaction) => resolveAgain(tx, [digestOf('m')]);
  const take = async (): Promise<Job> => (await claim(db.worker, RUNNING_LANE, { worker: 'test', leaseMs: 60_000 }))!;
  /** Transactions that wait for a lock. */
  const waiters = (count: number) =>
    vi.waitFor(
      async () => {
        const { rows } = await db.owner.query(
          `select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and backend_type = 'client backend'
             and datname = current_database()`,
        );
        expect(rows[0].n).toBe(count);
      },
      { timeout: 30_000, interval: 20 },
    );
  /** Until `open` is called nobody else gets what `text` locks. */
  async function hold(text: string): Promise<() => Promise<void>> {
    let open = (): void => {};
    const gate = new Promise<void>((done) => {
      open = done;
    });
    let held = (): void => {};
    const begun = new Promise<void>((done) => {
      held = done;
    });
    const over = inTransaction(db.owner, async (tx) => {
      await tx.query(text);
      held();
      await gate;
    });
    await begun;
    return () => {
      open();
      return over;
    };
  }

  it('the image first, and reports were applied before its transaction ended', async () => {
    await estate.tell(1, east, [{ part: 'change', images: [IMAGE] }]);
    const app = await inTransaction(db.worker, async (tx) => {
      await known(tx);
      await estate.work();
      return estate.image(1, APP, 'm');
    });
    await estate.work();
    expect(await estate.counts()).toEqual({ [app]: 3 });
  });

  it('reports first, and the image was known before their transaction ended', async () => {
    await estate.tell(1, east, [{ part: 'change', images: [IMAGE] }]);
    const job = await take();
    const release = await hold(`select from job where id = ${job.id} for update`);
    const applied = applyReports(estate.deps, { account: 1, cluster: Number(job.key) }, job);
    await waiters(1);
    const app = await estate.image(1, APP, 'm');
    await inTransaction(db.worker, known);
    const find = await take();
    expect(find.kind).toBe(FIND_RUNNING);
    await findRunning(estate.deps, find);
    await release();
    await applied;
    expect(await estate.counts()).toEqual({ [app]: 0 });
    await db.owner.query('update job set run_at = now()');
    await estate.work();
    expect(await estate.counts()).toEqual({ [app]: 3 });
    expect((await db.owner.query('select kind from job')).rows).toEqual([]);
  });

  it('whoever looked before the image was known does not undo what the next one found', async () => {
    await estate.change(1, east, [IMAGE]);
    // Its host has a registry, which is asked for after the graph was read.
    const release = await hold('lock table registry in access exclusive mode');
    await inTransaction(db.worker, known);
    await findRunning(estate.deps, await take());
    const blind = await take();
    expect(blind.kind).toBe(RESOLVE);
    const first = resolveJob(estate.deps, blind);
    await waiters(1);
    const app = await estate.image(1, APP, 'm');
    const { rows } = await db.owner.query<{ id: number }>('select id from running_image');
    const ctx = { naming: estate.naming, now: new Date(estate.now) };
    const second = inTransaction(db.worker, async (tx) => {
      const ids = rows.map((row) => row.id);
      await recountResources(tx, await resolveRunning(tx, 1, ids, ctx.now), ctx);
    });
    await Promise.race([second, waiters(2).catch(() => undefined)]);
    await release();
    await first;
    await second;
    expect(await estate.counts()).toEqual({ [app]: 3 });
  });
});
