import type { Logger } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { ClusterReport } from '@assay/core/running.ts';
import type { ReportAnswer, RunningReport } from '@assay/core/running-report.ts';
import { createOutbox, type Outbox, type Work } from './outbox.ts';
import { pagesOf } from './pages.ts';

/**
 * Brings one part to the service. `paused`: somebody switched the collector off; it asks again later. Whatever it throws is tried again,
 * but for AssayErrors with the code `collector-refused`, which are for a person.
 */
export type SendReport = (report: RunningReport, signal: AbortSignal) => Promise<ReportAnswer | 'paused'>;

export interface PumpOptions {
  /** Tells of clusters for as long as the signal allows, a whole snapshot of each first. Called again when a snapshot is needed. */
  readonly watch: (signal: AbortSignal) => AsyncIterable<ClusterReport>;
  readonly send: SendReport;
  /** Another number in each run of the collector. */
  readonly epoch: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Changes that wait for the service at most; 50,000 unless given. */
  readonly mostChanges?: number;
}

const MOST_CHANGES = 50_000;
const LONGEST_PAUSE = 60_000;

/** How far each cluster was told, by uid. `begun`: the service was given a snapshot of it in this run. */
type Places = Map<string, { sequence: number; begun: boolean }>;
type Why = 'stopped' | 'resync' | 'overflow' | 'paused' | 'source-ended';

/**
 * Brings what a source tells to the service, until the signal. While the service is away the newest value of each key waits; values are
 * absolute, so nothing is lost by it. When too many wait, or the service lost its place, the source is asked for everything again instead
 * of keeping a second copy of the cluster here. @throws AssayError of the source, or `collector-refused`.
 */
export async function pumpReports(options: PumpOptions): Promise<void> {
  const { signal, sleep, random, log } = options;
  const places: Places = new Map();
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const { why, whole } = await oneRound(options, places);
      if (whole) failures = 0;
      if (why === 'stopped') return;
      log.info('everything is told again', { why });
      await sleep(why === 'paused' ? LONGEST_PAUSE : pauseAfter(failures, random()), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** Milliseconds. Half of it is chance, so that many collectors of one service do not come back together. */
function pauseAfter(failures: number, chance: number): number {
  return Math.min(LONGEST_PAUSE, 1000 * 2 ** Math.min(failures, 10)) * (0.5 + chance / 2);
}

/** Follows the source once. `whole`: the service took a snapshot. */
async function oneRound(options: PumpOptions, places: Places): Promise<{ why: Why; whole: boolean }> {
  const round = new AbortController();
  const signal = AbortSignal.any([options.signal, round.signal]);
  const outbox = createOutbox({ now: options.now, most: options.mostChanges ?? MOST_CHANGES });
  const reading = follow(options.watch(signal), outbox);
  let whole = false;
  try {
    for (;;) {
      const work = outbox.next();
      if (outbox.overflowed) return { why: 'overflow', whole };
      if (work === undefined) {
        if (await reading.more()) continue;
        return { why: options.signal.aborted ? 'stopped' : 'source-ended', whole };
      }
      const answer = await tell(work, places, { ...options, signal });
      if (answer !== 'taken') return { why: answer, whole };
      whole ||= work.what.kind === 'snapshot';
    }
  } finally {
    round.abort();
    await reading.ended;
  }
}

/** Takes all that a source tells, as fast as it tells it. */
function follow(reports: AsyncIterable<ClusterReport>, outbox: Outbox) {
  let wake = (): void => {};
  let over = false;
  let problem: unknown;
  async function read(): Promise<void> {
    try {
      for await (const report of reports) {
        outbox.add(report);
        wake();
      }
    } catch (error) {
      problem = error;
    }
    over = true;
    wake();
  }
  const ended = read();
  return {
    ended,
    /** Waits for the next report; false when the source ended. @throws what it threw. */
    async more(): Promise<boolean> {
      if (!over) await new Promise<void>((resolve) => (wake = resolve));
      if (problem !== undefined) throw problem;
      return !over;
    },
  };
}

type Part = Pick<RunningReport, 'part' | 'scope' | 'images' | 'health'>;

function* partsOf({ what }: Work): Generator<Part> {
  if (what.kind === 'health') yield { part: 'health', health: what.health };
  if (what.kind === 'change') yield { part: 'change', images: what.images };
  if (what.kind !== 'snapshot') return;
  yield { part: 'snapshot-begin', scope: what.scope };
  for (const images of pagesOf(what.images)) yield { part: 'snapshot-page', images };
  yield { part: 'snapshot-end' };
}

async function tell(work: Work, places: Places, options: PumpOptions): Promise<'taken' | 'resync' | 'paused'> {
  const { cluster, observedAt, what } = work;
  const uid = `${cluster.provider} ${cluster.uid}`;
  const place = places.get(uid) ?? { sequence: 0, begun: false };
  places.set(uid, place);
  for (const part of partsOf(work)) {
    place.sequence += 1;
    const answer = await deliver({ cluster, epoch: options.epoch, sequence: place.sequence, observedAt, ...part }, options);
    // How a collector does may be told before it could list anything; that needs no snapshot.
    if (answer === 'resync' && what.kind === 'health' && !place.begun) continue;
    if (answer !== 'taken') return answer;
  }
  place.begun ||= what.kind === 'snapshot';
  return 'taken';
}

/** Tries until the service answers. */
async function deliver(report: RunningReport, { send, sleep, random, log, signal }: PumpOptions): Promise<ReportAnswer | 'paused'> {
  for (let failures = 0; ; failures += 1) {
    try {
      const answer = await send(report, signal);
      if (failures > 0) log.info('the service answers again', { attempts: failures + 1 });
      return answer;
    } catch (error) {
      if (signal.aborted || (error instanceof AssayError && error.code === 'collector-refused')) throw error;
      const text = error instanceof Error ? error.message : String(error);
      log[failures === 0 ? 'warn' : 'debug']('a report was not taken; it is sent again, and what changes meanwhile waits', { error: text });
      await sleep(pauseAfter(failures, random()), signal);
    }
  }
}
