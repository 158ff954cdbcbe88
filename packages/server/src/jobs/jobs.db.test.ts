import { silentLogger } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { claim, enqueue, fail, finish, heartbeat, type Job, type JobRequest, LeaseLost, readJob, reap } from './queue.ts';
import { type JobHandler, startRunner } from './runner.ts';

const worker = { worker: 'w', leaseMs: 30_000 };
function request(key: string, more: Partial<JobRequest> = {}): JobRequest {
  return { account: 1, kind: 'k', key, lane: 'l', payload: {}, ...more };
}

describe('the queue', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());
  beforeEach(() => db.owner.query('truncate job, job_turn'));
  const take = (): Promise<Job | undefined> => claim(db.worker, 'l', worker);
  const expire = (job: Job) => db.worker.query("update job set lease_until = now() - interval '1 second' where id = $1", [job.id]);

  /** How many others are connected to this database and are so. */
  const sessions = async (condition: string): Promise<number> => {
    const others = `select count(*)::int as n from pg_stat_activity where datname = current_database() and ${condition}`;
    return (await db.owner.query(others)).rows[0].n;
  };

  it('coalesces with the queued job, never with the running one', async () => {
    const first = await enqueue(db.worker, request('a', { payload: { n: 1 } }));
    expect(await enqueue(db.worker, request('a', { payload: { n: 2 }, priority: 3 }))).toBe(first);
    const job = (await take())!;
    expect(job).toMatchObject({ id: first, payload: { n: 2 }, attempts: 1 });
    const second = await enqueue(db.worker, request('a', { payload: { n: 3 } }));
    expect(second).not.toBe(first);
    expect(await take()).toBeUndefined(); // one running per key
    await finish(db.worker, job);
    expect((await take())?.id).toBe(second);
  });

  it('coalesces exactly with what is queued when a claim commits in between', async () => {
    const first = await enqueue(db.worker, request('a'));
    let second: Promise<number> | undefined;
    await inTransaction(db.worker, async (tx) => {
      await tx.query('update job set state = 1 where id = $1', [first]); // a claim that has not committed
      second = enqueue(db.worker, request('a'));
      await until(async () => (await sessions("wait_event_type = 'Lock'")) === 1);
    });
    expect(await second).not.toBe(first);
  });

  it('exists exactly if the transaction of the caller commits', async () => {
    const rollback = new Error('no');
    await expect(
      inTransaction(db.worker, async (tx) => {
        await enqueue(tx, request('a'));
        throw rollback;
      }),
    ).rejects.toBe(rollback);
    expect(await take()).toBeUndefined();
  });

  it('never hands one job to two workers', async () => {
    for (let n = 0; n < 40; n++) await enqueue(db.worker, request(`k${n}`, { account: n % 3 }));
    const taken: number[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let misses = 0; misses < 5; ) {
          const job = await take();
          if (job === undefined) misses++;
          else taken.push(job.id);
        }
      }),
    );
    expect(taken.length).toBe(40);
    expect(new Set(taken).size).toBe(40);
  });

  it('is fair: a small account does not wait behind a big one', async () => {
    for (let n = 0; n < 50; n++) await enqueue(db.worker, request(`big${n}`, { account: 1, priority: 9 }));
    await enqueue(db.worker, request('small1', { account: 2 }));
    await enqueue(db.worker, request('small2', { account: 2 }));
    const order: number[] = [];
    for (let n = 0; n < 4; n++) {
      const job = (await take())!;
      order.push(job.account);
      await finish(db.worker, job);
    }
    expect(order).toEqual([1, 2, 1, 2]);
  });

  it('honours lanes, priority and the time to run', async () => {
    await enqueue(db.worker, request('other', { lane: 'other' }));
    await enqueue(db.worker, request('later', { delayMs: 3_600_000, priority: 9 }));
    await enqueue(db.worker, request('low'));
    await enqueue(db.worker, request('high', { priority: 5 }));
    expect((await take())?.key).toBe('high');
    expect((await take())?.key).toBe('low');
    expect(await take()).toBeUndefined();
  });

  it('gives the job of a dead worker to another, with a newer fence, and refuses the first one from then on', async () => {
    await enqueue(db.worker, request('a'));
    const dead = (await take())!;
    expect(await take()).toBeUndefined();
    await expire(dead);
    await reap(db.worker, 5);
    const alive = (await take())!;
    expect(alive).toMatchObject({ id: dead.id, attempts: 2 });
    expect(alive.fence).toBeGreaterThan(dead.fence);
    await expect(heartbeat(db.worker, dead, 1000)).rejects.toThrow(LeaseLost);
    await expect(finish(db.worker, dead)).rejects.toThrow(LeaseLost);
    await fail(db.worker, dead, { error: 'late', delayMs: 0 });
    await finish(db.worker, alive);
  });

  it('goes on under the queued job of the same key, and a waiter follows', async () => {
    const first = await enqueue(db.worker, request('a'));
    const job = (await take())!;
    await enqueue(db.worker, request('a'));
    await expire(job);
    await reap(db.worker, 5);
    const next = (await take())!;
    expect(next.id).not.toBe(first);
    await finish(db.worker, next, { ok: true });
    expect(await readJob(db.worker, 1, first)).toMatchObject({ state: 'done', result: { ok: true }, createdAt: expect.any(Date) });
    expect(await readJob(db.worker, 2, first)).toEqual({ state: 'unknown' });
  });

  it('buries a job out of attempts and keeps what it said', async () => {
    const id = await enqueue(db.worker, request('a'));
    for (let attempt = 1; attempt <= 3; attempt++) {
      await expire((await take())!);
      await reap(db.worker, 3);
    }
    expect(await readJob(db.worker, 1, id)).toMatchObject({ state: 'dead', error: 'the worker died or lost its lease' });
    expect(await take()).toBeUndefined();
  });

  it('runs handlers woken by notification, retries what failed, buries what a person must mend', async () => {
    let flaky = 0;
    const handlers: Record<string, JobHandler> = {
      good: async (job) => ({ got: job.payload }),
      flaky: async () => {
        if (flaky++ === 0) throw new Error('not yet');
        return { tries: flaky };
      },
      hopeless: () => Promise.reject(new AssayError('x', 'Do something.')),
      unstorable: () => db.worker.query('select $1::jsonb', ['"\\u0000"']),
    };
    const runner = startRunner({
      pool: db.worker,
      handlers,
      lanes: { l: 2 },
      worker: 'w',
      log: silentLogger,
      pollMs: 3_600_000,
    });
    // Only a notification can wake it.
    await until(async () => (await sessions("query = 'listen assay_job' and state = 'idle'")) === 1);
    const ids: Record<string, number> = {};
    for (const kind of ['good', 'flaky', 'hopeless', 'unstorable'])
      ids[kind] = await enqueue(db.worker, request(kind, { kind, payload: { n: 1 } }));
    await until(async () => (await readJob(db.worker, 1, ids['hopeless']!)).state === 'dead');
    await until(async () => (await readJob(db.worker, 1, ids['unstorable']!)).state === 'dead');
    await until(async () => (await readJob(db.worker, 1, ids['good']!)).state === 'done');
    await until(async () => {
      const job = await readJob(db.worker, 1, ids['flaky']!);
      return job.state === 'queued' && job.error !== undefined;
    });
    await db.worker.query('update job set run_at = now() where id = $1', [ids['flaky']]);
    await db.worker.query("select pg_notify('assay_job', 'l')");
    await until(async () => (await readJob(db.worker, 1, ids['flaky']!)).state === 'done');
    expect(await readJob(db.worker, 1, ids['good']!)).toMatchObject({ result: { got: { n: 1 } } });
    expect(await readJob(db.worker, 1, ids['hopeless']!)).toMatchObject({ error: 'Do something.' });
    // What PostgreSQL says may quote rows of others.
    expect(await readJob(db.worker, 1, ids['unstorable']!)).toMatchObject({ error: 'It holds something that the database cannot store.' });
    await runner.stop();
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 2_000; n++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('waited too long');
}
