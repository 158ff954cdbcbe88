import type { ClusterHealth, ClusterProvider } from '@assay/core/running.ts';
import type { Transaction } from '../db/pool.ts';
import { SILENT_MS } from '../eligibility/facts.ts';

/** A cluster with how it is doing and what it runs. */
export interface ClusterView {
  readonly account: number;
  readonly id: number;
  readonly arn: string;
  readonly name: string;
  readonly provider: ClusterProvider;
  readonly version: string | null;
  readonly collector: string | null;
  /** Whose figures count in place of these: it watches the same cluster. */
  readonly countedBy: number | null;
  readonly createdAt: Date;
  /** Last evidence. */
  readonly observedAt: Date | null;
  /** Last whole snapshot. */
  readonly completeAt: Date | null;
  /** Since when a snapshot that shrank too much waits for a second one. */
  readonly heldAt: Date | null;
  /** Namespaces that its collector sees; null: all. */
  readonly scope: readonly string[] | null;
  readonly health: Partial<ClusterHealth>;
  readonly namespaces: number;
  readonly workloads: number;
  /** Different ones that run. */
  readonly images: number;
  readonly running: number;
  /** Running images that mean nothing we know. */
  readonly unresolved: number;
}

export type ClusterState = 'HEALTHY' | 'PROBLEMS' | 'SILENT' | 'WAITING';

/** WAITING: it never told all that runs in it. SILENT: nothing was heard of late, so ageing is frozen since. */
export function clusterState(cluster: ClusterView, now: number): ClusterState {
  if (frozenSince(cluster, now) !== undefined) return 'SILENT';
  if ((cluster.health.problems ?? []).length > 0 || cluster.heldAt !== null) return 'PROBLEMS';
  return cluster.completeAt === null ? 'WAITING' : 'HEALTHY';
}

/** Undefined while it is heard. */
export function frozenSince(cluster: ClusterView, now: number): Date | undefined {
  const { observedAt } = cluster;
  return observedAt !== null && observedAt.getTime() < now - SILENT_MS ? observedAt : undefined;
}

const COLUMNS = `c.account, c.id, c.arn, c.name, c.provider, c.version, c.collector, c.counted_by as "countedBy", c.created_at as "createdAt", c.observed_at as "observedAt",
  c.complete_at as "completeAt", c.held_at as "heldAt", c.scope, c.health, n.*`;
const COUNTS = `select count(distinct i.namespace)::int as namespaces, count(distinct (i.namespace, i.workload_kind, i.workload))::int as workloads,
  count(distinct coalesce(i.digest, i.image))::int as images, coalesce(sum(i.running), 0)::float8 as running,
  count(*) filter (where i.confidence = 0)::int as unresolved
  from running_image i where i.account = c.account and i.cluster = c.id and i.running > 0`;

/** By account and number; `after` is the last one of the page before. */
export async function listClusters(
  tx: Transaction,
  accounts: readonly number[],
  page: { readonly after: { readonly account: number; readonly id: number } | undefined; readonly limit: number },
): Promise<ClusterView[]> {
  const { after = { account: -1, id: 0 }, limit } = page;
  const { rows } = await tx.query<ClusterView>(
    `select ${COLUMNS} from (select * from cluster where account = any($1::bigint[]) and gone_at is null and (account, id) > ($2, $3)
       order by account, id limit $4) c cross join lateral (${COUNTS}) n order by c.account, c.id`,
    [accounts, after.account, after.id, limit],
  );
  return rows;
}

/** Of accounts that see the same cluster, the first of `accounts` that does. */
export async function readCluster(tx: Transaction, accounts: readonly number[], arn: string): Promise<ClusterView | undefined> {
  const { rows } = await tx.query<ClusterView>(
    `select ${COLUMNS} from cluster c cross join lateral (${COUNTS}) n
     where c.account = any($1::bigint[]) and c.arn = $2 and c.gone_at is null order by array_position($1::bigint[], c.account) limit 1`,
    [accounts, arn],
  );
  return rows[0];
}

export interface NamespaceView {
  readonly namespace: string;
  readonly workloads: number;
  readonly images: number;
  readonly running: number;
  readonly unresolved: number;
}

/** Of what runs; by name. */
export async function listNamespaces(
  tx: Transaction,
  cluster: Pick<ClusterView, 'account' | 'id'>,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<NamespaceView[]> {
  const { rows } = await tx.query<NamespaceView>(
    `select i.namespace, count(distinct (i.workload_kind, i.workload))::int as workloads, count(distinct coalesce(i.digest, i.image))::int as images,
       sum(i.running)::float8 as running, count(*) filter (where i.confidence = 0)::int as unresolved
     from running_image i where i.account = $1 and i.cluster = $2 and i.running > 0 and ($3::text is null or i.namespace > $3)
     group by 1 order by 1 limit $4`,
    [cluster.account, cluster.id, page.after ?? null, page.limit],
  );
  return rows;
}
