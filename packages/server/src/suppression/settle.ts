import { FINDING_STATUS } from '@assay/core/finding.ts';
import type { Transaction } from '../db/pool.ts';
import { Params, type Predicate } from '../findings/list/sql.ts';
import type { FindingNaming } from '../findings/naming.ts';
import { EVENT_KIND } from '../findings/write/event-kind.ts';
import { rulePredicate } from './rule-predicate.ts';
import { type FindingKey, firstRules, holdRules, type Rule, rulesInForce } from './rules.ts';

const { ACTIVE, SUPPRESSED } = FINDING_STATUS;

export interface SettleContext {
  readonly naming: FindingNaming;
  readonly now: Date;
  /** For history: `rule`, or who changed the rule. */
  readonly actor: string;
  /** Findings changed in one transaction, at most. */
  readonly limit: number;
  /** Changes nothing where the limit does not hold everything. */
  readonly whole?: boolean;
}

export interface Settled {
  readonly changed: number;
  /** Nothing is left to do: the rule's findings are as it says. */
  readonly done: boolean;
}

export interface Candidate extends FindingKey {
  readonly resource: number;
}

/**
 * Makes up to `limit` findings follow a rule that was made, changed or ended: hides what it matches, opens what it no longer hides unless
 * another rule does, one event each. The caller has locked the rule's row.
 */
export async function settleRule(tx: Transaction, rule: Rule & { readonly inForce: boolean }, ctx: SettleContext): Promise<Settled> {
  const found = await candidates(tx, rule, ctx);
  const done = found.length <= ctx.limit;
  const some = done ? found : ctx.whole === true ? [] : found.slice(0, ctx.limit);
  if (some.length > 0) await follow(tx, some, ctx);
  return { changed: some.length, done };
}

/** What the rule has yet to hide; only when that is all found, what it hides and should not, which means to look at everything that it hides. */
async function candidates(tx: Transaction, rule: Rule & { readonly inForce: boolean }, ctx: SettleContext): Promise<Candidate[]> {
  const found = rule.inForce ? await find(tx, ctx, (p) => `f.status = ${ACTIVE} and ${rulePredicate(rule, ctx.naming)(p)}`) : [];
  if (found.length > ctx.limit) return found;
  // Of any account: one that is no member any more is no longer ruled.
  const hidden: Predicate = (p) => `f.rule = ${p.add(rule.id)}::bigint and f.status = ${SUPPRESSED}`;
  const wrong: Predicate = (p) => (rule.inForce ? `${hidden(p)} and (${rulePredicate(rule, ctx.naming)(p)}) is not true` : hidden(p));
  return [...found, ...(await find(tx, ctx, wrong))];
}

async function find(tx: Transaction, { limit }: SettleContext, where: Predicate): Promise<Candidate[]> {
  const params = new Params();
  const sql = `select f.account, f.id, f.resource from finding f where ${where(params)} limit ${limit + 1}`;
  return (await tx.query<Candidate>(sql, params.values)).rows;
}

/** Locks the resources, as everybody does who changes findings, and decides by what holds then. */
export async function follow(
  tx: Transaction,
  some: readonly Candidate[],
  ctx: Pick<SettleContext, 'naming' | 'now' | 'actor'>,
): Promise<void> {
  const accounts = [...new Set(some.map((one) => one.account))];
  await tx.query(
    `select from resource r where (r.account, r.id) in (select * from unnest($1::bigint[], $2::bigint[]))
     order by r.account, r.id for update`,
    [some.map((one) => one.account), some.map((one) => one.resource)],
  );
  await holdRules(tx, accounts);
  const rules = await rulesInForce(tx, accounts);
  const found = rules.length === 0 ? some.map(() => null) : await firstRules(tx, some, { rules, naming: ctx.naming });
  await tx.query(WRITE, [some.map((one) => one.account), some.map((one) => one.id), found, ctx.now, ctx.actor]);
}

const WRITE = `
with follow as (
  select f.account, f.id, f.resource, f.status as was, k.rule, case when k.rule is null then ${ACTIVE} else ${SUPPRESSED} end as status
  from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as k(account, id, rule) join finding f on f.account = k.account and f.id = k.id
  where f.status in (${ACTIVE}, ${SUPPRESSED}) and f.rule is distinct from k.rule
), written as (
  update finding f set status = o.status, rule = o.rule, updated_at = case when o.was = o.status then f.updated_at else $4::timestamptz end
  from follow o where f.account = o.account and f.id = o.id
)
insert into finding_event (account, resource, finding, at, kind, actor, change)
select account, resource, id, $4, case status when ${ACTIVE} then ${EVENT_KIND.UNSUPPRESSED} else ${EVENT_KIND.SUPPRESSED} end, $5,
  jsonb_strip_nulls(jsonb_build_object('status', jsonb_build_array(was, status), 'rule', rule))
from follow where was <> status order by account, id`;
