import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { removeAccessKey } from '../../../../accounts/credentials.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { managedAccount } from '../../../organization.ts';

/** Refused from now on, and the console sessions of its user with it. */
export async function deleteAccessKey(input: AssayIn<'DeleteAccessKey'>, context: ServerContext): Promise<AssayOut<'DeleteAccessKey'>> {
  requireRole(context, 'admin');
  const account = await managedAccount(input.accountId, context);
  const { accessKeyId } = input;
  const removed = await withAccounts(context.pool, [account], (tx) => removeAccessKey(tx, account, accessKeyId));
  if (!removed) throw resourceNotFound(`There is no access key ${accessKeyId}`);
  return { accessKeyId };
}
