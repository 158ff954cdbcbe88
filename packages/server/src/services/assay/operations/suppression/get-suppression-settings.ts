import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { needsApproval } from '../../../../suppression/settings.ts';
import type { ServerContext } from '../../../context.ts';

export async function getSuppressionSettings(
  _input: AssayIn<'GetSuppressionSettings'>,
  context: ServerContext,
): Promise<AssayOut<'GetSuppressionSettings'>> {
  const { account } = context;
  return { approvalRequired: await withAccounts(context.pool, [account], (tx) => needsApproval(tx, account)) };
}
