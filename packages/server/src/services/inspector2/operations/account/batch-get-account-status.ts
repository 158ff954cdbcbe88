import type { In, Out } from '@assay/wire/operation-types.ts';
import { readSettings } from '../../../../accounts/settings.ts';
import type { ServerContext } from '../../../context.ts';
import { accountStateOf, splitAccounts } from '../../account-view.ts';

export async function batchGetAccountStatus(
  input: In<'BatchGetAccountStatus'>,
  context: ServerContext,
): Promise<Out<'BatchGetAccountStatus'>> {
  const { own, failed } = splitAccounts(input.accountIds, context);
  if (!own) return { accounts: [], failedAccounts: failed };
  const settings = (await readSettings(context.pool, [context.account])).get(context.account) ?? { scanTypes: {} };
  return { accounts: [accountStateOf(context.account, settings)], failedAccounts: failed };
}
