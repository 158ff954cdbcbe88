import type { NumberFilter, PackageFilter, StringFilter } from '@assay/core/filter/criteria.ts';
import type { Predicate } from './sql.ts';
import { allOf } from './sql.ts';
import { textPredicate } from './string-predicate.ts';

/** One vulnerable-package filter: what the dictionary row `p` answers, and what only the place in the inventory answers. */
export interface PackagePredicate {
  readonly identity: Predicate;
  /** Over `fp` and `n` (the resource's inventory); undefined when the filter does not ask for places. */
  readonly place?: Predicate;
}

/** Parts of versions come from `package_epoch`, `package_version`, `package_release`: the SQL twins of core's `versionParts`. */
export function packagePredicates(filter: PackageFilter): PackagePredicate {
  const identity: Predicate[] = [];
  const text = (member: StringFilter | undefined, column: string): void => {
    if (member !== undefined) identity.push(textPredicate([member], column));
  };
  text(filter.name, 'p.name');
  text(filter.version, 'package_version(p.type, p.version)');
  text(filter.release, 'package_release(p.type, p.version)');
  text(filter.architecture, 'p.arch');
  if (filter.epoch !== undefined) identity.push(epochPredicate(filter.epoch));
  const place: Predicate[] = [];
  const located = (member: StringFilter | undefined, array: string): void => {
    if (member !== undefined) place.push(textPredicate([member], `(n.${array}[array_position(n.packages, fp.package)])`));
  };
  located(filter.filePath, 'paths');
  located(filter.sourceLayerHash, 'layers');
  // Function layers are not catalogued yet: no package has one.
  if (filter.sourceLambdaLayerArn !== undefined) place.push(textPredicate([filter.sourceLambdaLayerArn], 'null::text'));
  return { identity: (p) => allOf(identity, p), ...(place.length === 0 ? {} : { place: (p) => allOf(place, p) }) };
}

function epochPredicate(range: NumberFilter): Predicate {
  return (p) => {
    const parts = ['true'];
    if (range.lowerInclusive !== undefined) parts.push(`package_epoch(p.type, p.version) >= ${p.add(range.lowerInclusive)}::float8`);
    if (range.upperInclusive !== undefined) parts.push(`package_epoch(p.type, p.version) <= ${p.add(range.upperInclusive)}::float8`);
    return parts.join(' and ');
  };
}
