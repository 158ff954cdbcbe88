import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { until } from '../processes.ts';
import { cleanUp, scratch } from '../service.ts';
import { createFaultEstate, createSink, type FaultEstate, type Process, submitDocument } from './estate.ts';
import { brokenPromises, endLeases, figures, lostEvents, settled } from './invariants.ts';
import type { NamedPoint } from './points.ts';

/** How often each named point is struck. */
export const ROUNDS = Number(process.env['ASSAY_FAULT_ROUNDS'] ?? 20);
/** Blows at a random statement. */
export const RANDOM_ROUNDS = Number(process.env['ASSAY_FAULT_RANDOM_ROUNDS'] ?? 40);

/** An estate that is struck and recovers, again and again. */
export interface FaultRun {
  /** False: the work was over before it came to the statement. */
  strike(point: NamedPoint, within?: number): Promise<boolean>;
  /** What died is started again, the work is done, and every promise was kept. */
  recover(): Promise<void>;
  /** Nothing that happened was kept from the sink. */
  expectEvents(): Promise<void>;
  /** Says what was done, and removes everything. */
  end(): Promise<void>;
}

export async function startFaultRun(): Promise<FaultRun> {
  const folder = scratch();
  mkdirSync(path.join(folder, 'estate'));
  const estate = await createFaultEstate(path.join(folder, 'estate'));
  const processes = { api: await estate.start('api'), worker: await estate.start('worker') };
  const acknowledged = new Set<number>();
  const count = { blows: 0, documents: 0, turns: 0 };

  async function stimulate(what: NamedPoint['on']): Promise<void> {
    if (what === 'advisories') return estate.publish(count.turns++ % 2 === 0 ? 'second' : 'first');
    const number = await submitDocument(processes.api, ++count.documents);
    if (number !== undefined) acknowledged.add(number);
  }

  async function recover(): Promise<void> {
    await until(async () => (await estate.pool.query('select 1').catch(() => undefined)) !== undefined, { within: 60_000 });
    await endLeases(estate.pool);
    for (const role of ['api', 'worker'] as const) if (hasEnded(processes[role])) processes[role] = await estate.start(role);
    await settled(estate);
    expect(await brokenPromises(estate, acknowledged)).toEqual([]);
  }

  await createSink(processes.api, estate.received.url);
  await estate.publish('first');
  for (let n = 0; n < 4; n++) await stimulate('submission');
  await settled(estate);
  return {
    async strike(point, within = 20_000) {
      const struck = await strikeOnce(estate, processes[point.in], { point, within, stimulate });
      if (struck) count.blows += 1;
      return struck;
    },
    recover,
    async expectEvents() {
      expect(await lostEvents(estate)).toEqual([]);
    },
    async end() {
      console.log(`${count.blows} kill -9; ${await figures(estate, acknowledged)}`);
      await estate.end();
      await cleanUp(folder);
    },
  };
}

export function hasEnded({ child }: Process): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

interface Blow {
  readonly point: NamedPoint;
  readonly within: number;
  readonly stimulate: (what: NamedPoint['on']) => Promise<void>;
}

async function strikeOnce(estate: FaultEstate, victim: Process, { point, within, stimulate }: Blow): Promise<boolean> {
  const postmaster = estate.postgres.pids().postmaster ?? 0;
  await victim.arm({ ...point, kill: point.dies === 'itself' ? 'self' : postmaster });
  await stimulate(point.on);
  await until(() => victim.hit() !== undefined, { within }).catch(() => {});
  if (victim.hit() === undefined) {
    await victim.arm({ kill: 'self', side: 'before', statement: 'nothing that is ever sent' });
    return false;
  }
  if (point.dies === 'itself') expect(await victim.exited).toBe('SIGKILL');
  else await until(() => ![undefined, postmaster].includes(estate.postgres.pids().postmaster), { within: 20_000 });
  return true;
}

/** A moment in the work of one worker. */
export type WorkerPoint = Pick<NamedPoint, 'name' | 'dies' | 'side' | 'statement' | 'after' | 'nth'>;

/** Begins work, and waits until the worker or PostgreSQL has died at that moment and the database answers again. */
export async function strikeWorker(
  { postgres, pool }: FaultEstate,
  worker: Process,
  { point, begin }: { readonly point: WorkerPoint; readonly begin: () => Promise<unknown> },
): Promise<void> {
  const postmaster = postgres.pids().postmaster ?? 0;
  await worker.arm({ ...point, kill: point.dies === 'itself' ? 'self' : postmaster });
  await begin();
  await until(() => worker.hit() !== undefined, { within: 60_000, what: () => `“${point.name}”:\n${worker.output()}` });
  if (point.dies === 'itself') expect(await worker.exited).toBe('SIGKILL');
  else await until(() => ![undefined, postmaster].includes(postgres.pids().postmaster), { within: 20_000 });
  await until(async () => (await pool.query('select 1').catch(() => undefined)) !== undefined, { within: 60_000 });
}

/** The worker that goes on, once everything has been done. */
export async function recoverWorker(estate: FaultEstate, worker: Process): Promise<Process> {
  await endLeases(estate.pool);
  const next = hasEnded(worker) ? await estate.start('worker') : worker;
  await settled(estate);
  return next;
}
