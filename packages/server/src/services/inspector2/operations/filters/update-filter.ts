import { invalidField, resourceNotFound } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { changeFilter, settleInRequest } from '../../../filter-changes.ts';
import { criteriaFromWire } from '../../shapes/criteria.ts';
import { filterProblem } from '../../shapes/filter.ts';

export async function updateFilter(input: In<'UpdateFilter'>, context: ServerContext): Promise<Out<'UpdateFilter'>> {
  requireRole(context, 'operator');
  const { filterArn = '', name, action, description, reason, filterCriteria } = input;
  const criteria = filterCriteria === undefined ? undefined : criteriaFromWire(filterCriteria);
  const made = await changeFilter(context, filterArn, (was) => {
    const problem = filterProblem(action ?? was.action, criteria ?? was.criteria);
    if (problem !== undefined) throw invalidField(problem.member, problem.message);
    return {
      ...(name === undefined ? {} : { name }),
      ...(action === undefined ? {} : { action }),
      ...(description === undefined ? {} : { description }),
      ...(reason === undefined ? {} : { reason }),
      ...(criteria === undefined ? {} : { criteria }),
    };
  });
  if (made === 'name-taken') throw invalidField('name', 'is the name of another filter');
  if (typeof made === 'string') throw resourceNotFound(`There is no filter ${filterArn}.`);
  await settleInRequest(context, made);
  return { arn: filterArn };
}
