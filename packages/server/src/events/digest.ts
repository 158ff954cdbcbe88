import type { DigestMessage } from '@assay/connectors/message.ts';
import { FINDING_STATUS } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import { accountDigits } from '../accounts/identity.ts';
import type { Transaction } from '../db/pool.ts';
import { Params } from '../findings/list/sql.ts';
import { EVENT_KIND } from '../findings/write/event-kind.ts';
import { codeName } from './code-name.ts';
import { findingPredicate, type SinkFilter, servicePredicate } from './filter.ts';
import { COUNTS } from './groups.ts';
import { inRange, type Telling } from './messages.ts';
import type { Range } from './outbox.ts';
import { SERVICE_EVENT } from './service-events.ts';

const TOP = 10;

/** What an hour or a day brought, and where things stand. Undefined ranges are quiet ones. */
export async function digestMessage(
  tx: Transaction,
  ranges: { readonly finding: Range | undefined; readonly service: Range | undefined },
  wanted: { readonly account: number; readonly filter: SinkFilter; readonly telling: Telling; readonly since: Date; readonly now: Date },
): Promise<DigestMessage> {
  const { account, filter, telling } = wanted;
  const found = ranges.finding === undefined ? NOTHING : await countFindings(tx, ranges.finding, filter);
  const overdue = ranges.service === undefined ? 0 : await countOverdue(tx, ranges.service, filter);
  return {
    ...{ type: 'digest', seq: ranges.finding?.last ?? ranges.service?.last ?? 0, account: accountDigits(account), region: telling.region },
    ...{ at: wanted.now.toISOString(), since: wanted.since.toISOString() },
    ...{ counts: found.counts, top: found.top, overdue, open: await countOpen(tx, account, filter) },
  };
}

const NOTHING = { counts: { opened: 0, reopened: 0, closed: 0, changed: 0, suppressed: 0 }, top: [] } as const;

async function countFindings(tx: Transaction, range: Range, filter: SinkFilter): Promise<Pick<DigestMessage, 'counts' | 'top'>> {
  const counting = new Params();
  const from = (p: Params): string => `from finding_event e join finding f on f.account = e.account and f.id = e.finding
    join resource r on r.account = f.account and r.id = f.resource where ${inRange(range, p)} and ${findingPredicate(filter, p)}`;
  const counts = await tx.query<DigestMessage['counts']>(`select ${COUNTS} ${from(counting)}`, counting.values);
  const topping = new Params();
  const top = await tx.query<{ id: string; title: string | null; severity: number; resources: number; inUse: number }>(
    `select i.name as id, i.doc->>'title' as title, h.severity, h.resources, h."inUse" from (
       select f.issue, max(f.severity)::int as severity, count(distinct f.resource)::int as resources,
         count(distinct f.resource) filter (where r.in_use_count > 0)::int as "inUse"
       ${from(topping)} and e.kind in (${EVENT_KIND.OPENED}, ${EVENT_KIND.REOPENED}) group by f.issue) h
     join issue i on i.id = h.issue order by h.severity desc, h.resources desc, i.name limit ${TOP}`,
    topping.values,
  );
  return {
    counts: counts.rows[0] ?? NOTHING.counts,
    top: top.rows.map((row) => ({ ...row, severity: codeName(SEVERITY_CODES, row.severity) })),
  };
}

async function countOverdue(tx: Transaction, range: Range, { kinds: _, ...filter }: SinkFilter): Promise<number> {
  const p = new Params();
  const { rows } = await tx.query<{ n: number }>(
    `select count(distinct e.subject)::int as n from service_event e where ${inRange(range, p)} and e.kind = ${SERVICE_EVENT.DUE_DATE} and ${servicePredicate(filter, p)}`,
    p.values,
  );
  return rows[0]?.n ?? 0;
}

async function countOpen(tx: Transaction, account: number, filter: SinkFilter): Promise<Record<string, number>> {
  const p = new Params();
  const { rows } = await tx.query<{ severity: number; n: number }>(
    `select f.severity, count(*)::int as n from finding f join resource r on r.account = f.account and r.id = f.resource
     where f.account = ${p.add(account)}::bigint and f.status = ${FINDING_STATUS.ACTIVE} and ${findingPredicate(filter, p)}
     group by 1 order by 1 desc`,
    p.values,
  );
  return Object.fromEntries(rows.map((row) => [codeName(SEVERITY_CODES, row.severity), row.n]));
}
