import type { ClusterIdentity } from '@assay/core/running.ts';
import type { Transaction } from '../db/pool.ts';
import { readCollector } from './collectors.ts';

/** Of one that is not: why. `cluster`: it is bound to that one; `collector`: another one reports the cluster. */
export type Admission =
  | { readonly is: 'admitted' | 'paused' | 'unknown' }
  | { readonly is: 'other-cluster'; readonly cluster: string }
  | { readonly is: 'other-collector'; readonly collector: string };

interface Reporter {
  readonly account: number;
  readonly id: string;
}

/** How often it is written down that a collector was heard. */
const SEEN_MS = 10_000;
/** A collector that was silent for so long may be followed by another. */
const RIVAL_MS = 300_000;

/**
 * Whether the collector may report that cluster now. Its first report binds it: a token that was stolen in one cluster says nothing of
 * another.
 */
export async function admitReport(
  tx: Transaction,
  reporter: Reporter,
  { cluster, begins, now }: { readonly cluster: ClusterIdentity; readonly begins: boolean; readonly now: number },
): Promise<Admission> {
  const collector = await readCollector(tx, reporter);
  if (collector === undefined) return { is: 'unknown' };
  if (!collector.enabled) return { is: 'paused' };
  const wanted = bindingOf(cluster);
  const { account, id } = collector;
  let bound = collector.clusterUid;
  if (bound === null) {
    const { rows } = await tx.query<{ uid: string }>(
      'update collector set cluster_uid = coalesce(cluster_uid, $3) where account = $1 and id = $2 returning cluster_uid as uid',
      [account, id, wanted],
    );
    bound = rows[0]?.uid ?? null;
  }
  if (bound !== wanted) return { is: 'other-cluster', cluster: bound ?? '' };
  const rival = begins ? await rivalOf(tx, reporter, { cluster, now }) : undefined;
  if (rival !== undefined) return { is: 'other-collector', collector: rival };
  if (collector.seenAt === null || now - collector.seenAt.getTime() > SEEN_MS)
    await tx.query('update collector set seen_at = $3 where account = $1 and id = $2', [account, id, new Date(now)]);
  return { is: 'admitted' };
}

/** One collector reads every ECS cluster of an AWS account. */
function bindingOf({ provider, uid }: ClusterIdentity): string {
  return provider === 'ecs' ? provider : `${provider}/${uid}`;
}

/** The name of another collector that reports this cluster: the two would take its place from each other for ever. */
async function rivalOf(
  tx: Transaction,
  { account, id }: Reporter,
  { cluster, now }: { readonly cluster: ClusterIdentity; readonly now: number },
): Promise<string | undefined> {
  const { rows } = await tx.query<{ name: string }>(
    `select o.name from cluster c join collector o on o.account = c.account and o.id = c.collector
     where c.account = $1 and c.provider = $2 and c.uid = $3 and o.id <> $4 and o.enabled and c.observed_at > $5`,
    [account, cluster.provider, cluster.uid, id, new Date(now - RIVAL_MS)],
  );
  return rows[0]?.name;
}
