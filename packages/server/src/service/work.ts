import os from 'node:os';
import { SWITCH, SWITCH_LANE } from '../accounts/switch.ts';
import { DUE, DUE_LANE } from '../due/policy.ts';
import { sweepDueDates } from '../due/sweep.ts';
import { ELIGIBILITY_LANE, REVIVE, reviveFindings } from '../eligibility/revive.ts';
import { SWEEP, sweepImages } from '../eligibility/sweep.ts';
import { EXPORT, EXPORT_LANE, writeExport } from '../exports/write-export.ts';
import { evaluate } from '../findings/write/evaluate.ts';
import { followSwitch } from '../findings/write/follow-switch.ts';
import type { Job } from '../jobs/queue.ts';
import type { JobHandler, Runner } from '../jobs/runner.ts';
import { startRunner } from '../jobs/runner.ts';
import { crawl } from '../registries/crawl.ts';
import { CRAWL, CRAWL_LANE } from '../registries/crawl-request.ts';
import { NOTICE, NOTICE_LANE } from '../registries/inbox.ts';
import { ingest } from '../registries/ingest.ts';
import { INGEST, INGEST_LANE } from '../registries/ingest-request.ts';
import { READ_QUEUE, READ_QUEUE_LANE, readQueue } from '../registries/read-queue.ts';
import { takeEvents } from '../registries/take-events.ts';
import { EVALUATE, EVALUATE_LANE } from '../revisions/revisions.ts';
import { applyReports } from '../running/apply-reports.ts';
import { APPLY, FIND_RUNNING, RECOUNT, RECOUNT_LANE, RESOLVE, RUNNING_LANE, SHARE } from '../running/jobs.ts';
import { findRunning, recountJob, resolveJob } from '../running/resolve-again.ts';
import { shareRunning } from '../running/share.ts';
import { reportCriteria, reportText } from '../services/inspector2/shapes/report.ts';
import { SETTLE, SETTLE_LANE } from '../suppression/filter-row.ts';
import { RETRY, retry } from '../suppression/retry.ts';
import { settle } from '../suppression/settling.ts';
import { look } from './look.ts';
import { LOOK, LOOK_LANE, ownLane } from './look-lanes.ts';
import { registryDependencies } from './registries.ts';
import { rescan } from './rescan.ts';
import { RESCAN } from './scan-request.ts';
import { SUBMIT, SUBMIT_LANE } from './submission.ts';
import { submit } from './submit.ts';
import type { World } from './world.ts';

/** How much of the work of a lane runs at once here. */
const LANES = {
  [LOOK_LANE]: 1,
  [ownLane()]: 1,
  [SUBMIT_LANE]: 2,
  [CRAWL_LANE]: 2,
  [INGEST_LANE]: 2,
  [NOTICE_LANE]: 1,
  // They wait at an empty queue, which costs nothing but keeps others from theirs.
  [READ_QUEUE_LANE]: 16,
  [EVALUATE_LANE]: 1,
  [SETTLE_LANE]: 1,
  [SWITCH_LANE]: 1,
  [EXPORT_LANE]: 1,
  [DUE_LANE]: 1,
  [ELIGIBILITY_LANE]: 1,
  [RUNNING_LANE]: 2,
  [RECOUNT_LANE]: 1,
};

export function startWork(world: World): Runner {
  const { worker: pool, ctx, telemetry } = world;
  const worker = `${os.hostname()}:${process.pid}`;
  return startRunner({ pool, handlers: handlersOf(world), lanes: LANES, worker, log: ctx.log, onAttempt: telemetry.job });
}

/** Every kind of background work. */
function handlersOf(world: World): Readonly<Record<string, JobHandler>> {
  const { worker: pool, revisions, ctx, naming } = world;
  const registries = registryDependencies(world);
  const written = { pool, naming, now: ctx.now };
  const matched = (signal: AbortSignal) => ({ pool, revisions, naming, ctx: { ...ctx, signal } });
  return {
    [LOOK]: ending((job) => look(job, world)),
    [RESCAN]: (job, run) => rescan(job, world, run.signal),
    [CRAWL]: (job, run) => crawl(job, registries, run.signal),
    [READ_QUEUE]: (job, run) => readQueue(job, registries, run.signal),
    [NOTICE]: (job) => takeEvents(job, registries),
    [INGEST]: (job, run) => ingest(job, registries, run.signal),
    [SUBMIT]: ending((job) => submit(job, world)),
    [EVALUATE]: ending((job, signal) => evaluate({ ...matched(signal), job })),
    [RETRY]: ending((job, signal) => retry(job, written, signal)),
    [SETTLE]: ending((job, signal) => settle(job, written, signal)),
    [SWITCH]: ending((job, signal) => followSwitch(matched(signal), job)),
    [DUE]: ending((job, signal) => sweepDueDates(job, written, signal)),
    [SWEEP]: ending((job, signal) => sweepImages(job, written, signal)),
    [REVIVE]: ending((job, signal) => reviveFindings(matched(signal), job)),
    [APPLY]: ending((job) => applyReports(written, { account: job.account, cluster: Number(job.key) }, job)),
    [SHARE]: ending((job) => shareRunning(written, job)),
    [FIND_RUNNING]: ending((job) => findRunning(written, job)),
    [RESOLVE]: ending((job) => resolveJob(written, job)),
    [RECOUNT]: ending((job) => recountJob(written, job)),
    [EXPORT]: ending((job, signal) => {
      const text = (format: string) => reportText(format, { region: naming.region, now: ctx.now });
      return writeExport(job, { ...world, ...world.vault, ...naming, pool, reportText: text, criteriaOf: reportCriteria }, signal);
    }),
  };
}

/** Work that ends its job itself, in the transaction of what it writes. */
function ending(work: (job: Job, signal: AbortSignal) => Promise<unknown>): JobHandler {
  return async (job, run) => {
    await work(job, run.signal);
    run.finished();
  };
}
