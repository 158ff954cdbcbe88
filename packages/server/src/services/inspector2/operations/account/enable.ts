import { resourceNotFound } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { switchScanTypes } from '../../../../accounts/settings.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { accountOf, splitAccounts } from '../../account-view.ts';

/** Takes effect at once, so nobody ever sees ENABLING. Naming an enabled type again changes nothing, with or without a clientToken. */
export async function enable(input: In<'Enable'>, context: ServerContext): Promise<Out<'Enable'>> {
  requireRole(context, 'admin');
  const { own, failed } = splitAccounts(input.accountIds, context);
  if (!own) return { accounts: [], failedAccounts: failed };
  const settings = await switchScanTypes(context.pool, context.account, { types: input.resourceTypes ?? [], enabled: true });
  if (!settings) throw resourceNotFound('The account does not exist');
  return { accounts: [accountOf(context.account, settings)], failedAccounts: failed };
}
