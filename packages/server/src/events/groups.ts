import type { Counts, GroupMessage, Topmost } from '@assay/connectors/message.ts';
import { FINDING_STATUS } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import { accountDigits } from '../accounts/identity.ts';
import type { Transaction } from '../db/pool.ts';
import { Params } from '../findings/list/sql.ts';
import { EVENT_KIND } from '../findings/write/event-kind.ts';
import { codeName } from './code-name.ts';
import { findingPredicate, kindPredicate, type SinkFilter } from './filter.ts';
import { inRange, type Telling } from './messages.ts';
import type { Range } from './outbox.ts';

/** How many of a group's resources or vulnerabilities are named. */
const TOP = 5;

/** Which of the two a group is about, and what narrows it. Column expressions over `hit`. */
const WAYS = {
  /** What a look at a resource found is one message about the resource; what an advisory did is one about the vulnerability. */
  GROUPED: { by: "case when actor = 'scan' then 'resource' else 'vulnerability' end", place: "''" },
  /** A ticket is somebody's work: one for each vulnerability in each repository, or resource without one. */
  TICKETS: { by: "'vulnerability'", place: 'coalesce(repository, arn)' },
} as const;

/** Counts by event kind over the alias `e`. */
export const COUNTS = `count(*) filter (where e.kind = ${EVENT_KIND.OPENED})::int as opened,
  count(*) filter (where e.kind = ${EVENT_KIND.REOPENED})::int as reopened, count(*) filter (where e.kind = ${EVENT_KIND.CLOSED})::int as closed,
  count(*) filter (where e.kind in (${EVENT_KIND.CHANGED}, ${EVENT_KIND.UNSUPPRESSED}))::int as changed,
  count(*) filter (where e.kind = ${EVENT_KIND.SUPPRESSED})::int as suppressed`;

interface GroupRow extends Counts {
  readonly by: 'vulnerability' | 'resource';
  readonly id: string;
  readonly place: string;
  readonly title: string | null;
  readonly severity: number;
  readonly seq: number;
  readonly at: Date;
  readonly total: number;
  readonly open: number;
  readonly top: readonly { id: string; title: string | null; severity: number; inUse: number }[];
}

/** The events of a range as a few messages, the worst first. One statement: eight thousand events are not brought here to be counted. */
export async function groupMessages(
  tx: Transaction,
  range: Range,
  wanted: { readonly filter: SinkFilter; readonly way: keyof typeof WAYS; readonly telling: Telling },
): Promise<GroupMessage[]> {
  const p = new Params();
  const { by, place } = WAYS[wanted.way];
  const counted = `f.account = ${p.add(range.account)}::bigint and f.status = ${FINDING_STATUS.ACTIVE} and ${findingPredicate(wanted.filter, p)}`;
  // Of all groups at once: asked for each one, every ticket of a vulnerability would count all its findings again.
  const open = (
    what: GroupRow['by'],
    column: string,
  ): string => `select '${what}' as by, ${column}::bigint as key, ${place} as place, count(*) as n
    from finding f join resource r on r.account = f.account and r.id = f.resource
    where ${counted} and ${column} in (select key from e where by = '${what}') group by 1, 2, 3`;
  const { rows } = await tx.query<GroupRow>(
    `with hit as materialized (
       select e.seq, e.at, e.kind, e.actor, f.severity, f.issue, f.resource, i.name, i.doc->>'title' as title, r.arn, r.repository, r.in_use_count
       from finding_event e join finding f on f.account = e.account and f.id = e.finding
       join resource r on r.account = f.account and r.id = f.resource join issue i on i.id = f.issue
       where ${inRange(range, p)} and ${kindPredicate(wanted.filter, EVENT_KIND, p)} and ${findingPredicate(wanted.filter, p)}
     ), e as (
       select *, case by when 'resource' then resource else issue end as key, case by when 'resource' then issue else resource end as other
       from (select *, ${by} as by, ${place} as place from hit) h
     ), top as (
       select by, key, place, jsonb_agg(jsonb_build_object('id', case by when 'resource' then name else arn end, 'title',
           case by when 'resource' then title end, 'severity', severity, 'inUse', in_use_count) order by n) as top
       from (select *, row_number() over (partition by by, key, place order by severity desc, in_use_count desc, arn, name) as n
         from (select distinct on (by, key, place, other) * from e order by by, key, place, other, seq) one) ranked
       where n <= ${TOP} group by by, key, place
     ), open as (
       ${open('resource', 'f.resource')}
       union all
       ${open('vulnerability', 'f.issue')}
     )
     select e.by, e.place, max(case e.by when 'resource' then e.arn else e.name end) as id,
       max(case e.by when 'resource' then e.repository else e.title end) as title, max(e.severity)::int as severity, max(e.seq) as seq,
       max(e.at) as at, count(distinct e.other)::int as total, ${COUNTS}, (array_agg(top.top))[1] as top,
       coalesce(max(open.n), 0)::int as open
     from e join top using (by, key, place) left join open using (by, key, place) group by e.by, e.key, e.place order by severity desc, total desc, id`,
    p.values,
  );
  return rows.map((row) => groupMessage(row, range.account, wanted.telling));
}

function groupMessage(row: GroupRow, account: number, telling: Telling): GroupMessage {
  const { opened, reopened, closed, changed, suppressed } = row;
  const top = row.top.map((one): Topmost => ({ ...one, severity: codeName(SEVERITY_CODES, one.severity) }));
  return {
    ...{ type: 'group', seq: row.seq, account: accountDigits(account), region: telling.region, at: row.at.toISOString() },
    ...{ by: row.by, id: row.id, title: row.title, severity: codeName(SEVERITY_CODES, row.severity), place: row.place },
    ...{ counts: { opened, reopened, closed, changed, suppressed }, open: row.open, total: row.total, top },
  };
}
