import { FINDING_STATUS, RESOURCE_KIND } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type { Transaction } from '../../db/pool.ts';

const IMAGE = RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE;
const REPOSITORY = RESOURCE_KIND.AWS_ECR_REPOSITORY;

/** Open findings by severity. */
export interface SeverityCounts {
  readonly critical: number;
  readonly high: number;
  readonly medium: number;
  readonly all: number;
}

export interface RepositoryRow {
  readonly account: number;
  /** Host. */
  readonly registry: string;
  readonly repository: string;
  /** Null where no registry is watched that lists it: somebody submitted its images. */
  readonly arn: string | null;
  readonly frequency: string | null;
  readonly images: number;
  readonly imagesInUse: number;
  /** Pods, tasks and containers. */
  readonly inUseCount: number;
  readonly pushedAt: Date | null;
  readonly lastInUseAt: Date | null;
  readonly findings: SeverityCounts;
}

export type RepositoryKey = Pick<RepositoryRow, 'account' | 'registry' | 'repository'>;

export interface RepositoriesWish {
  readonly accounts: readonly number[];
  readonly registry: string | undefined;
  /** Names that begin so. */
  readonly prefix: string;
  /** Only those of which something runs. */
  readonly inUse: boolean;
  readonly after: RepositoryKey | undefined;
  readonly limit: number;
}

const NEXT = (account: string, from: string): string =>
  `(select r.repository, r.registry from resource r where r.account = ${account} and r.repository is not null and r.gone_at is null
     and (r.repository, r.registry) ${from} order by r.repository, r.registry limit 1)`;

/** By name, registry and account. Each name is one step in the index, however many images it has. */
export async function listRepositories(tx: Transaction, wish: RepositoriesWish): Promise<RepositoryRow[]> {
  const { accounts, registry, prefix, inUse, after, limit } = wish;
  const start = after !== undefined && after.repository >= prefix ? after : { account: -1, registry: '', repository: prefix };
  const { rows } = await tx.query<RepositoryRow>(
    `with recursive step as (
       select a.account, f.repository, f.registry, (case when ${fits('a')} then 1 else 0 end) as n
       from unnest($1::bigint[]) as a(account) cross join lateral
         ${NEXT('a.account', ">= ($2::text, $3::text || case when a.account <= $4::bigint then chr(1) else '' end)")} f
       where starts_with(f.repository, $5)
       union all
       select s.account, f.repository, f.registry, s.n + (case when ${fits('s')} then 1 else 0 end)
       from step s cross join lateral ${NEXT('s.account', '> (s.repository, s.registry)')} f
       where s.n < $6 and starts_with(f.repository, $5)
     ), page as materialized (
       select account, registry, repository from step f where ${fits('f')} order by repository, registry, account limit $6
     )
     select p.account, p.registry, p.repository, own.arn, own.frequency, i.*, to_jsonb(c) as findings from page p
     left join lateral (select r.arn, r.detail->>'scanFrequency' as frequency from resource r
       where r.account = p.account and r.repository = p.repository and r.registry = p.registry and r.kind = ${REPOSITORY} and r.gone_at is null) own on true
     cross join lateral (select count(*)::int as images, (count(*) filter (where r.in_use_count > 0))::int as "imagesInUse",
         coalesce(sum(r.in_use_count), 0)::float8 as "inUseCount", max(r.pushed_at) as "pushedAt", max(r.last_in_use_at) as "lastInUseAt"
       from resource r where r.account = p.account and r.repository = p.repository and r.registry = p.registry and r.kind = ${IMAGE} and r.gone_at is null) i
     cross join lateral (select ${COUNTS} from resource r join finding f on f.account = r.account and f.resource = r.id and f.status = ${FINDING_STATUS.ACTIVE}
       where r.account = p.account and r.repository = p.repository and r.registry = p.registry and r.kind = ${IMAGE} and r.gone_at is null) c
     order by p.repository, p.registry, p.account`,
    [accounts, start.repository, start.registry, start.account, prefix, limit, registry ?? null, inUse],
  );
  return rows;
}

/** Whether the name `f`, of the account of `owner`, is asked for. */
function fits(owner: string): string {
  return `(($7::text is null or f.registry = $7::text) and (not $8::boolean or exists (select from resource u where u.account = ${owner}.account
    and u.repository = f.repository and u.registry = f.registry and u.kind = ${IMAGE} and u.in_use_count > 0 and u.gone_at is null)))`;
}

/** Of findings `f`. */
export const COUNTS = `(count(*) filter (where f.severity = ${SEVERITY_CODES.CRITICAL}))::int as critical,
  (count(*) filter (where f.severity = ${SEVERITY_CODES.HIGH}))::int as high, (count(*) filter (where f.severity = ${SEVERITY_CODES.MEDIUM}))::int as medium,
  count(*)::int as "all"`;
