import type { FindingCriteria } from '@assay/core/filter/criteria.ts';
import type { Out } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../accounts/identity.ts';
import type { Filter, FilterAction } from '../../../suppression/filter-row.ts';
import { type Tags, tagProblem } from '../../../tags/tags.ts';
import { criteriaToWire } from './criteria.ts';

export type WireFilter = NonNullable<Out<'ListFilters'>['filters']>[number];

export function filterToWire(filter: Filter, arn: string, tags: Tags | undefined): WireFilter {
  return {
    arn,
    ownerId: accountDigits(filter.account),
    name: filter.name,
    criteria: criteriaToWire(filter.criteria),
    action: filter.action,
    createdAt: filter.createdAt,
    updatedAt: filter.updatedAt,
    ...(filter.description === null ? {} : { description: filter.description }),
    ...(filter.reason === null ? {} : { reason: filter.reason }),
    ...(tags === undefined ? {} : { tags: { ...tags } }),
  };
}

/** What the model does not check. */
export function filterProblem(
  action: FilterAction,
  criteria: FindingCriteria,
  tags: Tags = {},
): { readonly member: string; readonly message: string } | undefined {
  const wrong = tagProblem(tags);
  if (wrong !== undefined) return { member: 'tags', message: wrong };
  if (action === 'NONE') return undefined;
  if (Object.values(criteria).every((filters) => filters.length === 0)) {
    return { member: 'filterCriteria', message: 'must say which findings to hide; name at least one field' };
  }
  if (criteria.updatedAt !== undefined && criteria.updatedAt.length > 0) {
    return { member: 'filterCriteria.updatedAt', message: 'cannot be part of a suppression rule: hiding a finding updates it' };
  }
  return undefined;
}
