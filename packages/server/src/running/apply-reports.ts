import type pg from 'pg';
import { inTransaction, type Transaction } from '../db/pool.ts';
import type { FindingNaming } from '../findings/naming.ts';
import { finish, type Job } from '../jobs/queue.ts';
import { beginApplying } from './in-flight.ts';
import { type RecountContext, recountResources, type UsedResource } from './recount.ts';
import { REPORT_PART } from './report-part.ts';
import { resolveRunning } from './resolve.ts';
import { unpackReports } from './said.ts';
import { settleSame } from './same-cluster.ts';
import { replaceSnapshot } from './snapshot.ts';
import { writeHours, writeImages } from './write-images.ts';

export interface RunningDependencies {
  /** Of the role worker. */
  readonly pool: pg.Pool;
  readonly naming: FindingNaming;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Whose reports. */
export interface ClusterKey {
  readonly account: number;
  readonly cluster: number;
}

/** Applies what was taken of a cluster, in its order, in one transaction with everything that follows from it. At most one at a time. */
export async function applyReports(deps: RunningDependencies, at: ClusterKey, job?: Job): Promise<void> {
  const { pool, naming, now } = deps;
  await settleSame(deps, at);
  await inTransaction(pool, async (tx) => {
    await beginApplying(tx);
    const ctx = { naming, now: new Date(now()) };
    if (await isGone(tx, at)) await forget(tx, at, ctx);
    else for (const act of await pending(tx, at)) await apply(tx, { at, act, ctx });
    if (job !== undefined) await finish(tx, job);
  });
}

async function isGone(tx: Transaction, { account, cluster }: ClusterKey): Promise<boolean> {
  const { rowCount } = await tx.query('select from cluster where account = $1 and id = $2 and gone_at is not null for update', [
    account,
    cluster,
  ]);
  return rowCount !== 0;
}

/** Somebody removed the cluster: what it said last counts no more. */
async function forget(tx: Transaction, { account, cluster }: ClusterKey, ctx: RecountContext): Promise<void> {
  await tx.query('delete from running_report where account = $1 and cluster = $2', [account, cluster]);
  const { rows } = await tx.query<{ id: number }>(
    'update running_image set running = 0 where account = $1 and cluster = $2 and running > 0 returning id',
    [account, cluster],
  );
  await tx.query('update cluster set held = null, held_at = null where account = $1 and id = $2', [account, cluster]);
  const stopped = rows.map((row) => row.id);
  await recountResources(tx, await meantBy(tx, account, stopped), ctx);
}

/** Reports that belong together: changes as they came, or a whole snapshot with the changes during it. */
type Act =
  | { readonly kind: 'change'; readonly reports: readonly number[] }
  | { readonly kind: 'snapshot'; readonly reports: readonly number[]; readonly scope: readonly string[] | null }
  | { readonly kind: 'forget'; readonly reports: readonly number[] }
  | { readonly kind: 'keep'; readonly reports: readonly number[] };

interface Head {
  readonly id: number;
  readonly part: number;
  readonly scope: readonly string[] | null;
  readonly applied: boolean;
}

async function pending(tx: Transaction, { account, cluster }: ClusterKey): Promise<Act[]> {
  const { rows } = await tx.query<Head>(
    'select id, part, scope, applied from running_report where account = $1 and cluster = $2 order by id',
    [account, cluster],
  );
  return plan(rows);
}

/** In the order in which they count. A snapshot that another one interrupts is forgotten; changes during one that has not ended yet are kept for its end. */
export function plan(heads: readonly Head[]): Act[] {
  const acts: Act[] = [];
  let open: { readonly scope: readonly string[] | null; readonly reports: number[] } | undefined;
  let changes: number[] = [];
  const change = (): void => {
    if (changes.length > 0) acts.push({ kind: 'change', reports: changes });
    changes = [];
  };
  const done: number[] = [];
  for (const { id, part, scope, applied } of heads) {
    if (part === REPORT_PART.change && !applied) changes.push(id);
    if (part === REPORT_PART['snapshot-begin']) {
      done.push(...(open?.reports ?? []));
      open = { scope, reports: [id] };
    } else if (open === undefined) done.push(id);
    else open.reports.push(id);
    if (part === REPORT_PART['snapshot-end'] && open !== undefined) {
      change();
      acts.push({ kind: 'snapshot', ...open });
      done.push(...open.reports);
      open = undefined;
    }
  }
  change();
  if (done.length > 0) acts.push({ kind: 'forget', reports: done });
  if (open !== undefined) acts.push({ kind: 'keep', reports: open.reports });
  return acts;
}

interface Applying {
  readonly at: ClusterKey;
  readonly act: Act;
  readonly ctx: RecountContext;
}

async function apply(tx: Transaction, { at, act, ctx }: Applying): Promise<void> {
  const { account } = at;
  if (act.kind === 'forget') {
    await tx.query('delete from running_report where account = $1 and id = any($2::bigint[])', [account, act.reports]);
  } else if (act.kind === 'keep') {
    await tx.query('update running_report set applied = true where account = $1 and id = any($2::bigint[]) and not applied', [
      account,
      act.reports,
    ]);
  } else {
    await unpackReports(tx, at, act.reports);
    const written = act.kind === 'change' ? await writeImages(tx, at) : await replaceSnapshot(tx, { at, scope: act.scope, now: ctx.now });
    await writeHours(tx, at);
    const moved = await resolveRunning(tx, account, written.unresolved, ctx.now);
    await recountResources(tx, [...moved, ...(await meantBy(tx, account, written.changed))], ctx);
  }
}

/** Resources that observations of an account mean. */
export async function meantBy(tx: Transaction, observer: number, running: readonly number[]): Promise<UsedResource[]> {
  const { rows } = await tx.query<UsedResource>(
    'select distinct account, resource from running_resource where observer = $1 and running = any($2::bigint[])',
    [observer, running],
  );
  return rows;
}
