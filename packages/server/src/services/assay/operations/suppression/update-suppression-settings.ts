import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { setApproval } from '../../../../suppression/settings.ts';
import { requireRole, type ServerContext } from '../../../context.ts';

export async function updateSuppressionSettings(
  { approvalRequired }: AssayIn<'UpdateSuppressionSettings'>,
  context: ServerContext,
): Promise<AssayOut<'UpdateSuppressionSettings'>> {
  requireRole(context, 'admin');
  const { account } = context;
  await withAccounts(context.pool, [account], (tx) => setApproval(tx, account, approvalRequired));
  return { approvalRequired };
}
