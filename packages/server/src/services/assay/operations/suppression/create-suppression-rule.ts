import { invalidField } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { addFilter } from '../../../filter-changes.ts';
import { answerChange, ruleCriteriaFromWire } from '../../suppression-shape.ts';

/** A suppression rule with owner and end. Where the account asks for approval, an operator's rule waits for an admin. */
export async function createSuppressionRule(
  input: AssayIn<'CreateSuppressionRule'>,
  context: ServerContext,
): Promise<AssayOut<'CreateSuppressionRule'>> {
  requireRole(context, 'operator');
  const { name, description = null, reason = null, owner = null, expiresAt = null } = input;
  if (expiresAt !== null && expiresAt.getTime() <= context.now()) throw invalidField('expiresAt', 'is over already');
  const criteria = ruleCriteriaFromWire(input.filterCriteria);
  const made = await addFilter(context, { ...{ name, criteria, description, reason, owner, expiresAt }, action: 'SUPPRESS', tags: {} });
  return answerChange(made, context, { name });
}
