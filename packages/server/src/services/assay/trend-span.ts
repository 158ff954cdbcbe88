import { invalidField } from '@assay/wire/errors.ts';
import { accountDigits } from '../../accounts/identity.ts';
import { type ServerContext, seenAccounts } from '../context.ts';

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;
const MOST_DAYS = 400;

interface Asked {
  readonly startTime?: Date | undefined;
  readonly endTime?: Date | undefined;
  readonly accountIds?: readonly string[] | undefined;
}

/** What a question about history spans: the last 30 days unless the caller says otherwise, at most 400. */
export function spanOf({ startTime, endTime }: Asked, now: number): { readonly from: Date; readonly until: Date } {
  const until = endTime ?? new Date(now);
  const from = startTime ?? new Date(until.getTime() - (USUAL_DAYS - 1) * DAY_MS);
  if (from > until) throw invalidField('startTime', 'must not be after endTime');
  if (until.getTime() - from.getTime() > MOST_DAYS * DAY_MS)
    throw invalidField('startTime', `must be at most ${MOST_DAYS} days before endTime`);
  return { from, until };
}

/** The accounts asked for, as far as the caller sees them; all of these when none is named. */
export async function accountsOf({ accountIds }: Asked, context: ServerContext): Promise<readonly number[]> {
  const seen = await seenAccounts(context);
  return accountIds === undefined ? seen : seen.filter((account) => accountIds.includes(accountDigits(account)));
}
