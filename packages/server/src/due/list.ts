import { FINDING_STATUS } from '@assay/core/finding.ts';
import { SEVERITY_CODES, type Severity } from '@assay/core/severity.ts';
import { Params } from '../findings/list/sql.ts';
import type { Queryable } from '../jobs/queue.ts';

/** DUE and OVERDUE are open, before and after their date; BREACHED closed after it, MET in time. */
const DUE_STATES = ['DUE', 'OVERDUE', 'BREACHED', 'MET'] as const;
export type DueState = (typeof DUE_STATES)[number];

export interface DueQuery {
  readonly accounts: readonly number[];
  readonly states: readonly DueState[];
  readonly owners?: readonly string[];
  readonly severities?: readonly Severity[];
  readonly before?: Date;
  readonly now: Date;
  readonly limit: number;
  readonly after?: DuePosition;
}

export interface DuePosition {
  /** ISO 8601 with microseconds, as PostgreSQL writes it. */
  readonly dueAt: string;
  readonly finding: number;
}

export interface DueFinding {
  readonly account: number;
  readonly finding: number;
  readonly dueAt: Date;
  readonly position: DuePosition;
  readonly closedAt: Date | null;
  readonly state: DueState;
  readonly rule: string;
  readonly owner: string;
  readonly severity: number;
  readonly firstAt: Date;
  readonly vulnerability: string;
  readonly title: string | null;
  readonly resource: string;
}

/**
 * The earliest date first. What is open is asked of the findings themselves: a suppressed or closed one is no longer due, at once. What closed
 * is listed once the sweep has noted it. Walks one index of finding_due and probes the rest row by row (`offset 0`): as a join it was
 * hashed and sorted whole, 14 to 100 times slower at 200,000 dates.
 */
export async function listDue(db: Queryable, query: DueQuery): Promise<DueFinding[]> {
  const found = [...(await half(db, query, 'open')), ...(await half(db, query, 'closed'))];
  return found.sort(byDate).slice(0, query.limit);
}

function byDate(a: DueFinding, b: DueFinding): number {
  return a.position.dueAt < b.position.dueAt ? -1 : a.position.dueAt > b.position.dueAt ? 1 : a.finding - b.finding;
}

async function half(db: Queryable, query: DueQuery, which: 'open' | 'closed'): Promise<DueFinding[]> {
  const { accounts, owners, severities, before, now, limit, after } = query;
  const [early, late] = which === 'open' ? (['DUE', 'OVERDUE'] as const) : (['MET', 'BREACHED'] as const);
  const states = query.states.filter((state) => state === early || state === late);
  if (states.length === 0) return [];
  const params = new Params();
  const isLate = which === 'open' ? `d.due_at <= ${params.add(now)}::timestamptz` : 'd.closed_at > d.due_at';
  const status = which === 'open' ? FINDING_STATUS.ACTIVE : FINDING_STATUS.CLOSED;
  const where = [`d.account = any(${params.add(accounts)}::bigint[])`, `d.closed_at is ${which === 'open' ? '' : 'not '}null`];
  if (states.length === 1) where.push(states[0] === late ? isLate : `not (${isLate})`);
  if (owners !== undefined) where.push(`d.owner = any(${params.add(owners)}::text[])`);
  if (before !== undefined) where.push(`d.due_at < ${params.add(before)}::timestamptz`);
  if (after !== undefined)
    where.push(`(d.due_at, d.finding) > (${params.add(after.dueAt)}::timestamptz, ${params.add(after.finding)}::bigint)`);
  const rated =
    severities === undefined ? '' : ` and f.severity = any(${params.add(severities.map((name) => SEVERITY_CODES[name]))}::smallint[])`;
  const { rows } = await db.query<Omit<DueFinding, 'position'> & { at: string }>(
    `select d.account, d.finding, d.due_at as "dueAt", to_char(d.due_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
       d.closed_at as "closedAt", case when ${isLate} then '${late}' else '${early}' end as state, d.rule, d.owner,
       f.severity, f.first_at as "firstAt", i.name as vulnerability, i.doc->>'title' as title, r.arn as resource
     from finding_due d
     cross join lateral (select * from finding f where f.account = d.account and f.id = d.finding and f.status = ${status}${rated} offset 0) f
     cross join lateral (select r.arn from resource r where r.account = f.account and r.id = f.resource offset 0) r
     cross join lateral (select i.name, i.doc from issue i where i.id = f.issue offset 0) i
     where ${where.join(' and ')} order by d.due_at, d.finding limit ${params.add(limit)}::int`,
    params.values,
  );
  return rows.map(({ at, ...row }) => ({ ...row, position: { dueAt: at, finding: row.finding } }));
}

export interface OwnerDates {
  readonly owner: string;
  readonly due: number;
  readonly overdue: number;
  readonly breached: number;
  readonly met: number;
  /** Earliest date that has passed, of open findings. */
  readonly oldestOverdueAt: Date | null;
}

/** As of the last sweep, from finding_due alone. Who most is overdue of first. */
export async function datesByOwner(db: Queryable, accounts: readonly number[], now: Date): Promise<OwnerDates[]> {
  const { rows } = await db.query<OwnerDates>(
    `select owner, count(*) filter (where closed_at is null and due_at > $2)::int as due,
       count(*) filter (where closed_at is null and due_at <= $2)::int as overdue, count(*) filter (where closed_at > due_at)::int as breached,
       count(*) filter (where closed_at <= due_at)::int as met, min(due_at) filter (where closed_at is null and due_at <= $2) as "oldestOverdueAt"
     from finding_due where account = any($1::bigint[]) group by owner order by overdue desc, owner limit 1000`,
    [accounts, now],
  );
  return rows;
}
