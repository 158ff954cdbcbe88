import { FINDING_STATUS } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type { Transaction } from '../db/pool.ts';
import { COUNTED_ELSEWHERE } from './evidence.ts';

/** A workload that runs, with the worst of what was found in it. */
export interface MappedWorkload {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly running: number;
  /** NONE: its images are known and nothing is open in them. UNKNOWN: of some of it nobody knows, and nothing worse is open. */
  readonly worst: keyof typeof SEVERITY_CODES | 'NONE' | 'UNKNOWN';
}

export interface MappedCluster {
  readonly account: number;
  readonly arn: string;
  readonly name: string;
  /** Those that run most first. */
  readonly workloads: readonly MappedWorkload[];
}

interface Row extends Omit<MappedWorkload, 'worst'> {
  readonly account: number;
  readonly arn: string;
  readonly cluster: string;
  readonly unknown: boolean;
  readonly severity: number | null;
  /** Of all clusters. */
  readonly all: number;
}

const WORSTS = new Map<number, keyof typeof SEVERITY_CODES>(
  Object.entries(SEVERITY_CODES).map(([name, code]) => [code, name as keyof typeof SEVERITY_CODES]),
);

/** All that runs in all clusters; of more than `limit` workloads those that run most. A cluster that two accounts watch stands once. */
export async function readRunningMap(
  tx: Transaction,
  accounts: readonly number[],
  limit: number,
): Promise<{ clusters: MappedCluster[]; workloads: number }> {
  const { rows } = await tx.query<Row>(MAP, [accounts, limit]);
  const clusters = [...Map.groupBy(rows, ({ account, arn }) => JSON.stringify([account, arn])).values()].map((group) => {
    const { account, arn, cluster } = group[0] as Row;
    return { account, arn, name: cluster, workloads: group.map(toWorkload) };
  });
  return { clusters, workloads: rows[0]?.all ?? 0 };
}

function toWorkload({ namespace, kind, name, running, unknown, severity }: Row): MappedWorkload {
  const known = severity === null ? undefined : WORSTS.get(severity);
  const serious = severity !== null && severity >= SEVERITY_CODES.MEDIUM;
  return { namespace, kind, name, running, worst: unknown && !serious ? 'UNKNOWN' : (known ?? 'NONE') };
}

const MAP = `with shown as (
    select i.account, i.cluster, i.namespace, i.workload_kind as kind, i.workload as name, sum(i.running)::float8 as running,
      array_agg(i.id) as images, count(*) over ()::int as "all"
    from cluster c join running_image i on i.account = c.account and i.cluster = c.id
    where c.account = any($1::bigint[]) and c.gone_at is null and not ${COUNTED_ELSEWHERE} and i.account = any($1::bigint[]) and i.running > 0
    group by 1, 2, 3, 4, 5 order by 6 desc, 1, 2, 3, 4, 5 limit $2),
  part as (
    select s.account, s.cluster, s.namespace, s.kind, s.name, x.account as owner, x.resource
    from shown s cross join lateral unnest(s.images) as one (id)
    left join running_resource x on x.observer = s.account and x.running = one.id and x.account = any($1::bigint[])),
  worst as materialized (
    select r.owner, r.resource, (select max(f.severity) from finding f
      where f.account = r.owner and f.resource = r.resource and f.status = ${FINDING_STATUS.ACTIVE}) as severity
    from (select distinct owner, resource from part where resource is not null) r)
  select s.account, c.arn, c.name as cluster, s.namespace, s.kind, s.name, s.running, s."all", w.unknown, w.severity
  from shown s join cluster c on c.account = s.account and c.id = s.cluster
  join (select p.account, p.cluster, p.namespace, p.kind, p.name, bool_or(p.resource is null) as unknown, max(w.severity) as severity
    from part p left join worst w on w.owner = p.owner and w.resource = p.resource group by 1, 2, 3, 4, 5) w
    on w.account = s.account and w.cluster = s.cluster and w.namespace = s.namespace and w.kind = s.kind and w.name = s.name
  order by c.account, c.name, c.id, s.running desc, s.namespace, s.kind, s.name`;
