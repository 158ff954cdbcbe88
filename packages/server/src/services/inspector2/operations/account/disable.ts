import { resourceNotFound } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { SCAN_TYPES, switchScanTypes } from '../../../../accounts/settings.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { accountOf, splitAccounts } from '../../account-view.ts';

/** Without resourceTypes every scan type is disabled, and with it the account. */
export async function disable(input: In<'Disable'>, context: ServerContext): Promise<Out<'Disable'>> {
  requireRole(context, 'admin');
  const { own, failed } = splitAccounts(input.accountIds, context);
  if (!own) return { accounts: [], failedAccounts: failed };
  const types = input.resourceTypes && input.resourceTypes.length > 0 ? input.resourceTypes : SCAN_TYPES;
  const settings = await switchScanTypes(context.pool, context.account, { types, enabled: false });
  if (!settings) throw resourceNotFound('The account does not exist');
  return { accounts: [accountOf(context.account, settings)], failedAccounts: failed };
}
