import type { StringFilter } from '@assay/core/filter/criteria.ts';
import { matchesStrings } from '@assay/core/filter/matches.ts';
import { accountDigits } from '../accounts/identity.ts';
import { TAG_SPACE } from '../findings/list/fields.ts';
import { allOf, anyOf, type Params, type Predicate } from '../findings/list/sql.ts';
import { codePredicate, imageTagsPredicate, textPredicate } from '../findings/list/string-predicate.ts';
import { COVERAGE_RANGES, COVERAGE_STRINGS, COVERAGE_TAGS, type CoveragePlace } from './fields.ts';

export interface CoverageCriteria {
  readonly accounts: readonly number[];
  readonly where: readonly Predicate[];
}
export interface CoverageScope {
  readonly accounts: readonly number[];
  readonly region: string;
}
type TagFilter = { readonly key: string; readonly value?: string };
type Range = Readonly<Record<'startInclusive' | 'endInclusive' | 'lowerInclusive' | 'upperInclusive', Date | number | undefined>>;

/** `CoverageFilterCriteria` as the wire gives it: same meaning as finding criteria, over resources that still exist. */
export function compileCoverage(criteria: object, scope: CoverageScope): CoverageCriteria {
  let { accounts } = scope;
  const where: Predicate[] = [() => 'r.gone_at is null'];
  for (const [field, filters] of Object.entries(criteria) as [string, readonly unknown[] | undefined][]) {
    if (filters === undefined || filters.length === 0) continue;
    const place = COVERAGE_STRINGS[field];
    const strings = filters as readonly StringFilter[];
    if (place?.kind === 'account') accounts = accounts.filter((a) => matchesStrings(strings, accountDigits(a)));
    else if (place !== undefined) where.push(stringPredicate(place, strings, scope.region));
    else if (field in COVERAGE_RANGES) where.push(rangePredicate(field, filters as readonly Range[]));
    else if (field in COVERAGE_TAGS) where.push(tagsPredicate(COVERAGE_TAGS[field], filters as readonly TagFilter[]));
    else throw new Error(`coverage criterion ${field} has no place`);
  }
  return { accounts, where };
}

const constant = (filters: readonly StringFilter[], value: string): Predicate => {
  const held = matchesStrings(filters, value);
  return () => String(held);
};

function stringPredicate(place: CoveragePlace, filters: readonly StringFilter[], region: string): Predicate {
  switch (place.kind) {
    case 'region':
      return constant(filters, region);
    case 'provider':
      return constant(filters, 'AWS');
    case 'scanType':
      return constant(filters, 'PACKAGE');
    case 'imageTags':
      return imageTagsPredicate(filters);
    case 'codes':
      return codePredicate(filters, { sql: place.column, type: 'smallint' }, Object.entries(place.domain));
    case 'text':
      return textPredicate(filters, place.column, place.only);
    case 'account':
      return () => 'true';
  }
}

function rangePredicate(field: string, ranges: readonly Range[]): Predicate {
  const { column, cast, only = 'true' } = COVERAGE_RANGES[field] as { column: string; cast: string; only?: string };
  const one = (range: Range) => (p: Params) => {
    const parts = [`${column} is not null`, only];
    const [low, high] = [range.startInclusive ?? range.lowerInclusive, range.endInclusive ?? range.upperInclusive];
    if (low !== undefined) parts.push(`${column} >= ${p.add(low)}::${cast}`);
    if (high !== undefined) parts.push(`${column} <= ${p.add(high)}::${cast}`);
    return parts.join(' and ');
  };
  return (p) => anyOf(ranges.map(one), p);
}

function tagsPredicate(kind: number | undefined, filters: readonly TagFilter[]): Predicate {
  if (kind === undefined) return () => 'false';
  const one = (tag: TagFilter) => (p: Params) =>
    `exists (select 1 from resource_tag t where t.account = r.account and t.resource = r.id and t.space = ${TAG_SPACE.resource}
      and t.key = ${p.add(tag.key)}${tag.value === undefined ? '' : ` and t.value = ${p.add(tag.value)}`})`;
  return (p) => allOf([() => `r.kind = ${kind}`, (q) => anyOf(filters.map(one), q)], p);
}
