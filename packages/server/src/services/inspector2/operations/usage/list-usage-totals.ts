import { accessDenied } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { readUsage, type UsageTotal } from '../../../../usage/usage.ts';
import { USAGE_TYPES, type UsageType } from '../../../../usage/usage-types.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';

type Usage = NonNullable<NonNullable<Out<'ListUsageTotals'>['totals']>[number]['usage']>[number];
const PAGE = 500;
const TYPES = Object.keys(USAGE_TYPES) as UsageType[];

/** Every type that is counted here, with 0 where nothing was scanned. A month is the 30 days that are counted. */
export async function listUsageTotals(input: In<'ListUsageTotals'>, context: ServerContext): Promise<Out<'ListUsageTotals'>> {
  const { accountIds } = input;
  const after = (openPage(context, { accountIds }, input.nextToken) as number | undefined) ?? -1;
  const seen = [...(await seenAccounts(context))].sort((a, b) => a - b);
  const stranger = accountIds?.find((id) => !seen.some((account) => accountDigits(account) === id));
  if (stranger !== undefined) throw accessDenied(`${stranger} is not the caller's account, nor a member that it administers`);
  const asked = seen.filter((account) => account > after && (accountIds === undefined || accountIds.includes(accountDigits(account))));
  const page = asked.slice(0, input.maxResults ?? PAGE);
  const totals = await withAccounts(context.pool, page, (tx) => readUsage(tx, page, new Date(context.now())));
  return {
    totals: totals.map((total) => ({ accountId: accountDigits(total.account), usage: TYPES.map((type) => usageOf(total, type, context)) })),
    ...(asked.length > page.length ? { nextToken: sealPage(context, { accountIds }, page.at(-1)) } : {}),
  };
}

function usageOf({ amounts }: UsageTotal, type: UsageType, { prices }: ServerContext): Usage {
  const total = amounts.get(type) ?? 0;
  return {
    type,
    total,
    estimatedMonthlyCost: Math.round(total * (prices[type] ?? 0) * 100) / 100,
    currency: 'USD',
    cloudProvider: type.startsWith('AZURE_') ? 'AZURE' : 'AWS',
  };
}
