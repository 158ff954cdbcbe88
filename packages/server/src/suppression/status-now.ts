import { FINDING_STATUS } from '@assay/core/finding.ts';
import type { Transaction } from '../db/pool.ts';
import { anyOf, type Predicate } from '../findings/list/sql.ts';
import type { FindingNaming } from '../findings/naming.ts';
import { rulePredicate } from './rule-predicate.ts';
import { rulesInForce } from './rules.ts';

/** With more rules than this, what a deleted rule hid is shown as hidden until its job has been there, a moment later. */
const MOST_ARMS = 100;
const { ACTIVE, SUPPRESSED } = FINDING_STATUS;

/**
 * The status of `finding f` as the rules want it, while a job is still writing it; undefined when every rule is applied, which is nearly
 * always: then it is `f.status`. So a rule over a million findings holds from the moment in which it is made.
 */
export async function statusNow(tx: Transaction, accounts: readonly number[], naming: FindingNaming): Promise<Predicate | undefined> {
  const { rows } = await tx.query<{ id: number }>('select id from filter where account = any($1::bigint[]) and not applied', [accounts]);
  if (rows.length === 0) return undefined;
  const unsettled = new Set(rows.map((row) => row.id));
  const rules = await rulesInForce(tx, accounts);
  const hiding = rules.filter((rule) => unsettled.has(rule.id)).slice(0, MOST_ARMS);
  const matching = (some: typeof rules): Predicate => {
    const predicates = some.map((rule) => rulePredicate(rule, naming));
    return (p) => anyOf(predicates, p);
  };
  return (p) => {
    const hides = `when f.status = ${ACTIVE} and (${matching(hiding)(p)}) then ${SUPPRESSED}::smallint`;
    const opens =
      rules.length > MOST_ARMS
        ? ''
        : `when f.status = ${SUPPRESSED} and f.rule = any (${p.add([...unsettled])}::bigint[]) and (${matching(rules)(p)}) is not true
           then ${ACTIVE}::smallint`;
    return `case ${hides} ${opens} else f.status end`;
  };
}
