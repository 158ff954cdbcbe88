import type { StringFilter } from '@assay/core/filter/criteria.ts';
import { matchesStrings } from '@assay/core/filter/matches.ts';
import { FINDING_KIND } from '@assay/core/finding.ts';
import { RELATIONSHIP } from '../accounts/organization.ts';
import type { Transaction } from '../db/pool.ts';
import { Params } from '../findings/list/sql.ts';
import type { FindingNaming } from '../findings/naming.ts';
import type { Queryable } from '../jobs/queue.ts';
import { type RuleScope, rulePredicate } from './rule-predicate.ts';

export interface Rule extends RuleScope {
  /** Whose rule it is. */
  readonly account: number;
  readonly id: number;
}

export interface FindingKey {
  readonly account: number;
  readonly id: number;
}

/** Rules tried in one statement. */
const AT_ONCE = 50;
/** A rule that changes waits for whoever tries the old ones. Accounts share locks, so that a chunk of many accounts does not hold many. */
const LOCKS = 256;
const LOCK_CLASS = 430;

/**
 * Whoever decides the status of findings of these accounts holds this until the end of the transaction: a rule that appears later finds what
 * was written here, and one that appeared before is seen. Taken after the resource rows are locked; read the rules in a later statement.
 */
export async function holdRules(tx: Queryable, accounts: readonly number[]): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock_shared(${LOCK_CLASS}, n) from
     (select distinct (r.account % ${LOCKS})::int as n from (${RULERS}) r order by 1) l`,
    [accounts],
  );
}

/** Waits until nobody decides by the present rules of this account any more. Whoever holds this takes no lock on resources. */
export async function changeRules(tx: Queryable, account: number): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${LOCK_CLASS}, $1::int)`, [account % LOCKS]);
}

/** Whose rules hold for these accounts: their own, and those of the delegated administrator whose members they are. */
const RULERS = `select unnest($1::bigint[]) as account
  union select administrator from member where account = any($1::bigint[]) and status = ${RELATIONSHIP.ENABLED}`;

/** Rules in force over findings of these accounts, oldest first. */
export async function rulesInForce(tx: Transaction, accounts: readonly number[]): Promise<Rule[]> {
  const { rows } = await tx.query<Omit<Rule, 'accounts'>>(
    `select f.account, f.id, f.criteria, f.every_package as "everyPackage" from filter f where f.account in (${RULERS}) and f.in_force order by f.id`,
    [accounts],
  );
  const ruled = await ruledBy(tx, new Set(rows.map((row) => row.account)));
  return rows.map((row) => ({ ...row, accounts: ruled.get(row.account)! }));
}

/** Whose findings the rules of each account hide: its own first, then its members'. */
export async function ruledBy(tx: Transaction, accounts: Iterable<number>): Promise<Map<number, number[]>> {
  const ruled = new Map([...accounts].map((account) => [account, [account]]));
  if (ruled.size === 0) return ruled;
  const { rows } = await tx.query<{ administrator: number; account: number }>(
    `select administrator, account from member where administrator = any($1::bigint[]) and status = ${RELATIONSHIP.ENABLED} order by account`,
    [[...ruled.keys()]],
  );
  for (const row of rows) ruled.get(row.administrator)!.push(row.account);
  return ruled;
}

/** For each finding the first rule that hides it, or null. */
export async function firstRules(
  tx: Transaction,
  keys: readonly FindingKey[],
  { rules, naming }: { readonly rules: readonly Rule[]; readonly naming: FindingNaming },
): Promise<(number | null)[]> {
  const found = keys.map((): number | null => null);
  const able = await mentioned(tx, keys, rules);
  for (let start = 0; start < able.length; start += AT_ONCE) {
    const open = found.flatMap((rule, place) => (rule === null ? [place] : []));
    if (open.length === 0) break;
    const asked = open.map((place) => keys[place]!);
    const hits = await tryRules(tx, asked, able.slice(start, start + AT_ONCE), naming);
    for (const [n, place] of open.entries()) found[place] = hits[n] ?? null;
  }
  return found;
}

async function tryRules(tx: Transaction, keys: readonly FindingKey[], rules: readonly Rule[], naming: FindingNaming) {
  const params = new Params();
  const account = params.add(keys.map((key) => key.account));
  const id = params.add(keys.map((key) => key.id));
  const arms = rules.map((rule) => `when ${rulePredicate(rule, naming)(params)} then ${rule.id}`);
  const { rows } = await tx.query<{ rule: number | null }>(
    `select case ${arms.join(' ')} end::bigint as rule
     from unnest(${account}::bigint[], ${id}::bigint[]) with ordinality as k(account, id, place)
     left join finding f on f.account = k.account and f.id = k.id order by k.place`,
    params.values,
  );
  return rows.map((row) => row.rule);
}

/** Rules that name vulnerabilities are tried only where one of the findings is about such a one: there may be thousands of them. */
async function mentioned(tx: Transaction, keys: readonly FindingKey[], rules: readonly Rule[]): Promise<readonly Rule[]> {
  if (!rules.some((rule) => rule.criteria.vulnerabilityId !== undefined)) return rules;
  const { rows } = await tx.query<{ names: string[] }>(
    `select case when i.kind = ${FINDING_KIND.PACKAGE_VULNERABILITY} then i.aliases || i.name::text else '{}' end as names from issue i where i.id in (select f.issue
     from unnest($1::bigint[], $2::bigint[]) as k(account, id) join finding f on f.account = k.account and f.id = k.id)`,
    [keys.map((key) => key.account), keys.map((key) => key.id)],
  );
  const names = new Set(rows.flatMap((row) => row.names));
  return rules.filter(({ criteria: { vulnerabilityId } }) =>
    namesWhole(vulnerabilityId)
      ? vulnerabilityId.some(({ value }) => names.has(value))
      : rows.some((row) => matchesStrings(vulnerabilityId, row.names)),
  );
}

/** As every rule of a VEX document does. */
function namesWhole(filters: readonly StringFilter[] | undefined): filters is readonly StringFilter[] {
  return filters !== undefined && filters.length > 0 && filters.every((filter) => filter.comparison === 'EQUALS');
}
