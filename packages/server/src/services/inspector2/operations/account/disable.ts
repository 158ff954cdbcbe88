import type { In, Out } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { SCAN_TYPES, type ScanType } from '../../../../accounts/settings.ts';
import { switchScanTypes } from '../../../../accounts/switch.ts';
import { requireRole, type ServerContext, seenAccounts } from '../../../context.ts';
import { standingOf } from '../../../organization.ts';
import { accountOf, addressedAccounts, failedAccount } from '../../account-view.ts';

type Failed = NonNullable<Out<'Disable'>['failedAccounts']>[number];

/** Without resourceTypes every scan type is disabled, and with it the account. What a member has on, its administrator switches off. */
export async function disable(input: In<'Disable'>, context: ServerContext): Promise<Out<'Disable'>> {
  requireRole(context, 'admin');
  const { accounts, failed } = await addressedAccounts(input.accountIds, context);
  const named = input.resourceTypes && input.resourceTypes.length > 0 ? input.resourceTypes : SCAN_TYPES;
  // Code scanning reads what standard scanning finds, so it never stays on alone.
  const types: ScanType[] = named.includes('LAMBDA') ? [...new Set([...named, 'LAMBDA_CODE' as const])] : [...named];
  const done: NonNullable<Out<'Disable'>['accounts']> = [];
  for (const account of accounts) {
    const refused = await refusal(account, types, context);
    const settings = refused ? undefined : await switchScanTypes(context.pool, { account, types, enabled: false });
    if (settings !== undefined) done.push(accountOf(account, settings));
    else failed.push(refused ?? failedAccount(accountDigits(account), 'RESOURCE_NOT_FOUND'));
  }
  return { accounts: done, failedAccounts: failed };
}

async function refusal(account: number, types: readonly ScanType[], context: ServerContext): Promise<Failed | undefined> {
  const id = accountDigits(account);
  if (account === context.account) {
    const { administrator, administers } = await standingOf(context);
    if (administrator !== undefined) {
      return failedAccount(id, 'ACCESS_DENIED', 'The account is a member: its delegated administrator disables scan types');
    }
    const all = SCAN_TYPES.every((type) => types.includes(type));
    if (administers && all && (await seenAccounts(context)).length > 1) return failedAccount(id, 'DISASSOCIATE_ALL_MEMBERS');
  }
  return undefined;
}
