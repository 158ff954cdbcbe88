import { DATE_FIELDS, type FindingCriteria } from '@assay/core/filter/criteria.ts';
import type { In } from '@assay/wire/operation-types.ts';

type WireCriteria = NonNullable<In<'ListFindings'>['filterCriteria']>;

/** The wire's criteria in core's words: dates become milliseconds, everything else already has the shape the model checked. */
export function criteriaFromWire(wire: WireCriteria | undefined): FindingCriteria {
  if (wire === undefined) return {};
  const dates = DATE_FIELDS.flatMap((field) => {
    const filters = (wire as Record<string, readonly { startInclusive?: Date; endInclusive?: Date }[] | undefined>)[field];
    if (filters === undefined) return [];
    return [[field, filters.map((f) => ({ ...time('startInclusive', f.startInclusive), ...time('endInclusive', f.endInclusive) }))]];
  });
  const scores = SCORE_FIELDS.flatMap((field) => {
    const filters = wire[field];
    if (filters === undefined) return [];
    return [[field, filters.map((f) => ({ ...bound('lowerInclusive', f.lowerInclusive), ...bound('upperInclusive', f.upperInclusive) }))]];
  });
  return { ...(wire as unknown as FindingCriteria), ...Object.fromEntries([...dates, ...scores]) };
}

/** Back to the wire's form: dates are dates again. */
export function criteriaToWire(criteria: FindingCriteria): WireCriteria {
  const dates = DATE_FIELDS.flatMap((field) => {
    const filters = criteria[field];
    if (filters === undefined) return [];
    return [[field, filters.map((f) => Object.fromEntries(Object.entries(f).map(([bound, ms]) => [bound, new Date(ms)])))]];
  });
  return { ...(criteria as unknown as WireCriteria), ...Object.fromEntries(dates) };
}

/** Stored as float4, which refuses what is beyond it instead of rounding. */
const SCORE_FIELDS = ['inspectorScore', 'epssScore'] as const;
const LARGEST = 3.4e38;
const SMALLEST = 1.2e-38;

function bound(name: string, value: number | undefined): Record<string, number> {
  if (value === undefined) return {};
  const size = Math.abs(value);
  if (size > LARGEST) return { [name]: Math.sign(value) * LARGEST };
  return { [name]: size < SMALLEST ? 0 : value };
}

function time(name: string, at: Date | undefined): Record<string, number> {
  return at === undefined ? {} : { [name]: at.getTime() };
}
