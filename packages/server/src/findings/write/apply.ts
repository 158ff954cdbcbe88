import { FINDING_KIND, FINDING_STATUS } from '@assay/core/finding.ts';
import type { Transaction } from '../../db/pool.ts';
import { type FindingKey, firstRules, holdRules, rulesInForce } from '../../suppression/rules.ts';
import type { FindingNaming } from '../naming.ts';
import { EVENT_KIND } from './event-kind.ts';

/** Rows of findings changed by one {@link applyFindings}. */
export interface ApplyResult {
  readonly opened: number;
  readonly reopened: number;
  readonly closed: number;
  readonly changed: number;
}

export interface ApplyContext {
  /** revision.id the desired rows were matched with. */
  readonly revision: number;
  /** Who did it, for history: `scan`, `evaluation`. */
  readonly actor: string;
  readonly now: Date;
  readonly naming: FindingNaming;
}

/** A finding that recurs within this time of its remediation is the same one, else its life begins again. */
const REOPEN_WITHIN = '7 days';

/**
 * Input of {@link applyFindings}, emptied at commit. `ev_scope`: (resource, issue, package) triples to decide anew.
 * `ev_desired`: those that hold now; a triple of the scope without a row here holds no longer.
 */
const TABLES = `
create temp table if not exists ev_scope (account bigint, resource bigint, issue int, package int, primary key (account, resource, issue, package)) on commit delete rows;
create temp table if not exists ev_desired (account bigint, resource bigint, issue int, package int, fixed text, advisory text, reason smallint,
  severity smallint, score real, basis int, primary key (account, resource, issue, package)) on commit delete rows;
create temp table if not exists ev_finding (account bigint, resource bigint, issue int, finding bigint, was_status smallint, was_severity smallint,
  was_score real, was_fix smallint, was_closed_at timestamptz, was_rule bigint, rule bigint, judged boolean not null default false, live int, severity smallint, score real, fix smallint,
  added int[], removed int[], primary key (account, resource, issue)) on commit delete rows;
create index if not exists ev_finding_finding on ev_finding (finding);
`;

export async function prepareApply(tx: Transaction): Promise<void> {
  await tx.query(`set local client_min_messages = warning; ${TABLES}`);
}

/**
 * A range of one: an equation would let the planner walk all findings of the issue in the account, which it believes to be few, where it has
 * `finding_key`.
 */
const ISSUE_OF = (key: string): string => `f.issue between ${key}.issue and ${key}.issue`;

/** Findings that the scope touches, with what they were and what they will be. Packages outside the scope keep their word, if the finding is open. */
const COLLECT = `
insert into ev_finding (account, resource, issue, finding, was_status, was_severity, was_score, was_fix, was_closed_at, was_rule, live, severity, score, fix)
with key as (
  select account, resource, issue from ev_desired
  union
  select f.account, f.resource, f.issue from ev_scope s
  join finding f on f.account = s.account and f.resource = s.resource and ${ISSUE_OF('s')} and f.spot = 0
  where f.status <> ${FINDING_STATUS.CLOSED}
)
select k.account, k.resource, k.issue, f.id, f.status, f.severity, f.score, f.fix, f.closed_at, f.rule, l.live, l.severity, l.score, l.fix
from key k
left join finding f on f.account = k.account and f.resource = k.resource and ${ISSUE_OF('k')} and f.spot = 0
cross join lateral (
  select count(*) as live, max(x.severity) as severity, max(x.score) as score,
    case when bool_and(x.fixed is not null) then 2 when bool_or(x.fixed is not null) then 1 else 0 end as fix
  from (
    select d.fixed, d.severity, d.score from ev_desired d where d.account = k.account and d.resource = k.resource and d.issue = k.issue
    union all
    select fp.fixed, fp.severity, fp.score from finding_package fp
    where fp.account = f.account and fp.finding = f.id and f.status <> ${FINDING_STATUS.CLOSED}
      and not exists (select from ev_scope s where s.account = k.account and s.resource = k.resource and s.issue = k.issue and s.package = fp.package)
  ) x
) l`;

const OPEN = `
with made as (
  insert into finding (account, resource, issue, kind, status, severity, fix, score, first_at, last_at, updated_at)
  select account, resource, issue, ${FINDING_KIND.PACKAGE_VULNERABILITY}, ${FINDING_STATUS.ACTIVE}, severity, fix, score, $1, $1, $1
  from ev_finding where finding is null and live > 0 order by account, resource, issue
  returning account, resource, issue, id
)
update ev_finding e set finding = m.id from made m where m.account = e.account and m.resource = e.resource and m.issue = e.issue`;

/**
 * A finding that closes keeps its packages: its page still says what it was. Another source of the same number (`based`) is no change of the
 * finding: it is noted, and nobody is told.
 */
const PACKAGES = `
with gone as (
  delete from finding_package fp using ev_finding e
  where e.live > 0 and e.was_status is not null and fp.account = e.account and fp.finding = e.finding
    and not exists (select from ev_desired d
      where d.account = e.account and d.resource = e.resource and d.issue = e.issue and d.package = fp.package)
    and (e.was_status = ${FINDING_STATUS.CLOSED} or exists (select from ev_scope s
      where s.account = e.account and s.resource = e.resource and s.issue = e.issue and s.package = fp.package))
  returning e.account, e.finding, fp.package
), put as (
  insert into finding_package (account, finding, package, resource, fixed, advisory, reason, severity, score, basis)
  select d.account, e.finding, d.package, d.resource, d.fixed, d.advisory, d.reason, d.severity, d.score, d.basis
  from ev_desired d join ev_finding e on e.account = d.account and e.resource = d.resource and e.issue = d.issue
  where not exists (select from finding_package x where x.account = e.account and x.finding = e.finding and x.package = d.package
    and x.advisory = d.advisory and x.reason = d.reason and x.severity = d.severity and x.score = d.score and x.fixed is not distinct from d.fixed)
  on conflict (account, finding, package) do update set fixed = excluded.fixed, advisory = excluded.advisory, reason = excluded.reason,
    severity = excluded.severity, score = excluded.score, basis = excluded.basis
  returning account, finding, package
), based as (
  update finding_package x set basis = d.basis
  from ev_desired d join ev_finding e on e.account = d.account and e.resource = d.resource and e.issue = d.issue
  where x.account = e.account and x.finding = e.finding and x.package = d.package and x.basis <> d.basis and x.advisory = d.advisory
    and x.reason = d.reason and x.severity = d.severity and x.score = d.score and x.fixed is not distinct from d.fixed
), moved as (
  select account, finding, array_agg(package order by package) filter (where came) as added,
    array_agg(package order by package) filter (where not came) as removed
  from (select *, true as came from put union all select *, false from gone) x group by account, finding
)
update ev_finding e set added = m.added, removed = m.removed from moved m where m.finding = e.finding and m.account = e.account`;

/** What happens to each finding; null: nothing. $2 is the event kind of each outcome. */
const OUTCOME = `case
  when was_status is null then case when live > 0 then ${EVENT_KIND.OPENED} end
  when live = 0 then case when was_status <> ${FINDING_STATUS.CLOSED} then ${EVENT_KIND.CLOSED} end
  when was_status = ${FINDING_STATUS.CLOSED} then ${EVENT_KIND.REOPENED}
  when (was_severity, was_score, was_fix) is distinct from (severity, score, fix) or added is not null or removed is not null then ${EVENT_KIND.CHANGED}
end`;

const WRITE = `
with outcome as materialized (select *, ${OUTCOME} as kind from ev_finding)
update finding f set
  status = case o.kind when ${EVENT_KIND.CLOSED} then ${FINDING_STATUS.CLOSED} when ${EVENT_KIND.REOPENED} then ${FINDING_STATUS.ACTIVE} else f.status end,
  severity = coalesce(o.severity, f.severity), score = coalesce(o.score, f.score), fix = case when o.live > 0 then o.fix else f.fix end,
  closed_at = case o.kind when ${EVENT_KIND.CLOSED} then $1::timestamptz end,
  first_at = case when o.kind = ${EVENT_KIND.REOPENED} and o.was_closed_at < $1::timestamptz - interval '${REOPEN_WITHIN}' then $1::timestamptz else f.first_at end,
  rule = case when o.kind in (${EVENT_KIND.CLOSED}, ${EVENT_KIND.REOPENED}) then null else f.rule end,
  last_at = case when o.live > 0 then $1::timestamptz else f.last_at end, updated_at = $1::timestamptz
from outcome o where o.kind > ${EVENT_KIND.OPENED} and f.account = o.account and f.id = o.finding`;

/** Findings that rules decide anew: they came, came back or changed. */
const OPEN_AND_NEW = `${OUTCOME} in (${EVENT_KIND.OPENED}, ${EVENT_KIND.REOPENED}, ${EVENT_KIND.CHANGED})`;

const SUPPRESS = `
with given as (select * from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as g(account, finding, rule)),
noted as (
  update ev_finding e set rule = g.rule, judged = true from given g where e.account = g.account and e.finding = g.finding
)
update finding f set rule = g.rule, status = case when g.rule is null then ${FINDING_STATUS.ACTIVE} else ${FINDING_STATUS.SUPPRESSED} end
from given g where f.account = g.account and f.id = g.finding and f.rule is distinct from g.rule`;

/** One event a finding. What rules did to a finding that came is part of its coming; a change that also moved it is told as the move. */
const TELL = `
with outcome as materialized (
  select *, ${OUTCOME} as what, case when live = 0 then ${FINDING_STATUS.CLOSED} when rule is not null then ${FINDING_STATUS.SUPPRESSED}
    when judged or was_status is null or was_status = ${FINDING_STATUS.CLOSED} then ${FINDING_STATUS.ACTIVE} else was_status end as status from ev_finding
), event as (
insert into finding_event (account, resource, finding, at, kind, actor, revision, change)
select account, resource, finding, $1::timestamptz, case
    when what <> ${EVENT_KIND.CHANGED} or status = was_status then what
    when status = ${FINDING_STATUS.ACTIVE} then ${EVENT_KIND.UNSUPPRESSED} else ${EVENT_KIND.SUPPRESSED} end,
  $2, $3, jsonb_strip_nulls(jsonb_build_object(
  'status', case when status is distinct from was_status then jsonb_build_array(was_status, status) end, 'rule', rule,
  'severity', case when live > 0 and was_severity is distinct from severity then jsonb_build_array(was_severity, severity) end,
  'score', case when live > 0 and was_score is distinct from score then jsonb_build_array(was_score, score) end,
  'fix', case when live > 0 and was_fix is distinct from fix then jsonb_build_array(was_fix, fix) end,
  'added', to_jsonb(added), 'removed', to_jsonb(removed)))
from outcome where what is not null order by account, resource, issue)
select what as kind, count(*) as n from outcome where what is not null group by what`;

/** From this many findings on, statistics cost less than the planner's guess. */
const ANALYSED = 100;

/**
 * Makes the findings of the scope equal to what is desired, set-based: opens, changes, reopens, closes, one event each, and writes
 * nothing about a finding that stays as it is. The caller has locked the resource rows, in order of (account, id), and checked their fence.
 */
export async function applyFindings(tx: Transaction, context: ApplyContext): Promise<ApplyResult> {
  const collected = await tx.query(COLLECT);
  return settleFindings(tx, collected.rowCount ?? 0, context);
}

/** Writes what `ev_finding`, which has so many rows, says. */
export async function settleFindings(tx: Transaction, rows: number, context: ApplyContext): Promise<ApplyResult> {
  // Without statistics the joins below are tried row by row, every one with every other.
  if (rows > ANALYSED) await tx.query('analyze ev_finding');
  await tx.query(OPEN, [context.now]);
  await tx.query(PACKAGES);
  await tx.query(WRITE, [context.now]);
  await suppress(tx, context.naming);
  const { rows: told } = await tx.query<{ kind: number; n: number }>(TELL, [context.now, context.actor, context.revision]);
  await tx.query('delete from ev_finding');
  const of = (kind: number): number => told.find((row) => row.kind === kind)?.n ?? 0;
  return {
    opened: of(EVENT_KIND.OPENED),
    reopened: of(EVENT_KIND.REOPENED),
    closed: of(EVENT_KIND.CLOSED),
    changed: of(EVENT_KIND.CHANGED),
  };
}

/** Tries the rules in force on what came or changed; without rules it asks for them once. */
async function suppress(tx: Transaction, naming: FindingNaming): Promise<void> {
  const { rows } = await tx.query<{ account: number }>(`select distinct account from ev_finding where ${OPEN_AND_NEW}`);
  if (rows.length === 0) return;
  const accounts = rows.map((row) => row.account);
  await holdRules(tx, accounts);
  const rules = await rulesInForce(tx, accounts);
  if (rules.length === 0) return;
  const { rows: keys } = await tx.query<FindingKey>(`select account, finding as id from ev_finding where ${OPEN_AND_NEW}`);
  const found = await firstRules(tx, keys, { rules, naming });
  await tx.query(SUPPRESS, [keys.map((key) => key.account), keys.map((key) => key.id), found]);
}
