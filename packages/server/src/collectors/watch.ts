import type { Logger } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { Queryable } from '../jobs/queue.ts';
import { type HeldCollector, keepCollectors, noteSeen, releaseCollector, takeCollectors } from './lease.ts';

/** How soon a new collector is watched, a changed one anew, and one that was switched off no more. */
const ROUND_MS = 2_000;
/** Taken in a round, so that several processes share what there is. */
const MOST_AT_ONCE = 4;
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 600_000;
const SEEN_MS = 10_000;

export interface WatchOptions {
  /** Role worker. */
  readonly db: Queryable;
  /** Names this process among those that watch. */
  readonly lease: string;
  /** Watches until the signal; `seen` is called whenever it told something. @throws AssayError when a person must act. */
  readonly watch: (collector: HeldCollector, signal: AbortSignal, seen: () => void) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
  /** Milliseconds; 2 s unless given. */
  readonly roundMs?: number;
}

interface Watched {
  readonly collector: HeldCollector;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** Watches stored collectors, each in one process at a time, for as long as the service runs. */
export function watchCollectors(options: WatchOptions): { stop(): Promise<void> } {
  const { db, lease, now, log } = options;
  const watched = new Map<string, Watched>();
  let round: Promise<void> = Promise.resolve();
  let busy = false;

  function start(collector: HeldCollector): void {
    const stop = new AbortController();
    const ended = watchOne(options, collector, stop.signal).finally(() => watched.delete(collector.id));
    watched.set(collector.id, { collector, stop, ended });
  }

  async function makeRound(): Promise<void> {
    try {
      const kept = await keepCollectors(
        db,
        lease,
        [...watched.values()].map(({ collector }) => collector),
      );
      for (const { collector, stop } of watched.values())
        if (kept.get(collector.id)?.getTime() !== collector.updatedAt.getTime()) stop.abort();
      for (const collector of await takeCollectors(db, { lease, now: new Date(now()), most: MOST_AT_ONCE }))
        if (!watched.has(collector.id)) start(collector);
    } catch (error) {
      log.warn('collectors could not be looked after; the next round tries again', { error: (error as Error).message });
    }
  }

  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    round = makeRound().finally(() => {
      busy = false;
    });
  }, options.roundMs ?? ROUND_MS);
  return {
    async stop() {
      clearInterval(timer);
      await round;
      for (const { stop } of watched.values()) stop.abort();
      await Promise.all([...watched.values()].map(({ ended }) => ended));
    },
  };
}

/** Never rejects: how it ended stands in its row. */
async function watchOne({ db, lease, watch, now, log }: WatchOptions, collector: HeldCollector, signal: AbortSignal): Promise<void> {
  const { account, name, kind } = collector;
  let seenAt = -SEEN_MS;
  function seen(): void {
    if (now() - seenAt < SEEN_MS) return;
    seenAt = now();
    noteSeen(db, collector, lease, new Date(seenAt)).catch((error: Error) =>
      log.debug('a collector was not noted', { error: error.message }),
    );
  }
  let failure: { error: string; retryAt: Date } | undefined;
  try {
    await watch(collector, signal, seen);
  } catch (error) {
    if (!signal.aborted) failure = { error: sentenceOf(error), retryAt: new Date(now() + pauseAfter(collector.attempts)) };
    if (failure !== undefined) log.warn('a collector failed', { account, name, kind, error: String((error as Error).stack ?? error) });
  }
  try {
    await releaseCollector(db, collector, { lease, ...(failure === undefined ? {} : { failure }) });
  } catch (error) {
    log.warn('a collector could not be given back; its lease ends by itself', { account, name, error: (error as Error).message });
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof AssayError
    ? error.message.slice(0, 1000)
    : 'Something went wrong that should not; the log of the service says what.';
}

function pauseAfter(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts, 10));
}
