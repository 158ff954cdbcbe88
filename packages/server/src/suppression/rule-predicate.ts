import type { FindingCriteria, StringFilter } from '@assay/core/filter/criteria.ts';
import { ruleCriteria } from '@assay/core/filter/rule.ts';
import { FINDING_KIND } from '@assay/core/finding.ts';
import { compileCriteria } from '../findings/list/compile.ts';
import { everyPackage, overFinding } from '../findings/list/finding-predicate.ts';
import { never, type Params, type Predicate } from '../findings/list/sql.ts';
import { textsPredicate } from '../findings/list/string-predicate.ts';
import type { FindingNaming } from '../findings/naming.ts';

export interface RuleScope {
  readonly criteria: FindingCriteria;
  /** Whose findings it hides. */
  readonly accounts: readonly number[];
  /** It hides a finding only if it names each of its packages. */
  readonly everyPackage: boolean;
}

/** Over `finding f` alone: whether a rule matches it, whatever its status. SQL twin of core's `ruleMatches`. */
export function rulePredicate(rule: RuleScope, naming: FindingNaming): Predicate {
  const asked = ruleCriteria(rule.criteria);
  if (asked === undefined) return never;
  const { vulnerabilityId = [], ...rest } = asked;
  const compiled = compileCriteria(rest, { accounts: rule.accounts, ...naming });
  const names = vulnerabilityId.length > 0 ? [namesPredicate(vulnerabilityId)] : [];
  const every = rule.everyPackage && compiled.packages.length > 0 ? [everyPackage(compiled.packages)] : [];
  return overFinding({ ...compiled, f: [...compiled.f, ...every], i: [...compiled.i, ...names] });
}

const VULNERABILITY = `i.kind = ${FINDING_KIND.PACKAGE_VULNERABILITY}`;

/** Over `issue i`: all names of the vulnerability, its own one by the index where names are given whole. */
function namesPredicate(filters: readonly StringFilter[]): Predicate {
  if (filters.every((filter) => filter.comparison === 'EQUALS')) {
    return (p: Params) => {
      const names = p.add(filters.map((filter) => filter.value));
      return `${VULNERABILITY} and (i.name = any (${names}::text[]) or i.aliases && ${names}::text[])`;
    };
  }
  return textsPredicate(filters, `unnest(i.aliases || array[i.name collate "default"]) as v(value)`, VULNERABILITY);
}
