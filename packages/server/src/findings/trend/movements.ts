import { FINDING_STATUS } from '@assay/core/finding.ts';
import type { Transaction } from '../../db/pool.ts';
import { EVENT_KIND } from '../write/event-kind.ts';

/** From `from`, included, until `until`, not included. */
export interface Span {
  readonly from: Date;
  readonly until: Date;
}

/** How long findings of one severity, or of all (null), were open before they were gone. */
export interface Remediation {
  readonly severity: number | null;
  readonly findings: number;
  readonly meanSeconds: number;
  readonly medianSeconds: number;
}

/**
 * Findings that were closed in the span and still are, from their first observation on. A finding that a rule hid when it closed was
 * accepted, not remedied, and one that came back is not gone.
 */
export async function remediationTimes(tx: Transaction, accounts: readonly number[], { from, until }: Span): Promise<Remediation[]> {
  const { rows } = await tx.query<Remediation>(
    `with gone as (
       select f.severity, extract(epoch from e.at - f.first_at)::float8 as seconds
       from finding_event e join finding f on f.account = e.account and f.id = e.finding
       where e.account = any ($1::bigint[]) and e.at >= $2 and e.at < $3 and e.kind = ${EVENT_KIND.CLOSED}
         and (e.change->'status'->>0)::int = ${FINDING_STATUS.ACTIVE} and f.status = ${FINDING_STATUS.CLOSED}
         and not exists (select from finding_event l where l.account = e.account and l.finding = e.finding and l.seq > e.seq
           and l.kind = any (array[${EVENT_KIND.CLOSED}, ${EVENT_KIND.REOPENED}])))
     select severity, count(*) as findings, avg(seconds) as "meanSeconds", percentile_cont(0.5) within group (order by seconds) as "medianSeconds"
     from gone group by grouping sets ((severity), ()) having count(*) > 0 order by severity desc nulls first`,
    [accounts, from, until],
  );
  return rows;
}

const MOVER = { VULNERABILITY: 'i.name', REPOSITORY: 'r.repository', RESOURCE: 'r.arn' } as const;
export type MoverKind = keyof typeof MOVER;

export interface Mover {
  readonly name: string;
  readonly opened: number;
  readonly closed: number;
}

/** What changed most in the span: the largest differences of opened and closed findings first. */
export async function topMovers(
  tx: Transaction,
  accounts: readonly number[],
  { by, span, limit }: { readonly by: MoverKind; readonly span: Span; readonly limit: number },
): Promise<Mover[]> {
  const { rows } = await tx.query<Mover>(
    `select name, opened, closed from (
       select ${MOVER[by]} as name,
         count(*) filter (where e.kind in (${EVENT_KIND.OPENED}, ${EVENT_KIND.REOPENED}) and (e.change->'status'->>1)::int = ${FINDING_STATUS.ACTIVE}) as opened,
         count(*) filter (where e.kind = ${EVENT_KIND.CLOSED} and (e.change->'status'->>0)::int = ${FINDING_STATUS.ACTIVE}) as closed
       from finding_event e join finding f on f.account = e.account and f.id = e.finding
       join resource r on r.account = f.account and r.id = f.resource join issue i on i.id = f.issue
       where e.account = any ($1::bigint[]) and e.at >= $2 and e.at < $3 and ${MOVER[by]} is not null group by 1) moved
     where opened + closed > 0 order by abs(opened - closed) desc, opened + closed desc, name limit $4`,
    [accounts, span.from, span.until, limit],
  );
  return rows;
}
