import { resourceNotFound } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { dropFilter, settleInRequest } from '../../../filter-changes.ts';

/** What the rule hid is open again, and told so, unless another rule hides it. */
export async function deleteFilter(input: In<'DeleteFilter'>, context: ServerContext): Promise<Out<'DeleteFilter'>> {
  requireRole(context, 'operator');
  const { arn = '' } = input;
  const gone = await dropFilter(context, arn);
  if (gone === undefined) throw resourceNotFound(`There is no filter ${arn}.`);
  await settleInRequest(context, gone);
  return { arn };
}
