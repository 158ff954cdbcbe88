import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { agreeToFilter } from '../../../filter-changes.ts';
import { answerChange } from '../../suppression-shape.ts';

export async function approveSuppressionRule(
  input: AssayIn<'ApproveSuppressionRule'>,
  context: ServerContext,
): Promise<AssayOut<'ApproveSuppressionRule'>> {
  requireRole(context, 'admin');
  return answerChange(await agreeToFilter(context, input.filterArn), context, { arn: input.filterArn });
}
