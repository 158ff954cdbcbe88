import { silentLogger } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { createCollector, updateCollector } from './collectors.ts';
import { type HeldCollector, takeCollectors } from './lease.ts';
import { type WatchOptions, watchCollectors } from './watch.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.owner.query("insert into account (account, name) values (1, 'one'), (2, 'two')");
});
afterAll(() => db?.drop());

const running: { stop(): Promise<void> }[] = [];
beforeEach(() => db.owner.query('truncate collector'));
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
  await db.owner.query('update account set state = 1');
});

interface Watching {
  readonly process: string;
  readonly collector: HeldCollector;
  readonly signal: AbortSignal;
}

/** Processes that watch, and what each is watching at the moment. */
function processOf(name: string, now: () => Date, watch?: WatchOptions['watch']) {
  const watching: Watching[] = [];
  const process = watchCollectors({
    db: db.worker,
    lease: name,
    now: () => now().getTime(),
    log: silentLogger,
    roundMs: 20,
    async watch(collector, signal, seen) {
      if (watch !== undefined) return watch(collector, signal, seen);
      const one = { process: name, collector, signal };
      watching.push(one);
      seen();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      watching.splice(watching.indexOf(one), 1);
    },
  });
  running.push(process);
  return { watching, stop: process.stop };
}

async function collector(name: string, account = 1, kind = 'docker'): Promise<string> {
  const wish = { name, kind, config: { address: 'a' } };
  const made = await inTransaction(db.worker, (tx) => createCollector(tx, account, { wish, now: new Date() }));
  if (typeof made === 'string') throw new Error(made);
  return made.id;
}
const rowOf = async (id: string) =>
  (await db.owner.query('select error, attempts, retry_at, seen_at, lease from collector where id = $1', [id])).rows[0];
const change = (id: string, wish: object) =>
  inTransaction(db.worker, async (tx) => {
    const { rows } = await tx.query('select account, id, name, config, enabled from collector where id = $1', [id]);
    await updateCollector(tx, rows[0], { change: wish, now: new Date() });
  });

test('every collector is watched by one of the processes, and goes to another when its own ends', async () => {
  const ids = await Promise.all(Array.from({ length: 12 }, (_, index) => collector(`c${index}`, 1 + (index % 2))));
  await collector('elsewhere', 1, 'push');
  const [a, b] = [processOf('a', () => new Date()), processOf('b', () => new Date())];
  const watched = () => [...a.watching, ...b.watching].map((one) => one.collector.id);
  await vi.waitFor(() => expect(watched().sort()).toEqual([...ids].sort()), { timeout: 30_000 });
  await a.stop();
  expect(a.watching).toEqual([]);
  await vi.waitFor(() => expect(b.watching.map((one) => one.collector.id).sort()).toEqual([...ids].sort()), { timeout: 30_000 });
});

test('a process that died keeps its collectors no longer than its lease', async () => {
  const id = await collector('c');
  const dead = await takeCollectors(db.worker, { lease: 'dead', now: new Date(), most: 9 });
  expect(dead.map((one) => one.id)).toEqual([id]);
  const free = await collector('free');
  const { watching } = processOf('b', () => new Date());
  const watched = () => watching.map((one) => one.collector.id);
  // The round that takes the free one passes the other by.
  await vi.waitFor(() => expect(watched()).toEqual([free]), { timeout: 30_000 });
  await db.owner.query("update collector set lease_until = clock_timestamp() - interval '1 second' where id = $1", [id]);
  await vi.waitFor(() => expect(watched()).toEqual([free, id]), { timeout: 30_000 });
  expect(watching[1]!.collector.epoch).toBeGreaterThan(dead[0]!.epoch);
});

test('one that lost its lease stops', async () => {
  await collector('c');
  const { watching } = processOf('a', () => new Date());
  await vi.waitFor(() => expect(watching).toHaveLength(1), { timeout: 30_000 });
  await db.owner.query("update collector set lease = 'another', lease_until = clock_timestamp() + interval '1 hour'");
  await vi.waitFor(() => expect(watching).toEqual([]), { timeout: 30_000 });
  expect(await rowOf((await db.owner.query('select id from collector')).rows[0].id)).toMatchObject({ lease: 'another' });
});

test('changed settings are watched anew, one that is paused or of a closed account is not', async () => {
  const id = await collector('c');
  const { watching } = processOf('a', () => new Date());
  const address = (): string | undefined => watching[0]?.collector.config['address'];
  await vi.waitFor(() => expect(address()).toBe('a'), { timeout: 30_000 });
  await change(id, { config: { address: 'b' } });
  await vi.waitFor(() => expect(address()).toBe('b'), { timeout: 30_000 });
  await change(id, { enabled: false });
  await vi.waitFor(() => expect(watching).toEqual([]), { timeout: 30_000 });
  await change(id, { enabled: true });
  await vi.waitFor(() => expect(watching).toHaveLength(1), { timeout: 30_000 });
  await db.owner.query('update account set state = 2 where account = 1');
  await vi.waitFor(() => expect(watching).toEqual([]), { timeout: 30_000 });
  await db.owner.query('delete from collector');
});

test('a failure is one sentence in its row and is tried again after a pause, a longer one each time', async () => {
  const id = await collector('c');
  let now = Date.parse('2026-11-22T12:00:00Z');
  let calls = 0;
  let ok = false;
  processOf(
    'a',
    () => new Date(now),
    async (_, signal, seen) => {
      calls += 1;
      if (!ok)
        throw calls === 1 ? new AssayError('denied', 'The socket may not be opened; add the user to its group.') : new Error('a bug');
      seen();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    },
  );
  await vi.waitFor(async () => expect(await rowOf(id)).toMatchObject({ attempts: 1, lease: null }), { timeout: 30_000 });
  expect(await rowOf(id)).toMatchObject({
    error: 'The socket may not be opened; add the user to its group.',
    retry_at: new Date(now + 10_000),
  });
  now += 10_000;
  await vi.waitFor(async () => expect(await rowOf(id)).toMatchObject({ attempts: 2 }), { timeout: 30_000 });
  expect(await rowOf(id)).toMatchObject({ error: expect.stringContaining('the log of the service'), retry_at: new Date(now + 20_000) });
  ok = true;
  now += 20_000;
  await vi.waitFor(async () => expect(await rowOf(id)).toMatchObject({ error: null, attempts: 0, seen_at: new Date(now) }), {
    timeout: 30_000,
  });
  expect(calls).toBe(3);
});
