import {
  DATE_FIELDS,
  type FindingCriteria,
  type MapFilter,
  NUMBER_FIELDS,
  type NumberFilter,
  type PackageFilter,
  STRING_FIELDS,
  type StringField,
  type StringFilter,
} from '@assay/core/filter/criteria.ts';
import { matchesStrings } from '@assay/core/filter/matches.ts';
import { accountDigits } from '../../accounts/identity.ts';
import { arnPredicate, type FindingArns } from './arn-predicate.ts';
import { type Place, RANGE_PLACES, type RangePlace, STRING_PLACES, TAG_SPACE } from './fields.ts';
import { type PackagePredicate, packagePredicates } from './package-predicate.ts';
import { allOf, anyOf, type Params, type Predicate } from './sql.ts';
import { codePredicate, imageTagsHeld, imageTagsPredicate, textPredicate, textsPredicate } from './string-predicate.ts';

/** Criteria as predicates, one list for each table that they read. */
export interface CompiledCriteria {
  /** The accounts that remain of those the caller may see. */
  readonly accounts: readonly number[];
  readonly f: readonly Predicate[];
  readonly r: readonly Predicate[];
  readonly i: readonly Predicate[];
  /** Over `resource_tag t`: the resource has such a tag. Says the same as the one predicate of `r`, where that is all `r` holds. */
  readonly tags?: Predicate;
  /** Alternatives: a finding matches when one of its packages satisfies one of them. Empty = no package criterion. */
  readonly packages: readonly PackagePredicate[];
}

export interface CompileContext {
  readonly accounts: readonly number[];
  readonly region: string;
  readonly arns: FindingArns;
  /** In place of `f.status` while a rule is being applied. */
  readonly status?: Predicate | undefined;
}

export function compileCriteria(criteria: FindingCriteria, ctx: CompileContext): CompiledCriteria {
  const lists: Record<Place, Predicate[]> = { f: [], r: [], i: [] };
  let accounts = ctx.accounts;
  let tags = imageTagsHeld(criteria.ecrImageTags ?? []);
  for (const field of STRING_FIELDS) {
    const filters = criteria[field];
    if (filters === undefined || filters.length === 0) continue;
    if (STRING_PLACES[field].kind === 'account') accounts = accounts.filter((a) => matchesStrings(filters, accountDigits(a)));
    else addString(lists, { field, filters }, ctx);
  }
  for (const field of DATE_FIELDS) {
    const place = RANGE_PLACES[field];
    const bound = place.cast === 'timestamptz' ? date : (ms: number | undefined) => ms;
    addRange(
      lists,
      place,
      criteria[field]?.map((d) => [bound(d.startInclusive), bound(d.endInclusive)]),
    );
  }
  for (const field of NUMBER_FIELDS) {
    addRange(
      lists,
      RANGE_PLACES[field],
      criteria[field]?.map((n) => (RANGE_PLACES[field].cast === 'int' ? whole(n) : [n.lowerInclusive, n.upperInclusive])),
    );
  }
  const { resourceTags, portRange } = criteria;
  if (resourceTags !== undefined && resourceTags.length > 0) {
    lists.r.push((p) =>
      anyOf(
        resourceTags.map((tag) => (q) => tagPredicate(tag, q)),
        p,
      ),
    );
    tags = (p) =>
      anyOf(
        resourceTags.map((tag) => (q) => heldTag(tag, q)),
        p,
      );
  }
  if (portRange !== undefined && portRange.length > 0) {
    lists.f.push((p) =>
      anyOf(
        portRange.map((range) => (q) => portPredicate(range, q)),
        p,
      ),
    );
  }
  return {
    accounts,
    ...lists,
    ...(tags === undefined ? {} : { tags }),
    packages: (criteria.vulnerablePackages ?? []).map((f: PackageFilter) => packagePredicates(f)),
  };
}

function addString(
  lists: Record<Place, Predicate[]>,
  criterion: { field: StringField; filters: readonly StringFilter[] },
  ctx: CompileContext,
): void {
  const { filters } = criterion;
  const place = STRING_PLACES[criterion.field];
  switch (place.kind) {
    case 'arn':
      lists.f.push(arnPredicate(filters, ctx.arns, ctx.accounts));
      return;
    case 'region':
      if (!matchesStrings(filters, ctx.region)) lists.f.push(() => 'false');
      return;
    case 'provider':
      if (!matchesStrings(filters, 'AWS')) lists.f.push(() => 'false');
      return;
    case 'codes': {
      const { status } = ctx;
      if (criterion.field === 'findingStatus' && status !== undefined) {
        lists.f.push((p) => codePredicate(filters, { sql: `(${status(p)})`, type: place.type }, place.domain)(p));
        return;
      }
      lists[place.at].push(codePredicate(filters, { sql: place.column, type: place.type }, place.domain));
      return;
    }
    case 'text':
      lists[place.at].push(textPredicate(filters, place.column, place.only));
      return;
    case 'texts':
      lists[place.at].push(textsPredicate(filters, place.from, place.only));
      return;
    case 'imageTags':
      lists.r.push(imageTagsPredicate(filters));
      return;
    case 'account':
      return;
  }
}

type Bound = number | Date | undefined;
const date = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));

/** Bounds of whole numbers, in their own type: a cast column has no index. */
function whole({ lowerInclusive, upperInclusive }: NumberFilter): readonly [Bound, Bound] {
  const int = (value: number): number => Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1);
  return [
    lowerInclusive === undefined ? undefined : int(Math.ceil(lowerInclusive)),
    upperInclusive === undefined ? undefined : int(Math.floor(upperInclusive)),
  ];
}

function addRange(lists: Record<Place, Predicate[]>, place: RangePlace, ranges: readonly (readonly [Bound, Bound])[] | undefined): void {
  if (ranges === undefined || ranges.length === 0) return;
  const one =
    ([lower, upper]: readonly [Bound, Bound]): Predicate =>
    (p) => {
      const parts = [`${place.column} is not null`];
      if (lower !== undefined) parts.push(`${place.column} >= ${p.add(lower)}::${place.cast}`);
      if (upper !== undefined) parts.push(`${place.column} <= ${p.add(upper)}::${place.cast}`);
      return parts.join(' and ');
    };
  const only: Predicate[] = place.only === undefined ? [] : [() => place.only as string];
  lists[place.at].push((p) => allOf([...only, (q) => anyOf(ranges.map(one), q)], p));
}

function tagPredicate(tag: MapFilter, p: Params): string {
  return `exists (select 1 from resource_tag t where t.account = r.account and t.resource = r.id and ${heldTag(tag, p)})`;
}

function heldTag({ key, value }: MapFilter, p: Params): string {
  return `t.space = ${TAG_SPACE.resource} and t.key = ${p.add(key)}${value === undefined ? '' : ` and t.value = ${p.add(value)}`}`;
}

function portPredicate(range: { beginInclusive?: number; endInclusive?: number }, p: Params): string {
  return `f.detail is not null and (f.detail->>'portEnd')::int >= ${p.add(range.beginInclusive ?? 0)}::int
    and (f.detail->>'portBegin')::int <= ${p.add(range.endInclusive ?? 65535)}::int`;
}
