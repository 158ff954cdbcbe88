import { invalidField } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { changeFilter } from '../../../filter-changes.ts';
import { answerChange, ruleCriteriaFromWire } from '../../suppression-shape.ts';

/** Only members given change. A rule that asks for more, or for longer, is approved anew where the account asks for approval. */
export async function updateSuppressionRule(
  input: AssayIn<'UpdateSuppressionRule'>,
  context: ServerContext,
): Promise<AssayOut<'UpdateSuppressionRule'>> {
  requireRole(context, 'operator');
  const { filterArn, filterCriteria, neverExpires, ...terms } = input;
  if (neverExpires === true && terms.expiresAt !== undefined) throw invalidField('neverExpires', 'contradicts expiresAt');
  const given = Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined));
  const criteria = filterCriteria === undefined ? {} : { criteria: ruleCriteriaFromWire(filterCriteria) };
  const made = await changeFilter(context, filterArn, (was) => {
    if (was.action !== 'SUPPRESS') throw invalidField('filterArn', 'is a filter that hides nothing; UpdateFilter makes it a rule');
    return { ...given, ...criteria, ...(neverExpires === true ? { expiresAt: null } : {}) };
  });
  return answerChange(made, context, { arn: filterArn, ...(terms.name === undefined ? {} : { name: terms.name }) });
}
