import type {
  DateFilter,
  FilterCriteria,
  MapFilter,
  NumberFilter,
  PackageFilter,
  StringFilter,
  TitleAggregation,
} from '../../api/types.ts';
import { type FilterField, filterField } from './filter-fields.ts';
import type { Condition, FindingsState } from './findings-state.ts';
import { rollingDays } from './last-use.ts';
import { isGroupSort } from './sort-fields.ts';

const COMPARISONS = { '=': 'EQUALS', '!=': 'NOT_EQUALS', '^': 'PREFIX' } as const;

/**
 * Conditions → FilterCriteria. The API joins the filters of one member with OR and the members with AND, so bounds on one
 * number or date become one range, and name, version and path of a package become one PackageFilter. `now` in milliseconds since 1970:
 * rolling dates count from that day.
 */
export function findingCriteria(state: Pick<FindingsState, 'conditions' | 'status'>, now: number): FilterCriteria {
  const criteria: Record<string, unknown> = {};
  if (state.status !== 'ALL') criteria['findingStatus'] = [{ comparison: 'EQUALS', value: state.status }];
  for (const [field, conditions] of byField(state.conditions)) {
    const filters = fieldFilters(field, conditions, now);
    if (filters.length > 0) criteria[field.criteria] = filters;
  }
  const packages = packageFilters(state.conditions);
  if (packages.length > 0) criteria['vulnerablePackages'] = packages;
  return criteria as FilterCriteria;
}

/** The part of the conditions that the aggregation by title understands; `groupable` says whether that is all of them. */
export function titleAggregation(state: FindingsState): TitleAggregation {
  const aggregation: TitleAggregation = {
    sortBy: isGroupSort(state.sort) ? state.sort : 'CRITICAL',
    sortOrder: state.descending ? 'DESC' : 'ASC',
  };
  for (const [field, conditions] of byField(state.conditions)) {
    const filters = stringFilters(conditions);
    if (field.key === 'title') aggregation.titles = filters;
    if (field.key === 'vulnerabilityId') aggregation.vulnerabilityIds = filters;
    const value = conditions[0]?.values[0];
    if (field.key === 'resourceType' && value !== undefined)
      aggregation.resourceType = value as NonNullable<TitleAggregation['resourceType']>;
    if (field.key === 'findingType' && value !== undefined) aggregation.findingType = value as NonNullable<TitleAggregation['findingType']>;
  }
  return aggregation;
}

/** The conditions that keep the list from being grouped: the aggregation has no member for them. */
export function ungroupable(state: Pick<FindingsState, 'conditions'>): Condition[] {
  return state.conditions.filter((condition) => {
    const field = filterField(condition.key);
    if (field?.groups !== true) return true;
    return field.kind === 'choice' && (condition.operator !== '=' || condition.values.length > 1);
  });
}

function byField(conditions: readonly Condition[]): Map<FilterField, Condition[]> {
  const groups = new Map<FilterField, Condition[]>();
  for (const condition of conditions) {
    const field = filterField(condition.key);
    if (field === undefined || field.kind === 'package') continue;
    const group = groups.get(field);
    if (group === undefined) groups.set(field, [condition]);
    else group.push(condition);
  }
  return groups;
}

function fieldFilters(field: FilterField, conditions: readonly Condition[], now: number): unknown[] {
  switch (field.kind) {
    case 'number':
      return numberRange(conditions);
    case 'date':
      return dateRange(conditions, now);
    case 'tag':
      return tagFilters(conditions);
    default:
      return stringFilters(conditions);
  }
}

function stringFilters(conditions: readonly Condition[]): StringFilter[] {
  return conditions.flatMap(({ operator, values }) => {
    const comparison = COMPARISONS[operator as keyof typeof COMPARISONS];
    return comparison === undefined ? [] : values.map((value) => ({ comparison, value }));
  });
}

function bounds(
  conditions: readonly Condition[],
  read: (text: string, operator: string) => number,
): [number | undefined, number | undefined] {
  let lower: number | undefined;
  let upper: number | undefined;
  for (const { operator, values } of conditions) {
    const number = read(values[0] ?? '', operator);
    if (!Number.isFinite(number)) continue;
    if (operator === '>=' || operator === '=') lower = lower === undefined ? number : Math.max(lower, number);
    if (operator === '<=' || operator === '=') upper = upper === undefined ? number : Math.min(upper, number);
  }
  return [lower, upper];
}

function numberRange(conditions: readonly Condition[]): NumberFilter[] {
  const [lower, upper] = bounds(conditions, (text) => (text.trim() === '' ? Number.NaN : Number(text)));
  if (lower === undefined && upper === undefined) return [];
  return [{ ...(lower === undefined ? {} : { lowerInclusive: lower }), ...(upper === undefined ? {} : { upperInclusive: upper }) }];
}

/** Dates are whole days in the reader's own time zone, both ends included. */
function dateRange(conditions: readonly Condition[], now: number): DateFilter[] {
  const [start, end] = bounds(conditions, (text, operator) => dayEdge(text, { end: operator === '<=', now }));
  if (start === undefined && end === undefined) return [];
  return [{ ...(start === undefined ? {} : { startInclusive: start }), ...(end === undefined ? {} : { endInclusive: end }) }];
}

function dayEdge(text: string, { end, now }: { end: boolean; now: number }): number {
  const days = rollingDays(text);
  if (days === undefined && !/^\d{4}-\d{2}-\d{2}$/.test(text)) return Number.NaN;
  const day = days === undefined ? new Date(`${text}T00:00:00`) : new Date(now);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - (days ?? 0) + (end ? 1 : 0));
  return day.getTime() / 1000 - (end ? 1 : 0);
}

/** `key=value`, or `key` alone for any value. */
function tagFilters(conditions: readonly Condition[]): MapFilter[] {
  return conditions.flatMap(({ values }) =>
    values.map((text) => {
      const cut = text.indexOf('=');
      return cut < 0
        ? { comparison: 'EQUALS' as const, key: text }
        : { comparison: 'EQUALS' as const, key: text.slice(0, cut), value: text.slice(cut + 1) };
    }),
  );
}

function packageFilters(conditions: readonly Condition[]): PackageFilter[] {
  let filters: PackageFilter[] = [];
  for (const part of ['name', 'version', 'filePath'] as const) {
    const wanted = stringFilters(conditions.filter((condition) => filterField(condition.key)?.part === part));
    if (wanted.length === 0) continue;
    const base: PackageFilter[] = filters.length === 0 ? [{}] : filters;
    filters = base.flatMap((filter) => wanted.map((value) => ({ ...filter, [part]: value })));
  }
  return filters;
}
