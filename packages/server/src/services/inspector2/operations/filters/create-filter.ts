import { badRequest, invalidField, quotaExceeded } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { filterArn } from '../../../../suppression/filter-arn.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { addFilter, settleInRequest } from '../../../filter-changes.ts';
import { criteriaFromWire } from '../../shapes/criteria.ts';
import { filterProblem } from '../../shapes/filter.ts';

/** Saved criteria; with action SUPPRESS the findings they match are hidden before this answers, or by a job where they are very many. */
export async function createFilter(input: In<'CreateFilter'>, context: ServerContext): Promise<Out<'CreateFilter'>> {
  requireRole(context, 'operator');
  const criteria = criteriaFromWire(input.filterCriteria);
  const action = input.action ?? 'NONE';
  const problem = filterProblem(action, criteria, input.tags);
  if (problem !== undefined) throw invalidField(problem.member, problem.message);
  const made = await addFilter(context, {
    name: input.name ?? '',
    ...{ action, criteria },
    description: input.description ?? null,
    reason: input.reason ?? null,
    owner: null,
    expiresAt: null,
    tags: input.tags ?? {},
  });
  if (made === 'name-taken') throw badRequest(`There is a filter named ${input.name} already.`);
  if (typeof made === 'string')
    throw quotaExceeded('The account has as many filters as it may have; delete some.', context.principal.account);
  await settleInRequest(context, made);
  return { arn: filterArn(context.region, made.account, made.id) };
}
