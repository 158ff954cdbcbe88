import {
  DATE_FIELDS,
  type DateFilter,
  type FindingCriteria,
  type FindingFacts,
  type MapFilter,
  NUMBER_FIELDS,
  type NumberFilter,
  type PackageFacts,
  type PackageFilter,
  type PortRangeFilter,
  STRING_FIELDS,
  type StringFilter,
} from './criteria.ts';

/** Whether a finding satisfies the criteria; see `criteria.ts` for the meaning. */
export function matchesCriteria(criteria: FindingCriteria, facts: FindingFacts): boolean {
  return (
    STRING_FIELDS.every((field) => matchesStrings(criteria[field], facts.strings[field])) &&
    DATE_FIELDS.every((field) => matchesRange(criteria[field]?.map(dateBounds), facts.dates[field])) &&
    NUMBER_FIELDS.every((field) => matchesRange(criteria[field]?.map(numberBounds), facts.numbers[field])) &&
    (criteria.resourceTags === undefined || criteria.resourceTags.some((filter) => matchesTag(filter, facts.resourceTags))) &&
    (criteria.portRange === undefined || criteria.portRange.some((filter) => matchesPorts(filter, facts.portRange))) &&
    (criteria.vulnerablePackages === undefined ||
      criteria.vulnerablePackages.some((filter) => facts.packages.some((p) => matchesPackage(filter, p))))
  );
}

/** A list of string filters against one value, several, or none. An undefined list holds for everything. */
export function matchesStrings(filters: readonly StringFilter[] | undefined, value: string | readonly string[] | undefined): boolean {
  if (filters === undefined || filters.length === 0) return true;
  const values = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  const positive = filters.filter((filter) => filter.comparison !== 'NOT_EQUALS');
  return (
    (positive.length === 0 || positive.some((filter) => values.some((v) => holds(filter, v)))) &&
    filters.every((filter) => filter.comparison !== 'NOT_EQUALS' || !values.includes(filter.value))
  );
}

function holds(filter: StringFilter, value: string): boolean {
  return filter.comparison === 'PREFIX' ? value.startsWith(filter.value) : value === filter.value;
}

interface Bounds {
  readonly lower: number | undefined;
  readonly upper: number | undefined;
}
const dateBounds = (f: DateFilter): Bounds => ({ lower: f.startInclusive, upper: f.endInclusive });
const numberBounds = (f: NumberFilter): Bounds => ({ lower: f.lowerInclusive, upper: f.upperInclusive });

function matchesRange(ranges: readonly Bounds[] | undefined, value: number | undefined): boolean {
  if (ranges === undefined || ranges.length === 0) return true;
  if (value === undefined) return false;
  return ranges.some((r) => (r.lower === undefined || value >= r.lower) && (r.upper === undefined || value <= r.upper));
}

function matchesTag(filter: MapFilter, tags: ReadonlyMap<string, string>): boolean {
  const value = tags.get(filter.key);
  return value !== undefined && (filter.value === undefined || value === filter.value);
}

/** Port ranges match when they overlap. */
function matchesPorts(filter: PortRangeFilter, range: { begin: number; end: number } | undefined): boolean {
  return range !== undefined && range.end >= (filter.beginInclusive ?? 0) && range.begin <= (filter.endInclusive ?? 65535);
}

/** Every member that is set must hold for the same package. */
export function matchesPackage(filter: PackageFilter, p: PackageFacts): boolean {
  const one = (member: StringFilter | undefined, value: string | undefined): boolean =>
    member === undefined || matchesStrings([member], value);
  return (
    one(filter.name, p.name) &&
    one(filter.version, p.version) &&
    one(filter.release, p.release) &&
    one(filter.architecture, p.architecture) &&
    one(filter.filePath, p.filePath) &&
    one(filter.sourceLayerHash, p.sourceLayerHash) &&
    one(filter.sourceLambdaLayerArn, p.sourceLambdaLayerArn) &&
    (filter.epoch === undefined || matchesRange([numberBounds(filter.epoch)], p.epoch))
  );
}
