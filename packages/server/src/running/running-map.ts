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
  /** Account and number of each; both null for an image that is none, or that the reader does not see. */
  readonly resources: readonly (readonly [number, number] | readonly [null, null])[];
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
  const worst = await worstOf(tx, rows);
  const clusters = [...Map.groupBy(rows, ({ account, arn }) => JSON.stringify([account, arn])).values()].map((group) => {
    const { account, arn, cluster } = group[0] as Row;
    return { account, arn, name: cluster, workloads: group.map((row) => toWorkload(row, worst)) };
  });
  return { clusters, workloads: rows[0]?.all ?? 0 };
}

/** Of resources, by account and number: the worst that is open, null where nothing is. */
type Worst = ReadonlyMap<string, number | null>;

/** Each resource once, however many workloads run it. */
async function worstOf(tx: Transaction, rows: readonly Row[]): Promise<Worst> {
  const wanted = new Map(rows.flatMap(({ resources }) => resources).map((one) => [one.join(' '), one]));
  const known = [...wanted.values()].filter(([account]) => account !== null);
  const found = await tx.query<{ account: number; resource: number; severity: number | null }>(
    `select k.account, k.resource, (select max(f.severity) from finding f
       where f.account = k.account and f.resource = k.resource and f.status = ${FINDING_STATUS.ACTIVE}) as severity
     from unnest($1::bigint[], $2::bigint[]) as k (account, resource)`,
    [known.map(([account]) => account), known.map(([, resource]) => resource)],
  );
  return new Map(found.rows.map(({ account, resource, severity }) => [`${account} ${resource}`, severity]));
}

function toWorkload({ namespace, kind, name, running, resources }: Row, worst: Worst): MappedWorkload {
  const severity = Math.max(-1, ...resources.map((one) => worst.get(one.join(' ')) ?? -1));
  const unknown = resources.some(([account]) => account === null);
  return {
    ...{ namespace, kind, name, running },
    worst: unknown && severity < SEVERITY_CODES.MEDIUM ? 'UNKNOWN' : (WORSTS.get(severity) ?? 'NONE'),
  };
}

const MAP = `with shown as (
    select i.account, i.cluster, i.namespace, i.workload_kind as kind, i.workload as name, sum(i.running)::float8 as running,
      array_agg(i.id) as images, count(*) over ()::int as "all"
    from cluster c join running_image i on i.account = c.account and i.cluster = c.id
    where c.account = any($1::bigint[]) and c.gone_at is null and not ${COUNTED_ELSEWHERE} and i.account = any($1::bigint[]) and i.running > 0
    group by 1, 2, 3, 4, 5 order by 6 desc, 1, 2, 3, 4, 5 limit $2)
  select s.account, c.arn, c.name as cluster, s.namespace, s.kind, s.name, s.running, s."all",
    (select jsonb_agg(distinct jsonb_build_array(x.account, x.resource)) from unnest(s.images) as one (id)
      left join running_resource x on x.observer = s.account and x.running = one.id and x.account = any($1::bigint[])) as resources
  from shown s join cluster c on c.account = s.account and c.id = s.cluster
  order by c.account, c.name, c.id, s.running desc, s.namespace, s.kind, s.name`;
