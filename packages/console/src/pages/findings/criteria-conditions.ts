import type { DateFilter, FilterCriteria, MapFilter, NumberFilter, PackageFilter, StringFilter } from '../../api/types.ts';
import { findingCriteria } from './criteria.ts';
import { FILTER_FIELDS, type FilterField } from './filter-fields.ts';
import type { Condition, Operator } from './findings-state.ts';

const OPERATORS: Readonly<Record<string, Operator>> = { EQUALS: '=', NOT_EQUALS: '!=', PREFIX: '^' };
type Member = [string, readonly unknown[]];

/** FilterCriteria → what the filter box shows; null when the box cannot say exactly the same. */
export function criteriaConditions(criteria: FilterCriteria): Condition[] | null {
  const members = Object.entries(criteria) as Member[];
  const conditions = members.flatMap(([name, filters]) => memberConditions(name, filters));
  return canonical(findingCriteria({ conditions, status: 'ALL' }, 0)) === canonical(criteria) ? conditions : null;
}

function memberConditions(name: string, filters: readonly unknown[]): Condition[] {
  if (name === 'vulnerablePackages') return packageConditions(filters as PackageFilter[]);
  const field = FILTER_FIELDS.find(({ criteria }) => criteria === name);
  switch (field?.kind) {
    case 'string':
      return (filters as StringFilter[]).map((filter) => condition(field.key, filter.comparison, [filter.value ?? '']));
    case 'choice':
      return choiceConditions(field, filters as StringFilter[]);
    case 'number':
      return (filters as NumberFilter[]).flatMap((filter) => range(field.key, filter.lowerInclusive, filter.upperInclusive));
    case 'date':
      return (filters as DateFilter[]).flatMap(({ startInclusive, endInclusive }) =>
        range(field.key, dayOf(startInclusive), dayOf(endInclusive)),
      );
    case 'tag':
      return (filters as MapFilter[]).map(({ key, value }) =>
        condition(field.key, 'EQUALS', [value === undefined ? `${key}` : `${key}=${value}`]),
      );
    default:
      return [];
  }
}

function condition(key: string, comparison: string | undefined, values: readonly string[]): Condition {
  return { key, operator: OPERATORS[comparison ?? ''] ?? '=', values };
}

function choiceConditions(field: FilterField, filters: readonly StringFilter[]): Condition[] {
  const groups = Map.groupBy(filters, ({ comparison }) => comparison);
  return [...groups].map(([comparison, group]) =>
    condition(
      field.key,
      comparison,
      group.map(({ value }) => value ?? ''),
    ),
  );
}

function packageConditions(filters: readonly PackageFilter[]): Condition[] {
  return FILTER_FIELDS.flatMap(({ key, part }) => {
    if (part === undefined) return [];
    const wanted = new Map(filters.map((filter) => [`${filter[part]?.comparison} ${filter[part]?.value}`, filter[part]]));
    return [...wanted.values()].flatMap((filter) =>
      filter === undefined ? [] : [condition(key, filter.comparison, [filter.value ?? ''])],
    );
  });
}

function range(key: string, lower: number | string | undefined, upper: number | string | undefined): Condition[] {
  const from: Condition[] = lower === undefined ? [] : [{ key, operator: '>=', values: [String(lower)] }];
  return upper === undefined ? from : [...from, { key, operator: '<=', values: [String(upper)] }];
}

function dayOf(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  const day = new Date(seconds * 1000);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** Text that is equal for criteria that mean the same: the order of members and of filters says nothing. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${entries
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
    .sort()
    .join(',')}}`;
}
