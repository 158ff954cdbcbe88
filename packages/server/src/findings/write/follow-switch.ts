import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { FINDING_STATUS } from '@assay/core/finding.ts';
import { SCAN_TYPE_OF, SCAN_TYPES, type ScanType } from '../../accounts/settings.ts';
import { disabledKinds, kindsOf, lockSettings } from '../../accounts/switch.ts';
import { inTransaction, type Transaction } from '../../db/pool.ts';
import { finish, holdJob, type Job } from '../../jobs/queue.ts';
import { closeFindings, hasEnded } from './close.ts';
import { type RematchDependencies, rematchResources } from './rematch.ts';

/** Resources per transaction. */
const CHUNK = 200;

/** `finding_event.actor` of findings that close or come back because their scan type was switched. */
export const DISABLED = 'disable';
export const ENABLED = 'enable';

const OFF = `scan_status = ${SCAN_STATUS.INACTIVE}, scan_reason = ${SCAN_REASON.PENDING_DISABLE}`;

/**
 * Handler of `switch-scanning` jobs: makes coverage and findings of an account follow its scan types. What is disabled closes, with its
 * history; what is enabled again comes back from the stored inventories. Any part of it may be done twice.
 */
export async function followSwitch(deps: RematchDependencies, job: Job): Promise<void> {
  const { pool } = deps;
  const off = await disabledKinds(pool, job.account);
  const on = kindsOf(SCAN_TYPES).filter((kind) => !off.includes(kind));
  await inChunks(deps, job, {
    next: `kind = any($2::smallint[]) and (scan_reason <> ${SCAN_REASON.PENDING_DISABLE}
      or exists (select from finding f where f.account = r.account and f.resource = r.id and f.status <> ${FINDING_STATUS.CLOSED}))`,
    kinds: off,
    write: (resources) => close(deps, job, resources),
  });
  await inChunks(deps, job, {
    next: `kind = any($2::smallint[]) and scan_reason = ${SCAN_REASON.PENDING_DISABLE}`,
    kinds: on,
    write: (resources) => bringBack(deps, job, resources),
  });
  await inTransaction(pool, async (tx) => {
    const settings = await lockSettings(tx, job.account);
    if (settings?.switching !== undefined) {
      // Switched again meanwhile: the job of that time follows.
      const done = (type: ScanType): boolean => off.some((kind) => SCAN_TYPE_OF[kind] === type) === (settings.scanTypes[type] !== true);
      const switching = Object.fromEntries(Object.entries(settings.switching).filter(([type]) => !done(type as ScanType)));
      await tx.query('update account set settings = $2 where account = $1', [job.account, JSON.stringify({ ...settings, switching })]);
    }
    await finish(tx, job);
  });
}

interface Chunks {
  /** Condition on `resource r`. */
  readonly next: string;
  readonly kinds: readonly number[];
  readonly write: (resources: readonly number[]) => Promise<void>;
}

async function inChunks({ pool, ctx }: RematchDependencies, job: Job, { next, kinds, write }: Chunks): Promise<void> {
  if (kinds.length === 0) return;
  for (let after = 0; ; ) {
    ctx.signal?.throwIfAborted();
    const text = `select id from resource r where account = $1 and ${next} and id > $3 order by id limit ${CHUNK}`;
    const { rows } = await pool.query<{ id: number }>(text, [job.account, kinds, after]);
    const last = rows.at(-1);
    if (last === undefined) return;
    await write(rows.map((row) => row.id));
    after = last.id;
  }
}

/** Closing depends on no match, so a newer number does not forbid it; that the job is still ours does. */
async function close({ pool, naming, ctx }: RematchDependencies, job: Job, resources: readonly number[]): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await holdJob(tx, job);
    const which = [job.account, resources];
    await tx.query('select from resource where account = $1 and id = any($2::bigint[]) order by account, id for update', which);
    await closeFindings(tx, { account: job.account, resources, actor: DISABLED, naming, now: new Date(ctx.now()) });
    await tx.query(
      `update resource set fence = greatest(fence, $3), ${OFF}, detail = case when scan_reason = ${SCAN_REASON.PENDING_DISABLE} then detail
         else detail || jsonb_build_object('beforeDisable', jsonb_build_array(scan_status, scan_reason)) end
       where account = $1 and id = any($2::bigint[])`,
      [...which, job.fence],
    );
  });
}

async function bringBack(deps: RematchDependencies, job: Job, resources: readonly number[]): Promise<void> {
  const { account, fence } = job;
  const after = async (tx: Transaction, written: readonly number[]): Promise<void> => {
    await holdJob(tx, job);
    await restore(tx, account, { resources: written, where: 'true' });
  };
  await rematchResources(deps, { account, resources, fence, actor: ENABLED, after });
  await inTransaction(deps.pool, async (tx) => {
    await holdJob(tx, job);
    await restore(tx, account, { resources, where: `(inventory is null or ${hasEnded()})` });
  });
}

/** What the last look said of it. */
async function restore(
  tx: Transaction,
  account: number,
  which: { readonly resources: readonly number[]; readonly where: string },
): Promise<void> {
  await tx.query(
    `update resource set scan_status = coalesce((detail->'beforeDisable'->>0)::smallint, ${SCAN_STATUS.ACTIVE}),
       scan_reason = coalesce((detail->'beforeDisable'->>1)::smallint, ${SCAN_REASON.SUCCESSFUL}), detail = detail - 'beforeDisable'
     where account = $1 and id = any($2::bigint[]) and scan_reason = ${SCAN_REASON.PENDING_DISABLE} and ${which.where}`,
    [account, which.resources],
  );
}
