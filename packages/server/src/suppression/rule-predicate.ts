import type { FindingCriteria, StringFilter } from '@assay/core/filter/criteria.ts';
import { ruleCriteria } from '@assay/core/filter/rule.ts';
import { FINDING_KIND } from '@assay/core/finding.ts';
import { compileCriteria } from '../findings/list/compile.ts';
import type { PackagePredicate } from '../findings/list/package-predicate.ts';
import { allOf, anyOf, never, type Params, type Predicate } from '../findings/list/sql.ts';
import { textsPredicate } from '../findings/list/string-predicate.ts';
import type { FindingNaming } from '../findings/naming.ts';

/** Over `finding f` alone: whether a rule of these accounts matches it, whatever its status. SQL twin of core's `ruleMatches`. */
export function rulePredicate(criteria: FindingCriteria, accounts: readonly number[], naming: FindingNaming): Predicate {
  const asked = ruleCriteria(criteria);
  if (asked === undefined) return never;
  const { vulnerabilityId = [], ...rest } = asked;
  const compiled = compileCriteria(rest, { accounts, ...naming });
  if (compiled.accounts.length === 0) return never;
  const parts: Predicate[] = [(p) => `f.account = any (${p.add(compiled.accounts)}::bigint[])`, ...compiled.f];
  if (compiled.r.length > 0) {
    parts.push((p) => `exists (select from resource r where r.account = f.account and r.id = f.resource and ${allOf(compiled.r, p)})`);
  }
  const issue = [...compiled.i, ...(vulnerabilityId.length > 0 ? [namesPredicate(vulnerabilityId)] : [])];
  if (issue.length > 0) parts.push((p) => `exists (select from issue i where i.id = f.issue and ${allOf(issue, p)})`);
  if (compiled.packages.length > 0) parts.push((p) => anyOf(compiled.packages.map(packageExists), p));
  return (p) => allOf(parts, p);
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

function packageExists(filter: PackagePredicate): Predicate {
  return (p) => {
    const placed = filter.place === undefined ? '' : ` and ${filter.place(p)}`;
    const places =
      filter.place === undefined
        ? ''
        : ' join resource q on q.account = fp.account and q.id = fp.resource left join inventory n on n.account = q.account and n.id = q.inventory';
    return `exists (select from finding_package fp join package p on p.id = fp.package${places}
      where fp.account = f.account and fp.finding = f.id and ${filter.identity(p)}${placed})`;
  };
}
