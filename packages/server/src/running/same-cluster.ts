import { RELATIONSHIP } from '../accounts/organization.ts';
import { inTransaction, type Transaction } from '../db/pool.ts';
import { SILENT_MS } from '../eligibility/facts.ts';
import type { ClusterKey, RunningDependencies } from './apply-reports.ts';
import { circleOf } from './circle.ts';
import { queueApply } from './queue-apply.ts';
import { recountResources, type UsedResource } from './recount.ts';

/** One cluster as one account of a circle watches it. */
export interface Watched {
  readonly account: number;
  readonly id: number;
  readonly countedBy: number | null;
  readonly observedAt: Date | null;
  readonly isComplete: boolean;
  /** It sees all namespaces. */
  readonly isWhole: boolean;
}

/**
 * Whose figures count of those that watch the same cluster: who is heard and has told everything, before who sees some namespaces only; who
 * counts already goes on. Else it would change hands with every report.
 */
export function counting(watched: readonly Watched[], now: number): Watched | undefined {
  const rank = (one: Watched): readonly number[] => [
    one.isComplete && (one.observedAt?.getTime() ?? 0) >= now - SILENT_MS ? 1 : 0,
    one.isComplete ? 1 : 0,
    one.isWhole ? 1 : 0,
    watched.some((other) => other.countedBy === one.account) ? 1 : 0,
    one.observedAt?.getTime() ?? 0,
    -one.account,
  ];
  const better = (a: readonly number[], b: readonly number[]): number => {
    const at = a.findIndex((value, place) => value !== b[place]);
    return at === -1 ? 0 : b[at]! - a[at]!;
  };
  return [...watched].sort((a, b) => better(rank(a), rank(b)))[0];
}

const CHUNK = 5_000;

/**
 * Decides whether the figures of a cluster count, and counts anew when that changed; the others decide by a job of their own, so that none is
 * decided while it is being written. One read where nobody else watches the cluster.
 */
export async function settleSame({ pool, naming, now }: RunningDependencies, at: ClusterKey): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const watched = await readWatched(tx, at);
    const winner = counting(watched, now());
    const by = (one: Watched): number | null => (winner === undefined || one.account === winner.account ? null : winner.account);
    const isSelf = (one: Watched): boolean => one.account === at.account;
    const moved = watched.filter((one) => one.countedBy !== by(one));
    for (const one of moved.filter((other) => !isSelf(other))) await queueApply(tx, { account: one.account, cluster: one.id });
    const self = moved.find(isSelf);
    if (self === undefined) return;
    await tx.query('update cluster set counted_by = $3 where account = $1 and id = $2', [at.account, at.cluster, by(self)]);
    const { rows } = await tx.query<UsedResource>(USED, [at.account, at.cluster]);
    for (let from = 0; from < rows.length; from += CHUNK)
      await recountResources(tx, rows.slice(from, from + CHUNK), { naming, now: new Date(now()) });
  });
}

const USED = `select distinct x.account, x.resource from running_image i join running_resource x on x.observer = i.account and x.running = i.id
  where i.account = $1 and i.cluster = $2 and i.running > 0 order by 1, 2`;

async function readWatched(tx: Transaction, { account, cluster }: ClusterKey): Promise<Watched[]> {
  const { rows } = await tx.query<Watched>(
    `select k.account, k.id, k.counted_by as "countedBy", k.observed_at as "observedAt", k.complete_at is not null as "isComplete",
       k.scope is null as "isWhole"
     from cluster k left join member m on m.account = k.account and m.status = ${RELATIONSHIP.ENABLED}
     where (k.provider, k.uid) = (select provider, uid from cluster where account = $1 and id = $2) and k.gone_at is null
       and coalesce(m.administrator, k.account) = $3`,
    [account, cluster, await circleOf(tx, account)],
  );
  return rows;
}

/** Has decided again who counts where several watch, or watched, one cluster: one fell silent, or an account came into a circle or left it. */
export async function settleAllSame(tx: Transaction): Promise<void> {
  const { rows } = await tx.query<ClusterKey>(
    `select c.account, c.id as cluster from cluster c where c.account >= 0 and c.gone_at is null and (c.counted_by is not null
       or exists (select from cluster k where k.provider = c.provider and k.uid = c.uid and k.account <> c.account and k.gone_at is null))`,
  );
  for (const one of rows) await queueApply(tx, one);
}
