import { mkdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFaultEstate, createSink, type FaultEstate, type Process, submitDocument } from './faults/estate.ts';
import { brokenPromises, endLeases, lostEvents, settled } from './faults/invariants.ts';
import { type NamedPoint, POINTS } from './faults/points.ts';
import { until } from './processes.ts';
import { cleanUp, scratch } from './service.ts';

/** Rounds of each named point, and of blows at a random statement. */
const ROUNDS = Number(process.env['ASSAY_FAULT_ROUNDS'] ?? 20);
const RANDOM_ROUNDS = Number(process.env['ASSAY_FAULT_RANDOM_ROUNDS'] ?? 40);

const folder = scratch();
const acknowledged = new Set<number>();
let estate: FaultEstate;
let api: Process;
let worker: Process;
let documents = 0;
let blows = 0;

beforeAll(async () => {
  mkdirSync(path.join(folder, 'estate'));
  estate = await createFaultEstate(path.join(folder, 'estate'));
  api = await estate.start('api');
  worker = await estate.start('worker');
  await createSink(api, estate.received.url);
  await estate.publish('first');
  for (let n = 0; n < 4; n++) await stimulate('submission');
  await settled(estate);
}, 120_000);

afterAll(async () => {
  console.log(`${blows} kill -9, ${acknowledged.size} acknowledged documents, all there`);
  await estate?.end();
  await cleanUp(folder);
});

let turn = 0;
async function stimulate(what: NamedPoint['on']): Promise<void> {
  if (what === 'advisories') return estate.publish(turn++ % 2 === 0 ? 'second' : 'first');
  const number = await submitDocument(api, ++documents);
  if (number !== undefined) acknowledged.add(number);
}

/** What died is started again, the work is done, and every promise was kept. */
async function recover(): Promise<void> {
  await until(async () => (await estate.pool.query('select 1').catch(() => undefined)) !== undefined);
  await endLeases(estate.pool);
  if (api.child.exitCode !== null || api.child.signalCode !== null) api = await estate.start('api');
  if (worker.child.exitCode !== null || worker.child.signalCode !== null) worker = await estate.start('worker');
  await settled(estate);
  expect(await brokenPromises(estate, acknowledged)).toEqual([]);
}

/** False: the work was over before it came to the statement. */
async function strike(point: NamedPoint, { within = 20_000 } = {}): Promise<boolean> {
  const victim = point.in === 'api' ? api : worker;
  const postmaster = estate.postgres.pids().postmaster ?? 0;
  await victim.arm({ ...point, kill: point.dies === 'itself' ? 'self' : postmaster });
  await stimulate(point.on);
  await until(() => victim.hit() !== undefined, { within }).catch(() => {});
  if (victim.hit() === undefined) {
    await victim.arm({ kill: 'self', side: 'before', statement: 'disarmed' });
    return victim.hit() !== undefined;
  }
  blows += 1;
  if (point.dies === 'itself') expect(await victim.exited).toBe('SIGKILL');
  else await until(() => ![undefined, postmaster].includes(estate.postgres.pids().postmaster), { within: 20_000 });
  return true;
}

describe('killed at a named moment, the service loses nothing', () => {
  test.each(POINTS)('$name ($dies)', { timeout: 30_000 + ROUNDS * 15_000 }, async (point) => {
    for (let round = 0; round < ROUNDS; round++) {
      expect(await strike(point), `“${point.name}” was reached`).toBe(true);
      await recover();
    }
    expect(await lostEvents(estate)).toEqual([]);
  });
});

test('killed at any statement, the service loses nothing', { timeout: 30_000 + RANDOM_ROUNDS * 15_000 }, async () => {
  const random = fc.sample(
    fc.record({
      in: fc.constantFrom('api' as const, 'worker' as const, 'worker' as const),
      dies: fc.constantFrom('itself' as const, 'itself' as const, 'itself' as const, 'postgres' as const),
      on: fc.constantFrom('submission' as const, 'submission' as const, 'advisories' as const),
      side: fc.constantFrom('before' as const, 'after' as const),
      nth: fc.integer({ min: 1, max: 40 }),
    }),
    { numRuns: RANDOM_ROUNDS, seed: 20_261_122 },
  );
  let early = 0;
  for (const [round, point] of random.entries()) {
    // The api alone has few statements of its own: those of a submission.
    const chosen = point.in === 'api' ? { ...point, on: 'submission' as const, nth: 1 + (point.nth % 6) } : point;
    const reached = await strike({ name: `statement ${chosen.nth} of round ${round}`, ...chosen }, { within: 4_000 });
    if (!reached) early += 1;
    await recover();
    if (round % 50 === 49) console.log(`${round + 1} rounds, ${early} of them over before the blow`);
  }
  expect(await lostEvents(estate)).toEqual([]);
  expect(early).toBeLessThan(RANDOM_ROUNDS / 2);
});
