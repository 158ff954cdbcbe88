import { SEVERITIES, SEVERITY_CODES } from '@assay/core/severity.ts';
import { invalidField } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { type FindingDay, nextDay, readDays } from '../../../../findings/trend/days.ts';
import type { ServerContext } from '../../../context.ts';
import { accountsOf, spanOf } from '../../trend-span.ts';

type Day = AssayOut<'GetFindingTrend'>['trends'][number]['days'][number];

/** Days in one answer, over all its accounts. */
const MOST_DAYS = 20_000;

/** Every day of the span, those without findings too: of all accounts together, or of each. Days are UTC's. */
export async function getFindingTrend(input: AssayIn<'GetFindingTrend'>, context: ServerContext): Promise<AssayOut<'GetFindingTrend'>> {
  const accounts = await accountsOf(input, context);
  const { from, until } = spanOf(input, context.now());
  const [first, last] = [from.toISOString().slice(0, 10), until.toISOString().slice(0, 10)];
  const days: string[] = [];
  for (let day = first; day <= last; day = nextDay(day)) days.push(day);
  const grouped = input.groupBy === 'ACCOUNT';
  if (grouped && days.length * accounts.length > MOST_DAYS) {
    throw invalidField('accountIds', `name fewer accounts: ${accounts.length} of ${days.length} days each are too many for one answer`);
  }
  const rows = await withAccounts(context.pool, accounts, (tx) => readDays(tx, accounts, { from: first, to: last }));
  if (!grouped) return { trends: [{ days: daysOf(rows, days) }] };
  const byAccount = Map.groupBy(rows, (row) => row.account);
  return { trends: accounts.map((account) => ({ accountId: accountDigits(account), days: daysOf(byAccount.get(account) ?? [], days) })) };
}

function daysOf(rows: readonly FindingDay[], days: readonly string[]): Day[] {
  const byDay = Map.groupBy(rows, (row) => row.day);
  return days.map((date) => {
    const counts = (key: 'active' | 'suppressed' | 'opened' | 'closed') => severityCounts(byDay.get(date) ?? [], key);
    return { date, active: counts('active'), suppressed: counts('suppressed'), opened: counts('opened'), closed: counts('closed') };
  });
}

function severityCounts(rows: readonly FindingDay[], key: 'active' | 'suppressed' | 'opened' | 'closed'): Day['active'] {
  const counts = { all: 0, critical: 0, high: 0, medium: 0, low: 0, informational: 0, untriaged: 0 };
  for (const row of rows) {
    const severity = SEVERITIES.find((name) => SEVERITY_CODES[name] === row.severity)!;
    counts.all += row[key];
    counts[severity.toLowerCase() as keyof typeof counts] += row[key];
  }
  return counts;
}
