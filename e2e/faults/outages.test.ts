import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../processes.ts';
import { cleanUp, scratch } from '../service.ts';
import { createFaultEstate, createSink, type FaultEstate, type Process, submitDocument } from './estate.ts';
import { brokenPromises, endLeases, lostEvents, settled } from './invariants.ts';
import { hasEnded } from './run.ts';

const folder = scratch();
const place = path.join(folder, 'estate');
const acknowledged = new Set<number>();
let estate: FaultEstate;
let api: Process;
let worker: Process;
let documents = 0;

/** A file system of its own, small enough to be filled. */
function mount(): void {
  mkdirSync(place);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'tmpfs', place]);
}

beforeAll(async () => {
  mount();
  estate = await createFaultEstate(place);
  api = await estate.start('api');
  worker = await estate.start('worker');
  await createSink(api, estate.received.url);
  await estate.publish('first');
  for (let n = 0; n < 3; n++) await submitNext();
  await settled(estate);
}, 120_000);

/** Whatever happened in a test: afterwards everything is there and nothing is lost. */
afterEach(async () => {
  estate.received.down = false;
  await until(async () => (await estate.pool.query('select 1').catch(() => undefined)) !== undefined, { within: 60_000 });
  await endLeases(estate.pool);
  await ensureRunning();
  await settled(estate, 90_000);
  expect(await brokenPromises(estate, acknowledged)).toEqual([]);
  expect(await lostEvents(estate)).toEqual([]);
  const { rows } = await estate.pool.query('select count(*) as n from sink_dead_letter');
  expect(rows[0].n).toBe(0);
}, 180_000);

afterAll(async () => {
  await estate?.end();
  execFileSync('umount', ['--lazy', place]);
  await cleanUp(folder);
});

async function ensureRunning(): Promise<void> {
  if (hasEnded(api)) api = await estate.start('api');
  if (hasEnded(worker)) worker = await estate.start('worker');
}

async function endWorker(): Promise<void> {
  worker.child.kill('SIGKILL');
  await worker.exited;
  await endLeases(estate.pool);
}

async function submitNext(): Promise<boolean> {
  const number = await submitDocument(api, ++documents);
  if (number !== undefined) acknowledged.add(number);
  return number !== undefined;
}

describe('a worker that sleeps longer than its lease', () => {
  test.each([
    ['before it writes', { side: 'before', statement: '^select pg_advisory_xact_lock_shared' }],
    ['while it writes', { side: 'before', statement: '^(delete from job|update job set state = 3)', after: 'insert into inventory' }],
  ] as const)(
    '%s is refused when it wakes up',
    async (_, point) => {
      const sleeper = worker;
      await sleeper.arm({ kill: 'self', signal: 'SIGSTOP', ...point });
      expect(await submitNext()).toBe(true);
      await until(() => sleeper.hit() !== undefined);
      await endLeases(estate.pool);
      worker = await estate.start('worker');
      // Asleep outside a transaction it holds nothing: the other does the work. Inside one, the other waits for its locks.
      if (!('after' in point)) await settled(estate);
      else await sleep(1_500);
      sleeper.child.kill('SIGCONT');
      await settled(estate);
      await until(() => /a job was lost to another worker|a job failed/.test(sleeper.output()));
      const { rows } = await estate.pool.query(
        `select count(distinct n.id) as inventories from resource r join inventory n on n.account = r.account and n.id = r.inventory
       where r.repository like '%faults/app-' || $1`,
        [documents],
      );
      expect(rows[0].inventories).toBe(1);
      sleeper.child.kill('SIGKILL');
      await sleeper.exited;
    },
    120_000,
  );
});

describe('PostgreSQL', () => {
  test.each(['SIGINT', 'SIGQUIT'] as const)(
    'ended by %s in the middle of work is served again, and nothing is lost',
    async (signal) => {
      const before = estate.postgres.pids().postmaster ?? 0;
      const submitting = Promise.all(Array.from({ length: 6 }, () => submitNext()));
      await sleep(100);
      process.kill(before, signal);
      await submitting;
      await until(() => ![undefined, before].includes(estate.postgres.pids().postmaster), { within: 60_000 });
      await until(submitNext, { within: 30_000 });
    },
    120_000,
  );

  test('with a full disk refuses, and goes on when there is room again', async () => {
    const filler = path.join(place, 'filler');
    try {
      const { bavail, bsize } = statfsSync(place);
      writeFileSync(filler, Buffer.alloc(bavail * bsize, 1));
      const answers: boolean[] = [];
      for (let n = 0; n < 6; n++) answers.push(await submitNext());
      expect(answers).toEqual(Array(6).fill(false));
      await estate.publish('second').catch(() => {});
    } finally {
      rmSync(filler, { force: true });
    }
    await until(async () => (await estate.pool.query('select 1').catch(() => undefined)) !== undefined, { within: 60_000 });
    await estate.publish('first');
    await until(submitNext, { within: 60_000 });
  }, 180_000);
});

describe('advisories', () => {
  test('that change several times while no worker runs are one evaluation, and scans in between are right', async () => {
    await endWorker();
    for (const which of ['second', 'first', 'second'] as const) {
      await estate.publish(which);
      expect(await submitNext()).toBe(true);
    }
    worker = await estate.start('worker');
    await settled(estate);
    const { rows } = await estate.pool.query("select count(*) as n from job where kind = 'evaluate'");
    expect(rows[0].n).toBe(0);
  }, 120_000);
});

describe('a clock that is wrong', () => {
  test.each(['+400d', '-400d'])(
    'by %s loses and closes nothing',
    async (shift) => {
      await endWorker();
      worker = await estate.start('worker', fakeTime(shift));
      for (let n = 0; n < 3; n++) expect(await submitNext()).toBe(true);
      await settled(estate);
      await estate.publish('first');
      await settled(estate);
      expect(await brokenPromises(estate, acknowledged)).toEqual([]);
      await endWorker();
      worker = await estate.start('worker');
      await estate.publish('second');
      expect(await submitNext()).toBe(true);
    },
    120_000,
  );
});

describe('every sink', () => {
  test('down for an hour gets everything afterwards, in order', async () => {
    await endWorker();
    // The worker's clock runs 600 times as fast: its hour is six seconds.
    worker = await estate.start('worker', { ...fakeTime('+0 x600'), FAKETIME_DONT_FAKE_MONOTONIC: '1' });
    estate.received.down = true;
    for (let n = 0; n < 3; n++) expect(await submitNext()).toBe(true);
    await settled(estate);
    await until(async () => (await estate.pool.query('select from sink where attempts > 2')).rows.length > 0);
    await sleep(6_000);
    estate.received.down = false;
    expect(await lostEvents(estate)).toEqual([]);
    await endWorker();
  }, 120_000);
});

function fakeTime(shift: string): Record<string, string> {
  const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
  if (!existsSync(library)) throw new Error('libfaketime is missing: install the Debian package libfaketime');
  return { LD_PRELOAD: library, FAKETIME: shift, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}
