import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import type pg from 'pg';
import { type Span, traced } from '../telemetry/spans.ts';
import type { JobOutcome } from '../telemetry/telemetry.ts';
import { claim, fail, finish, heartbeat, type Job, LeaseLost, reap } from './queue.ts';

/**
 * Does one job. Write with `job.fence`, and end the job with `finish(tx, job, result?)` in the transaction of its effects;
 * a handler that returns without having done so is finished afterwards with what it returned.
 * An AssayError is final (a person must act), and so is what PostgreSQL cannot hold; anything else is tried again.
 */
export type JobHandler = (job: Job, ctx: { readonly signal: AbortSignal; readonly finished: () => void }) => Promise<unknown>;

export interface RunnerOptions {
  readonly pool: pg.Pool;
  readonly handlers: Readonly<Record<string, JobHandler>>;
  /** How many jobs of each lane run at once here. */
  readonly lanes: Readonly<Record<string, number>>;
  readonly worker: string;
  readonly log: Logger;
  /** Told of every attempt; time in milliseconds. */
  readonly onAttempt?: (attempt: { readonly kind: string; readonly outcome: JobOutcome }, milliseconds: number) => void;
  readonly leaseMs?: number;
  readonly pollMs?: number;
  readonly maxAttempts?: number;
}

export interface Runner {
  /** Takes no more jobs, tells the running ones to end, waits for them. */
  stop(): Promise<void>;
}

/** Notifications are a hint that saves waiting; polling is the truth. */
export function startRunner(options: RunnerOptions): Runner {
  const { pool, log, leaseMs = 30_000, pollMs = 2_000, maxAttempts = 8 } = options;
  const stopping = new AbortController();
  const alarm = new Alarm();
  const lane = async (name: string): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const heard = alarm.rings;
        const job = await claim(pool, name, { worker: options.worker, leaseMs });
        // What was queued behind the back of the claim has told so meanwhile.
        if (job === undefined && alarm.rings === heard) await alarm.pause(pollMs);
        else if (job !== undefined) await run(job, { ...options, leaseMs, maxAttempts, signal: stopping.signal });
      } catch (error) {
        log.warn('the job queue cannot be read', { lane: name, error: (error as Error).message });
        await alarm.pause(pollMs);
      }
    }
  };
  const listen = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const client = await pool.connect().catch(() => undefined);
      if (client !== undefined) {
        const lost = new Promise<void>((resolve) => {
          client.once('end', resolve).once('error', () => resolve());
          stopping.signal.addEventListener('abort', () => resolve(), { once: true });
        });
        client.on('notification', () => alarm.ring());
        await client.query('listen assay_job').catch(() => {});
        await lost;
        client.release(true);
      }
      if (!stopping.signal.aborted) await alarm.pause(pollMs);
    }
  };
  const reaper = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await reap(pool, maxAttempts).catch((error: Error) => log.warn('expired jobs cannot be read', { error: error.message }));
      await alarm.pause(Math.min(leaseMs, 10_000));
    }
  };
  const loops = Object.entries(options.lanes).flatMap(([name, count]) => Array.from({ length: count }, () => lane(name)));
  const all = Promise.all([...loops, listen(), reaper()]);
  return {
    async stop() {
      stopping.abort();
      alarm.ring();
      await all;
    },
  };
}

/** Ends the pauses that are under way. */
class Alarm {
  readonly #sleepers = new Set<() => void>();
  /** How often it rang. */
  rings = 0;

  ring(): void {
    this.rings++;
    for (const wake of this.#sleepers) wake();
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#sleepers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#sleepers.add(done);
    });
  }
}

interface RunOptions extends RunnerOptions {
  readonly leaseMs: number;
  readonly maxAttempts: number;
  readonly signal: AbortSignal;
}

async function run(job: Job, options: RunOptions): Promise<void> {
  const start = performance.now();
  const span: Span = { name: `job ${job.kind}`, kind: 'internal', attributes: { 'assay.lane': job.lane, 'assay.attempt': job.attempts } };
  const outcome = await traced(
    () => span,
    () => attempt(job, options),
  );
  options.onAttempt?.({ kind: job.kind, outcome }, performance.now() - start);
}

async function attempt(job: Job, options: RunOptions): Promise<JobOutcome> {
  const { pool, log, leaseMs } = options;
  const lost = new AbortController();
  const beat = setInterval(() => {
    heartbeat(pool, job, leaseMs).catch((error: Error) => {
      if (error instanceof LeaseLost) lost.abort(error);
      else log.warn('a lease could not be prolonged', { job: job.id, error: error.message });
    });
  }, leaseMs / 3);
  let finished = false;
  try {
    const handler = options.handlers[job.kind];
    if (handler === undefined)
      throw new AssayError('job-kind', `No worker here knows jobs of kind ${job.kind}; run the version that queued it.`);
    const signal = AbortSignal.any([lost.signal, options.signal]);
    const result = await handler(job, {
      signal,
      finished: () => {
        finished = true;
      },
    });
    if (!finished) await finish(pool, job, result);
    return 'done';
  } catch (error) {
    if (error instanceof LeaseLost || finished) {
      log.warn('a job was lost to another worker', { job: job.id, kind: job.kind });
      return 'lost';
    }
    // Stopped by us: it did nothing wrong, and begins again at the next start.
    const stopped = options.signal.aborted;
    const final = !stopped && (error instanceof AssayError || isRefusedData(error) || job.attempts >= options.maxAttempts);
    log.warn('a job failed', { job: job.id, kind: job.kind, attempt: job.attempts, final, error: (error as Error).message });
    const delayMs = final ? undefined : stopped ? 0 : Math.min(1000 * 2 ** job.attempts, 600_000);
    await putBack(job, { error: tellable(error, job), delayMs }, options);
    return final ? 'dead' : stopped ? 'stopped' : 'failed';
  } finally {
    clearInterval(beat);
  }
}

/** A database that restarts is away for seconds; without an answer by then the lease ends by itself. */
async function putBack(job: Job, outcome: Parameters<typeof fail>[2], { pool, log, leaseMs, signal }: RunOptions): Promise<void> {
  const tries = 6;
  for (let n = 1; n <= tries; n++) {
    try {
      return await fail(pool, job, outcome);
    } catch (error) {
      if (n === tries || signal.aborted) {
        log.error('a failed job could not be put back; its lease will expire', { job: job.id, error: (error as Error).message });
        return;
      }
      await sleep(leaseMs / 30);
    }
  }
}

/** What the account's people may read: our own sentences; whatever else happened is in the log alone, since it may quote other accounts' rows. */
function tellable(error: unknown, job: Job): string {
  if (error instanceof AssayError) return error.message;
  if (isRefusedData(error)) return 'It holds something that the database cannot store.';
  return `It failed inside; the server's log names job ${job.id}.`;
}

/** SQLSTATE classes 22 (a value that its type cannot hold) and 54 (longer than a limit): the same data fails again. */
function isRefusedData(error: unknown): boolean {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && /^(22|54)[0-9A-Z]{3}$/.test(code);
}
