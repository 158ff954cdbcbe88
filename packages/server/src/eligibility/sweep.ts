import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { type Eligibility, eligibility, type MonitoringWindows } from '@assay/core/eligibility.ts';
import type pg from 'pg';
import { readConfiguration } from '../accounts/configuration.ts';
import { inTransaction, type Transaction } from '../db/pool.ts';
import type { FindingNaming } from '../findings/naming.ts';
import { closeFindings } from '../findings/write/close.ts';
import { enqueueSql, finish, holdJob, type Job } from '../jobs/queue.ts';
import { end } from './deleted.ts';
import { newestOf, readFacts, readWatch, type Watch } from './facts.ts';
import { restUntilAsked } from './frequency.ts';
import { type Allowance, countLapsed, mayLapse } from './limit.ts';
import { monitoredImages, WATCHED } from './monitored-images.ts';
import { ELIGIBILITY_LANE, markHeard } from './revive.ts';
import { windowsOf } from './windows.ts';

/** The job that lets the images of an account lapse whose time is over. */
export const SWEEP = 'eligibility';

/** `finding_event.actor` of findings that close because their image is not monitored any more. */
export const LAPSED = 'eligibility';

export interface SweepDependencies {
  /** Role worker. */
  readonly pool: pg.Pool;
  readonly naming: FindingNaming;
  readonly now: () => number;
}

/** Images whose findings close at once. */
const CLOSE = 200;

/** Queues a sweep of every account that has images of watched registries. */
export async function queueSweeps(pool: pg.Pool): Promise<void> {
  await pool.query(
    enqueueSql(`select distinct r.account, '${SWEEP}', 'sweep', '${ELIGIBILITY_LANE}', 0, '{}'::jsonb, statement_timestamp() from resource r
      where r.frequency is not null and r.gone_at is null`),
  );
}

interface Sweep extends SweepDependencies {
  readonly account: number;
  readonly windows: MonitoringWindows;
  readonly watch: Watch | undefined;
  readonly at: number;
}

/**
 * Handler of `eligibility` jobs. Each chunk of images lapses in one transaction with its findings and with the count of what lapsed, so a
 * sweep that is killed leaves whole images behind and the next goes on; more than the limit lapses only after an operator agreed.
 */
export async function sweepImages(job: Job, deps: SweepDependencies, signal: AbortSignal): Promise<void> {
  const { account } = job;
  const windows = windowsOf((await readConfiguration(deps.pool, account)).ecr);
  const sweep: Sweep = { ...deps, account, windows, watch: await readWatch(deps.pool, account), at: deps.now() };
  const found = await examine(sweep, signal);
  const allowance: Allowance = { account, images: found.images, due: found.EXPIRED.length, now: new Date(sweep.at) };
  await mark(sweep, job, found);
  if (await mayLapse(deps.pool, job, allowance)) {
    for (let from = 0; from < found.EXPIRED.length; from += CLOSE) {
      signal.throwIfAborted();
      await lapse(sweep, job, found.EXPIRED.slice(from, from + CLOSE));
    }
  }
  await finish(deps.pool, job);
}

interface Found {
  readonly images: number;
  readonly EXPIRED: number[];
  /** Whose reason does not say yet what holds. */
  readonly STALE: number[];
  readonly heard: number[];
  readonly NOT_CONTINUOUS: number[];
}

async function examine(sweep: Sweep, signal: AbortSignal): Promise<Found> {
  const found = { images: 0, EXPIRED: [] as number[], STALE: [] as number[], heard: [] as number[], NOT_CONTINUOUS: [] as number[] };
  for await (const images of monitoredImages(sweep.pool, { ...sweep, now: sweep.at })) {
    signal.throwIfAborted();
    for (const { id, reason, facts } of images) {
      const state: Eligibility = eligibility(facts, sweep.windows, sweep.at);
      if (state !== 'NOT_CONTINUOUS') found.images++;
      if (state === 'EXPIRED' || state === 'NOT_CONTINUOUS') found[state].push(id);
      else if (state === 'STALE' && reason === SCAN_REASON.SUCCESSFUL) found.STALE.push(id);
      else if (state !== 'STALE' && reason === SCAN_REASON.STALE_INVENTORY) found.heard.push(id);
    }
  }
  return found;
}

async function mark({ pool, account }: Sweep, job: Job, { STALE, heard, NOT_CONTINUOUS }: Found): Promise<void> {
  const all = [...STALE, ...heard, ...NOT_CONTINUOUS];
  if (all.length === 0) return;
  await inTransaction(pool, async (tx) => {
    await holdJob(tx, job);
    await lock(tx, account, all);
    await restUntilAsked(tx, account, NOT_CONTINUOUS);
    await markHeard(tx, account, heard);
    await tx.query(
      `update resource r set scan_reason = ${SCAN_REASON.STALE_INVENTORY}
       where account = $1 and id = any($2::bigint[]) and ${WATCHED} and scan_reason = ${SCAN_REASON.SUCCESSFUL}`,
      [account, STALE],
    );
  });
}

/** Decided again under the lock: somebody may have used, pulled or pushed it since. */
async function lapse(sweep: Sweep, job: Job, resources: readonly number[]): Promise<void> {
  const { pool, account, windows, naming, at } = sweep;
  await inTransaction(pool, async (tx) => {
    await holdJob(tx, job);
    await lock(tx, account, resources);
    const which = { where: `${WATCHED} and r.id = any($3::bigint[])`, values: [resources] };
    const images = (await readFacts(tx, { ...sweep, now: at }, which)).filter(({ facts }) => eligibility(facts, windows, at) === 'EXPIRED');
    if (images.length === 0) return;
    const ids = images.filter(({ facts }) => !facts.deleted).map((image) => image.id);
    const now = new Date(at);
    const gone = images.filter(({ facts }) => facts.deleted).map((image) => image.id);
    await end(tx, { account, resources: gone }, { naming, now });
    await closeFindings(tx, { account, resources: ids, actor: LAPSED, naming, now });
    const newest = images.filter(({ facts }) => !facts.deleted).map(({ facts }) => newestOf(facts) ?? null);
    await tx.query(
      `update resource r set scan_status = ${SCAN_STATUS.INACTIVE}, scan_reason = ${SCAN_REASON.SCAN_ELIGIBILITY_EXPIRED},
         lapsed_with = k.newest, fence = greatest(r.fence, $4)
       from unnest($2::bigint[], $3::timestamptz[]) as k(id, newest) where r.account = $1 and r.id = k.id`,
      [account, ids, newest.map((at) => (at === null ? null : new Date(at))), job.fence],
    );
    await countLapsed(tx, account, images.length);
  });
}

async function lock(tx: Transaction, account: number, resources: readonly number[]): Promise<void> {
  await tx.query('select from resource where account = $1 and id = any($2::bigint[]) order by account, id for update', [
    account,
    resources,
  ]);
}
