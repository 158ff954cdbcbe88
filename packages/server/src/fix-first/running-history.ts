import { FINDING_KIND, FINDING_STATUS } from '@assay/core/finding.ts';
import { see, type Transaction } from '../db/pool.ts';
import { Params } from '../findings/list/sql.ts';

export interface RunningHistoryRequest {
  /** What the caller sees: whose findings, and whose clusters. */
  readonly accounts: readonly number[];
  readonly vulnerability?: string;
  /** Of a package or its source. */
  readonly package?: string;
  readonly resourceArn?: string;
  readonly from: Date;
  /** Not included. */
  readonly until: Date;
  readonly now: Date;
  readonly after?: RunningPlace;
  readonly limit: number;
}

/** One image in one workload, and where a page goes on. */
export interface RunningPlace {
  readonly observer: number;
  readonly running: number;
  readonly resource: number;
}

export interface RanThen extends RunningPlace {
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly namespace: string;
  readonly kind: string;
  readonly workload: string;
  readonly image: string;
  readonly arn: string;
  /** Hours, or days where it is long ago, in which it ran while the findings were open. */
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly most: number;
  readonly stopped: number;
  readonly vulnerabilities: readonly string[];
  readonly vulnerabilityCount: number;
}

const NAMED = 10;

/**
 * Where something ran while findings of it were open. By what was known then: a vulnerability that was published later was not known to run.
 * Whoever sees a finding sees where its image ran, in clusters of whichever account; the transaction goes on to see these accounts.
 */
export async function runningHistory(tx: Transaction, request: RunningHistoryRequest): Promise<RanThen[]> {
  const { rows: observers } = await tx.query<{ observer: number }>(
    'select distinct observer from running_resource where account = any($1::bigint[])',
    [request.accounts],
  );
  await see(tx, [...new Set([...request.accounts, ...observers.map((row) => row.observer)])]);
  const p = new Params();
  const { rows } = await tx.query<RanThen>(ranSql(request, p), p.values);
  return rows;
}

/** The findings asked for, over `finding f`. */
function asked({ vulnerability, package: name, resourceArn, accounts }: RunningHistoryRequest, p: Params): string {
  const own = `= any (${p.add(accounts)}::bigint[])`;
  const parts = [`f.account ${own} and f.kind = ${FINDING_KIND.PACKAGE_VULNERABILITY}`];
  if (vulnerability !== undefined)
    parts.push(
      `f.issue in (select i.id from issue i where i.kind = ${FINDING_KIND.PACKAGE_VULNERABILITY} and i.name = ${p.add(vulnerability)})`,
    );
  if (name !== undefined) {
    const named = p.add(name);
    parts.push(`exists (select from finding_package fp join package p on p.id = fp.package
      where fp.account = f.account and fp.finding = f.id and (p.name = ${named} or p.source_name = ${named}))`);
  }
  if (resourceArn !== undefined)
    parts.push(
      `(f.account, f.resource) in (select r.account, r.id from resource r where r.account ${own} and r.arn = ${p.add(resourceArn)})`,
    );
  return parts.join(' and ');
}

function ranSql(request: RunningHistoryRequest, p: Params): string {
  const { from, until, now, after, limit } = request;
  const [begin, end, at] = [from, until, now].map((one) => `${p.add(one)}::timestamptz`);
  const own = `= any (${p.add(request.accounts)}::bigint[])`;
  const place = after === undefined ? undefined : [after.observer, after.running, after.resource].map((one) => `${p.add(one)}::bigint`);
  return `with f as materialized (select f.account, f.id, f.resource, f.issue, f.status, f.first_at, f.closed_at from finding f where ${asked(request, p)}),
    change as materialized (
      select f.account, f.id, e.at, (e.change->'status'->>0)::int as was, (e.change->'status'->>1)::int as became, row_number() over w as n, lead(e.at) over w as next
      from f join finding_event e on e.account = f.account and e.finding = f.id where e.change ? 'status' window w as (partition by f.account, f.id order by e.seq)),
    -- Before the first change that is still kept it was what that change says it was.
    stretch as (
      select account, id, at as since, next as until from change where became <> ${FINDING_STATUS.CLOSED}
      union all select account, id, '-infinity', at from change where n = 1 and was <> ${FINDING_STATUS.CLOSED}
      union all select f.account, f.id, f.first_at, f.closed_at from f where not exists (select from change c where c.account = f.account and c.id = f.id)),
    open as (select f.account, f.resource, f.issue, s.since, coalesce(s.until, 'infinity') as until from stretch s join f on f.account = s.account and f.id = s.id),
    ran as (
      select x.observer, x.running, x.resource, x.account, o.issue, h.hour, h.running_most, h.stopped
      from running_resource x join open o on o.account = x.account and o.resource = x.resource
      join running_hour h on h.account = x.observer and h.running = x.running
      cross join lateral (select h.hour + case when h.hour < ${at} - interval '2 days' and h.hour = date_trunc('day', h.hour, 'UTC') then interval '1 day'
        else interval '1 hour' end as ends) span
      where x.account ${own} and h.hour < ${end} and span.ends > ${begin} and o.since < span.ends and o.until > h.hour and h.running_most + h.stopped > 0
        ${place === undefined ? '' : `and (x.observer, x.running, x.resource) > (${place.join(', ')})`}),
    hours as (select observer, running, resource, account, min(hour) as "firstAt", max(hour) as "lastAt", max(running_most) as most, sum(stopped)::float8 as stopped
      from (select distinct observer, running, resource, account, hour, running_most, stopped from ran) one group by 1, 2, 3, 4
      order by observer, running, resource limit ${limit})
    select h.*, c.arn as "clusterArn", c.name as "clusterName", i.namespace, i.workload_kind as kind, i.workload, i.image, r.arn, v.*
    from hours h join running_image i on i.account = h.observer and i.id = h.running join cluster c on c.account = i.account and c.id = i.cluster
    join resource r on r.account = h.account and r.id = h.resource
    cross join lateral (select count(*)::int as "vulnerabilityCount", (array_agg(name order by name))[1:${NAMED}] as vulnerabilities
      from (select distinct issue.name from ran join issue on issue.id = ran.issue
        where ran.observer = h.observer and ran.running = h.running and ran.resource = h.resource) named) v
    where r.account ${own} order by h.observer, h.running, h.resource`;
}
