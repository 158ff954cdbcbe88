import os from 'node:os';
import { SWITCH, SWITCH_LANE } from '../accounts/switch.ts';
import { DUE, DUE_LANE } from '../due/policy.ts';
import { sweepDueDates } from '../due/sweep.ts';
import { ELIGIBILITY_LANE, REVIVE, reviveFindings } from '../eligibility/revive.ts';
import { SWEEP, sweepImages } from '../eligibility/sweep.ts';
import { EXPORT, EXPORT_LANE, writeExport } from '../exports/write-export.ts';
import { evaluate } from '../findings/write/evaluate.ts';
import { followSwitch } from '../findings/write/follow-switch.ts';
import type { JobHandler, Runner } from '../jobs/runner.ts';
import { startRunner } from '../jobs/runner.ts';
import { EVALUATE, EVALUATE_LANE } from '../revisions/revisions.ts';
import { reportCriteria, reportText } from '../services/inspector2/shapes/report.ts';
import { SETTLE, SETTLE_LANE } from '../suppression/filter-row.ts';
import { RETRY, retry } from '../suppression/retry.ts';
import { settle } from '../suppression/settling.ts';
import { look } from './look.ts';
import { LOOK, LOOK_LANE, ownLane } from './look-lanes.ts';
import { rescan } from './rescan.ts';
import { RESCAN } from './scan-request.ts';
import { SUBMIT, SUBMIT_LANE } from './submission.ts';
import { submit } from './submit.ts';
import type { World } from './world.ts';

/** Every kind of background work and how much of it runs at once here. */
export function startWork(world: World): Runner {
  const { worker: pool, revisions, ctx, naming } = world;
  const handlers: Readonly<Record<string, JobHandler>> = {
    [LOOK]: async (job, run) => {
      await look(job, world);
      run.finished();
    },
    [RESCAN]: (job, run) => rescan(job, world, run.signal),
    [SUBMIT]: async (job, run) => {
      await submit(job, world);
      run.finished();
    },
    [EVALUATE]: async (job, run) => {
      await evaluate({ pool, revisions, naming, ctx: { ...ctx, signal: run.signal }, job });
      run.finished();
    },
    [RETRY]: async (job, run) => {
      await retry(job, { pool, naming, now: ctx.now }, run.signal);
      run.finished();
    },
    [SETTLE]: async (job, run) => {
      await settle(job, { pool, naming, now: ctx.now }, run.signal);
      run.finished();
    },
    [SWITCH]: async (job, run) => {
      await followSwitch({ pool, revisions, naming, ctx: { ...ctx, signal: run.signal } }, job);
      run.finished();
    },
    [DUE]: async (job, run) => {
      await sweepDueDates(job, { pool, naming, now: ctx.now }, run.signal);
      run.finished();
    },
    [SWEEP]: async (job, run) => {
      await sweepImages(job, { pool, naming, now: ctx.now }, run.signal);
      run.finished();
    },
    [REVIVE]: async (job, run) => {
      await reviveFindings({ pool, revisions, naming, ctx: { ...ctx, signal: run.signal } }, job);
      run.finished();
    },
    [EXPORT]: async (job, run) => {
      const text = (format: string) => reportText(format, { region: naming.region, now: ctx.now });
      await writeExport(job, { ...world, ...world.vault, ...naming, pool, reportText: text, criteriaOf: reportCriteria }, run.signal);
      run.finished();
    },
  };
  return startRunner({
    pool,
    handlers,
    lanes: {
      [LOOK_LANE]: 1,
      [ownLane()]: 1,
      [SUBMIT_LANE]: 2,
      [EVALUATE_LANE]: 1,
      [SETTLE_LANE]: 1,
      [SWITCH_LANE]: 1,
      [EXPORT_LANE]: 1,
      [DUE_LANE]: 1,
      [ELIGIBILITY_LANE]: 1,
    },
    worker: `${os.hostname()}:${process.pid}`,
    log: ctx.log,
    onAttempt: world.telemetry.job,
  });
}
