import { FINDING_STATUS } from '@assay/core/finding.ts';
import type pg from 'pg';
import { inTransaction, type Transaction } from '../../db/pool.ts';
import type { Queryable } from '../../jobs/queue.ts';
import { EVENT_KIND } from '../write/event-kind.ts';

/** Findings of one severity on one day (UTC). A reopened finding counts as opened; what a rule hides is neither opened nor closed by it. */
export interface FindingDay {
  readonly account: number;
  /** `2026-11-22` */
  readonly day: string;
  readonly severity: number;
  /** At the end of the day; today: now. */
  readonly active: number;
  readonly suppressed: number;
  readonly opened: number;
  readonly closed: number;
}

export interface Days {
  /** First and last day, both included. */
  readonly from: string;
  readonly to: string;
}

const { ACTIVE, SUPPRESSED } = FINDING_STATUS;
const LATER = 'partition by account, finding order by seq rows between 1 following and unbounded following';

/**
 * $1 accounts or null for all, $2 first and $3 last day. Works backwards from the findings as they are: what a field was after an event is
 * what the next event that changes it says it was, or what it is now. So a day is right whether or not the days before it were ever looked
 * at, and whatever changes are added to history later. Findings of resources that a person removed are not in it.
 */
const DAYS = `
with event as (
  select e.account, e.finding, e.seq, e.kind, (e.at at time zone 'utc')::date as day, f.status, f.severity,
    e.change ? 'status' as restated, (e.change->'status'->>0)::int as status_from, (e.change->'status'->>1)::int as status_to,
    e.change ? 'severity' as regraded, (e.change->'severity'->>0)::int as severity_from, (e.change->'severity'->>1)::int as severity_to
  from finding_event e join finding f on f.account = e.account and f.id = e.finding
  where ($1::bigint[] is null or e.account = any ($1)) and e.at >= $2::date::timestamp at time zone 'utc'
), known as (
  select *, coalesce((array_agg(status_from) filter (where restated) over later)[1], status) as next_status,
    coalesce((array_agg(severity_from) filter (where regraded) over later)[1], severity) as next_severity
  from event window later as (${LATER})
), state as (
  select account, day, kind, case when restated then status_from else next_status end as status_before, coalesce(status_to, next_status) as status_after,
    case when regraded then severity_from else next_severity end as severity_before, coalesce(severity_to, next_severity) as severity_after
  from known
), move as (
  select account, day, severity, sum(active) as active, sum(suppressed) as suppressed, sum(opened) as opened, sum(closed) as closed from (
    select account, day, severity_after as severity, (status_after = ${ACTIVE})::int as active, (status_after = ${SUPPRESSED})::int as suppressed,
      (kind in (${EVENT_KIND.OPENED}, ${EVENT_KIND.REOPENED}) and status_after = ${ACTIVE})::int as opened, 0 as closed from state
    union all
    select account, day, coalesce(severity_before, severity_after), -(status_before = ${ACTIVE})::int, -(status_before = ${SUPPRESSED})::int,
      0, (kind = ${EVENT_KIND.CLOSED} and status_before = ${ACTIVE})::int from state where status_before is not null
  ) side group by account, day, severity
), live as (
  select account, severity, count(*) filter (where status = ${ACTIVE}) as active, count(*) filter (where status = ${SUPPRESSED}) as suppressed
  from finding where ($1::bigint[] is null or account = any ($1)) and status in (${ACTIVE}, ${SUPPRESSED}) group by account, severity
), grid as (
  select account, severity, day::date from (select account, severity from live union select account, severity from move) known_severity
  cross join generate_series($2::date, greatest($3::date, (select max(day) from move)), interval '1 day') day
), counted as (
  select g.account, g.day, g.severity, coalesce(m.opened, 0) as opened, coalesce(m.closed, 0) as closed,
    coalesce(l.active, 0) - coalesce(sum(m.active) over after, 0) as active,
    coalesce(l.suppressed, 0) - coalesce(sum(m.suppressed) over after, 0) as suppressed
  from grid g left join move m using (account, day, severity) left join live l using (account, severity)
  window after as (partition by g.account, g.severity order by g.day desc rows between unbounded preceding and 1 preceding)
)
select account, day, severity, active::int, suppressed::int, opened::int, closed::int from counted
where day <= $3::date and (active, suppressed, opened, closed) <> (0, 0, 0, 0)`;

/** Days as they follow from findings and events, without what is stored. */
export async function countDays(db: Queryable, accounts: readonly number[] | null, { from, to }: Days): Promise<FindingDay[]> {
  const text = `select account, q.day::text, severity, active, suppressed, opened, closed from (${DAYS}) q order by account, q.day, severity`;
  const { rows } = await db.query<FindingDay>(text, [accounts, from, to]);
  return rows;
}

/** Ended days are written again for as long, since a transaction may commit after the day that its events name. */
const AGAIN_DAYS = 2;

/** Stores every day up to `to` that is not stored yet, set-based. Returns the number of rows. */
export async function fillDays(worker: pg.Pool, to: string): Promise<number> {
  return inTransaction(worker, async (tx) => {
    await tx.query("select pg_advisory_xact_lock(hashtextextended('finding_day', 0))");
    const from = await firstMissing(tx);
    if (from === undefined || from > to) return 0;
    await tx.query('delete from finding_day where day >= $1::date', [from]);
    const { rowCount } = await tx.query(`insert into finding_day (account, day, severity, active, suppressed, opened, closed) ${DAYS}`, [
      null,
      from,
      to,
    ]);
    await tx.query('insert into finding_day_until (day) values ($1) on conflict (single) do update set day = excluded.day', [to]);
    return rowCount ?? 0;
  });
}

async function firstMissing(tx: Transaction): Promise<string | undefined> {
  const { rows } = await tx.query<{ day: string | null }>(
    `select coalesce((select day - ${AGAIN_DAYS} from finding_day_until), (select min(at at time zone 'utc')::date from finding_event))::text as day`,
  );
  return rows[0]?.day ?? undefined;
}

/** The last day that has ended for an hour, by the database's clock: that of a process may be wrong by years. */
export async function lastEndedDay(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ day: string }>(`select (((now() - interval '1 hour') at time zone 'utc')::date - 1)::text as day`);
  return rows[0]!.day;
}

/** Stored days, and what follows from the events for those after them. */
export async function readDays(tx: Transaction, accounts: readonly number[], { from, to }: Days): Promise<FindingDay[]> {
  const until = (await tx.query<{ day: string }>('select day::text as day from finding_day_until')).rows[0]?.day ?? '';
  const stored = await tx.query<FindingDay>(
    `select account, d.day::text, severity, active, suppressed, opened, closed from finding_day d
     where account = any ($1::bigint[]) and d.day between $2::date and $3::date order by account, d.day, severity`,
    [accounts, from, to],
  );
  if (until >= to) return stored.rows;
  const rest = { from: until >= from ? nextDay(until) : from, to };
  return [...stored.rows, ...(await countDays(tx, accounts, rest))];
}

export function nextDay(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}
