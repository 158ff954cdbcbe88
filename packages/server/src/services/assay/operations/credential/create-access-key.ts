import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { createAccessKeys } from '../../../../accounts/access-keys.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { managedAccount } from '../../../organization.ts';

/** The secret is in this answer and never again. */
export async function createAccessKey(input: AssayIn<'CreateAccessKey'>, context: ServerContext): Promise<AssayOut<'CreateAccessKey'>> {
  requireRole(context, 'admin');
  const account = await managedAccount(input.accountId, context);
  const { pool, sealer, now } = context;
  return createAccessKeys({ pool, sealer, now }).create({ account, name: input.userName, role: input.role });
}
