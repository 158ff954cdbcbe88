import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { removeBearerToken } from '../../../../accounts/credentials.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { managedAccount } from '../../../organization.ts';

/** Refused from now on. */
export async function deleteBearerToken(
  input: AssayIn<'DeleteBearerToken'>,
  context: ServerContext,
): Promise<AssayOut<'DeleteBearerToken'>> {
  requireRole(context, 'admin');
  const account = await managedAccount(input.accountId, context);
  const { tokenId } = input;
  const removed = await withAccounts(context.pool, [account], (tx) => removeBearerToken(tx, account, tokenId));
  if (!removed) throw resourceNotFound(`There is no bearer token ${tokenId}`);
  return { tokenId };
}
