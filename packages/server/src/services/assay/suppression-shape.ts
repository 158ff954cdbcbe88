import type { FindingCriteria } from '@assay/core/filter/criteria.ts';
import { conflict, invalidField, quotaExceeded, resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { filterArn } from '../../suppression/filter-arn.ts';
import { type Filter, ruleState } from '../../suppression/filter-row.ts';
import type { FilterProblem } from '../../suppression/filters.ts';
import type { ServerContext } from '../context.ts';
import { settleInRequest } from '../filter-changes.ts';
import { criteriaFromWire, criteriaToWire } from '../inspector2/shapes/criteria.ts';
import { filterProblem } from '../inspector2/shapes/filter.ts';

type WireRule = AssayOut<'ListSuppressionRules'>['rules'][number];
type WireCriteria = AssayIn<'CreateSuppressionRule'>['filterCriteria'];

/** The criteria of a rule. @throws ValidationException */
export function ruleCriteriaFromWire(wire: WireCriteria): FindingCriteria {
  const criteria = criteriaFromWire(wire as never);
  const problem = filterProblem('SUPPRESS', criteria);
  if (problem !== undefined) throw invalidField(problem.member, problem.message);
  return criteria;
}

export function ruleToWire(filter: Filter, about: { readonly region: string; readonly now: Date; readonly hidden: number }): WireRule {
  const given = {
    description: filter.description,
    reason: filter.reason,
    owner: filter.owner,
    expiresAt: filter.expiresAt,
    approvedBy: filter.approvedBy,
  };
  return {
    filterArn: filterArn(about.region, filter.account, filter.id),
    name: filter.name,
    filterCriteria: criteriaToWire(filter.criteria) as WireCriteria,
    state: ruleState(filter, about.now),
    applied: filter.applied,
    hidden: about.hidden,
    createdAt: filter.createdAt,
    updatedAt: filter.updatedAt,
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)) as Partial<WireRule>),
  };
}

/** Settles what was changed and answers. @throws for what could not be changed */
export async function answerChange(
  made: Filter | FilterProblem | undefined,
  context: ServerContext,
  named: { arn?: string; name?: string },
) {
  if (made === 'name-taken') throw conflict(`There is a filter named ${named.name} already.`, named.name ?? '', 'FILTER');
  if (made === 'too-many') throw quotaExceeded('The account has as many filters as it may have; delete some.', context.principal.account);
  if (made === 'unknown' || made === undefined) throw resourceNotFound(`There is no suppression rule ${named.arn}.`);
  await settleInRequest(context, made);
  return { filterArn: filterArn(context.region, made.account, made.id), state: ruleState(made, new Date(context.now())) };
}
