import type { In, Out } from '@assay/wire/operation-types.ts';
import { readSettings } from '../../../../accounts/settings.ts';
import type { ServerContext } from '../../../context.ts';
import { accountStateOf, addressedAccounts } from '../../account-view.ts';

export async function batchGetAccountStatus(
  input: In<'BatchGetAccountStatus'>,
  context: ServerContext,
): Promise<Out<'BatchGetAccountStatus'>> {
  const { accounts, failed } = await addressedAccounts(input.accountIds, context);
  const settings = await readSettings(context.pool, accounts);
  return {
    accounts: accounts.map((account) => accountStateOf(account, settings.get(account) ?? { scanTypes: {} })),
    failedAccounts: failed,
  };
}
