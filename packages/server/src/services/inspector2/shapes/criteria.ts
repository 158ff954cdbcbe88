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
  return { ...(wire as unknown as FindingCriteria), ...Object.fromEntries(dates) };
}

function time(name: string, at: Date | undefined): Record<string, number> {
  return at === undefined ? {} : { [name]: at.getTime() };
}
