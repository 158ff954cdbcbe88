import type { ClusterProvider } from '@assay/core/running.ts';
import { see, type Transaction } from '../db/pool.ts';
import { COUNTED_ELSEWHERE, stoppedOf } from './evidence.ts';

/** One workload of a cluster, with what it runs of one image. */
export interface ImageWorkload {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly definition: string;
  readonly running: number;
  readonly stopped: number;
  readonly lastSeen: Date;
}

export interface ImageCluster {
  readonly account: number;
  readonly id: number;
  readonly arn: string;
  readonly name: string;
  readonly provider: ClusterProvider;
  /** By namespace, kind, name. */
  readonly workloads: readonly ImageWorkload[];
}

export interface ImageClusters {
  /** What the caller sees: its own first. */
  readonly seen: readonly number[];
  /** Of the image's ARN. */
  readonly owner: number;
  readonly arn: string;
  readonly after: { readonly account: number; readonly id: number } | undefined;
  readonly limit: number;
  readonly now: Date;
}

/**
 * Clusters that run an image or ran it, by account and number. Whoever sees the image sees them all, of whichever account; others see those of
 * accounts that they see. A cluster that two of them watch is told once. When it was last in use is what its resource says at most: coverage, lists and this tell one time.
 * The transaction goes on to see the accounts of those clusters.
 */
export async function clustersForImage(tx: Transaction, asked: ImageClusters): Promise<ImageCluster[]> {
  const { seen, owner, arn, after = { account: -1, id: 0 }, limit, now } = asked;
  await see(tx, [...seen, owner]);
  const { rows: links } = await tx.query<{ observer: number; running: number; used: Date | null }>(
    `select x.observer, x.running, r.last_in_use_at as used from resource r join running_resource x on x.account = r.account and x.resource = r.id
     where r.account = $1 and r.arn = $2 and (r.account = any($3::bigint[]) or x.observer = any($3::bigint[]))`,
    [owner, arn, seen],
  );
  if (links.length === 0) return [];
  await see(tx, [...new Set([...seen, ...links.map((link) => link.observer)])]);
  const meant = [links.map((link) => link.observer), links.map((link) => link.running)];
  const { rows: clusters } = await tx.query<Omit<ImageCluster, 'workloads'>>(
    `select distinct c.account, c.id, c.arn, c.name, c.provider from unnest($1::bigint[], $2::bigint[]) as m(account, running)
     join running_image i on i.account = m.account and i.id = m.running join cluster c on c.account = i.account and c.id = i.cluster
     where c.gone_at is null and not ${COUNTED_ELSEWHERE} and (c.account, c.id) >= ($3, $4) order by c.account, c.id limit $5`,
    [...meant, after.account, after.id, limit],
  );
  const { rows } = await tx.query<ImageWorkload & { account: number; cluster: number }>(
    `select i.account, i.cluster, i.namespace, i.workload_kind as kind, i.workload as name, i.definition, sum(i.running)::float8 as running,
       sum(${stoppedOf('$5')})::float8 as stopped, least(max(i.last_seen), $6) as "lastSeen"
     from unnest($1::bigint[], $2::bigint[]) as m(account, running) join running_image i on i.account = m.account and i.id = m.running
     join cluster c on c.account = i.account and c.id = i.cluster
     where (c.account, c.id) in (select * from unnest($3::bigint[], $4::bigint[])) and not ${COUNTED_ELSEWHERE}
     group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6`,
    [...meant, clusters.map((one) => one.account), clusters.map((one) => one.id), now, links[0]?.used],
  );
  const workloads = Map.groupBy(rows, (row) => `${row.account} ${row.cluster}`);
  return clusters.map((cluster) => ({ ...cluster, workloads: workloads.get(`${cluster.account} ${cluster.id}`) ?? [] }));
}
