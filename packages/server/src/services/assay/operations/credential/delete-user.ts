import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { removeUser } from '../../../../accounts/credentials.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { managedAccount } from '../../../organization.ts';

/** Keys, tokens and sessions of that name are refused from now on. Who signs in through an identity provider is removed there. */
export async function deleteUser(input: AssayIn<'DeleteUser'>, context: ServerContext): Promise<AssayOut<'DeleteUser'>> {
  requireRole(context, 'admin');
  const account = await managedAccount(input.accountId, context);
  const { userName } = input;
  const removed = await withAccounts(context.pool, [account], (tx) => removeUser(tx, account, userName));
  if (!removed) throw resourceNotFound(`There is no user ${userName}`);
  return { userName };
}
