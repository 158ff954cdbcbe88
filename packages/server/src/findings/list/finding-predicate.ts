import type { FindingCriteria } from '@assay/core/filter/criteria.ts';
import { type CompileContext, type CompiledCriteria, compileCriteria } from './compile.ts';
import type { PackagePredicate } from './package-predicate.ts';
import { allOf, anyOf, never, type Predicate } from './sql.ts';

/** Criteria as one condition over `finding f`, for statements that decide about findings one by one; lists go by phases instead. */
export function findingPredicate(criteria: FindingCriteria, ctx: CompileContext): Predicate {
  return overFinding(compileCriteria(criteria, ctx));
}

export function overFinding(compiled: CompiledCriteria): Predicate {
  if (compiled.accounts.length === 0) return never;
  const parts: Predicate[] = [(p) => `f.account = any (${p.add(compiled.accounts)}::bigint[])`, ...compiled.f];
  if (compiled.r.length > 0) {
    parts.push((p) => `exists (select from resource r where r.account = f.account and r.id = f.resource and ${allOf(compiled.r, p)})`);
  }
  if (compiled.i.length > 0) parts.push((p) => `exists (select from issue i where i.id = f.issue and ${allOf(compiled.i, p)})`);
  if (compiled.packages.length > 0) parts.push((p) => anyOf(compiled.packages.map(packageExists), p));
  return (p) => allOf(parts, p);
}

/** Each package of the finding satisfies one of these. */
export function everyPackage(filters: readonly PackagePredicate[]): Predicate {
  return (p) =>
    `not ${exists(
      (q) =>
        `(${anyOf(
          filters.map((filter) => partOf(filter)),
          q,
        )}) is not true`,
      filters.some(placed),
    )(p)}`;
}

function packageExists(filter: PackagePredicate): Predicate {
  return exists(partOf(filter), placed(filter));
}

const placed = (filter: PackagePredicate): boolean => filter.place !== undefined;

function partOf(filter: PackagePredicate): Predicate {
  return (p) => allOf([filter.identity, ...(filter.place === undefined ? [] : [filter.place])], p);
}

/** Some package of the finding; places are read only where they are asked for. */
function exists(condition: Predicate, places: boolean): Predicate {
  const joined = places
    ? ' join resource q on q.account = fp.account and q.id = fp.resource left join inventory n on n.account = q.account and n.id = q.inventory'
    : '';
  return (p) => `exists (select from finding_package fp join package p on p.id = fp.package${joined}
    where fp.account = f.account and fp.finding = f.id and ${condition(p)})`;
}
