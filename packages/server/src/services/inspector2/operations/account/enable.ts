import type { In, Out } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { switchScanTypes } from '../../../../accounts/switch.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { accountOf, addressedAccounts, failedAccount } from '../../account-view.ts';

/** Naming an enabled type again changes nothing, with or without a clientToken. An account that has resources of a type is ENABLING until its findings are back. */
export async function enable(input: In<'Enable'>, context: ServerContext): Promise<Out<'Enable'>> {
  requireRole(context, 'admin');
  const { accounts, failed } = await addressedAccounts(input.accountIds, context);
  const done: NonNullable<Out<'Enable'>['accounts']> = [];
  for (const account of accounts) {
    const settings = await switchScanTypes(context.pool, { account, types: input.resourceTypes ?? [], enabled: true });
    if (settings === undefined) failed.push(failedAccount(accountDigits(account), 'RESOURCE_NOT_FOUND'));
    else done.push(accountOf(account, settings));
  }
  return { accounts: done, failedAccounts: failed };
}
