import type { In, Out } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { readTrials } from '../../../../usage/free-trial.ts';
import { type ServerContext, seenAccounts } from '../../../context.ts';

type Trial = NonNullable<NonNullable<Out<'BatchGetFreeTrialInfo'>['accounts']>[number]['freeTrialInfo']>[number];

export async function batchGetFreeTrialInfo(
  input: In<'BatchGetFreeTrialInfo'>,
  context: ServerContext,
): Promise<Out<'BatchGetFreeTrialInfo'>> {
  const asked = [...new Set(input.accountIds ?? [])];
  const seen = (await seenAccounts(context)).filter((account) => asked.includes(accountDigits(account)));
  const trials = await withAccounts(context.pool, seen, (tx) => readTrials(tx, seen));
  const now = context.now();
  const accounts = seen.map((account) => ({
    accountId: accountDigits(account),
    freeTrialInfo: trials
      .filter((trial) => trial.account === account)
      .map(({ type, start, end }) => ({
        type: type as Trial['type'],
        start,
        end,
        status: now < end.getTime() ? ('ACTIVE' as const) : ('INACTIVE' as const),
        cloudProvider: 'AWS' as const,
      })),
  }));
  const known = new Set(accounts.map((account) => account.accountId));
  const message = 'The account is not the caller, nor a member that the caller administers';
  const failedAccounts = asked.filter((id) => !known.has(id)).map((accountId) => ({ accountId, code: 'ACCESS_DENIED' as const, message }));
  return { accounts, failedAccounts };
}
