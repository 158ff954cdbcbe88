import { FINDING_STATUS } from '@assay/core/finding.ts';
import { SEVERITY_CODES, type Severity } from '@assay/core/severity.ts';
import { Params } from '../findings/list/sql.ts';
import type { Queryable } from '../jobs/queue.ts';

/** DUE and OVERDUE are open, before and after their date; BREACHED closed after it, MET in time. */
export const DUE_STATES = ['DUE', 'OVERDUE', 'BREACHED', 'MET'] as const;
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

/** The finding's present state counts, not the last sweep's: what was suppressed since is no longer due. */
function stateSql(now: string): string {
  return `case when f.status = ${FINDING_STATUS.ACTIVE} then case when d.due_at <= ${now}::timestamptz then 'OVERDUE' else 'DUE' end
    when f.status = ${FINDING_STATUS.CLOSED} then case when f.closed_at > d.due_at then 'BREACHED' else 'MET' end end`;
}

/** The earliest date first. */
export async function listDue(db: Queryable, query: DueQuery): Promise<DueFinding[]> {
  const { accounts, states, owners, severities, before, now, limit, after } = query;
  const params = new Params();
  const state = stateSql(params.add(now));
  const open = states.every((one) => one === 'DUE' || one === 'OVERDUE');
  const where = [`d.account = any(${params.add(accounts)}::bigint[])`, `${state} = any(${params.add(states)}::text[])`];
  // Both for the partial index: what closed is most of the table after a year.
  if (open) where.push('d.closed_at is null');
  if (open && !states.includes('DUE')) where.push(`d.due_at <= ${params.add(now)}::timestamptz`);
  if (owners !== undefined) where.push(`d.owner = any(${params.add(owners)}::text[])`);
  if (severities !== undefined) where.push(`f.severity = any(${params.add(severities.map((name) => SEVERITY_CODES[name]))}::smallint[])`);
  if (before !== undefined) where.push(`d.due_at < ${params.add(before)}::timestamptz`);
  if (after !== undefined)
    where.push(`(d.due_at, d.finding) > (${params.add(after.dueAt)}::timestamptz, ${params.add(after.finding)}::bigint)`);
  const { rows } = await db.query<Omit<DueFinding, 'position'> & { at: string }>(
    `select d.account, d.finding, d.due_at as "dueAt", d.due_at::text as at, f.closed_at as "closedAt", ${state} as state, d.rule, d.owner,
       f.severity, f.first_at as "firstAt", i.name as vulnerability, i.doc->>'title' as title, r.arn as resource
     from finding_due d join finding f on f.account = d.account and f.id = d.finding
     join resource r on r.account = f.account and r.id = f.resource join issue i on i.id = f.issue
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

/** Who most is overdue of first. */
export async function datesByOwner(db: Queryable, accounts: readonly number[], now: Date): Promise<OwnerDates[]> {
  const { rows } = await db.query<OwnerDates>(
    `select owner, count(*) filter (where state = 'DUE')::int as due, count(*) filter (where state = 'OVERDUE')::int as overdue,
       count(*) filter (where state = 'BREACHED')::int as breached, count(*) filter (where state = 'MET')::int as met,
       min(due_at) filter (where state = 'OVERDUE') as "oldestOverdueAt"
     from (select d.owner, d.due_at, ${stateSql('$2')} as state from finding_due d join finding f on f.account = d.account and f.id = d.finding
       where d.account = any($1::bigint[])) dates
     where state is not null group by owner order by overdue desc, owner limit 1000`,
    [accounts, now],
  );
  return rows;
}
