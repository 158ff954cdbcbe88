import { conflict, resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { closeAccount as close } from '../../../../accounts/directory.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { requireManagement } from '../../../organization.ts';

/** Its keys and sessions are refused from now on, its findings close, its history stays. */
export async function closeAccount(input: AssayIn<'CloseAccount'>, context: ServerContext): Promise<AssayOut<'CloseAccount'>> {
  requireRole(context, 'admin');
  const { management } = await requireManagement(context);
  const { accountId } = input;
  const outcome = await close(context.pool, { management, account: Number(accountId) });
  context.sight.forget();
  if (outcome === 'no-account') throw resourceNotFound(`${accountId} is no open account that this one manages`);
  if (outcome === 'administrator') {
    throw conflict('The account is the delegated administrator; use DisableDelegatedAdminAccount first', accountId, 'ACCOUNT');
  }
  return { accountId };
}
