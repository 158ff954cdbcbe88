import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { previewWindows } from '../../../../eligibility/preview.ts';
import { type ServerContext, seenAccounts } from '../../../context.ts';
import { configuredAccount } from '../../../inspector2/account-view.ts';

/** What other windows would end, before they are chosen. */
export async function previewMonitoring(
  input: AssayIn<'PreviewMonitoring'>,
  context: ServerContext,
): Promise<AssayOut<'PreviewMonitoring'>> {
  const { account } = await configuredAccount(input.accountId, context);
  const { pushDuration, useDuration, mode } = input;
  const change = {
    ...(pushDuration === undefined ? {} : { rescanDuration: pushDuration }),
    ...(useDuration === undefined ? {} : { pullDateRescanDuration: useDuration === 'NONE' ? ('DAYS_0' as const) : useDuration }),
    ...(mode === undefined ? {} : { pullDateRescanMode: mode }),
  };
  const now = new Date(context.now());
  const found = await withAccounts(context.pool, await seenAccounts(context), (tx) => previewWindows(tx, account, change, now));
  const { rescanDuration, pullDateRescanDuration, pullDateRescanMode } = found.windows;
  return {
    accountId: accountDigits(account),
    pushDuration: rescanDuration,
    useDuration: pullDateRescanDuration === 'DAYS_0' ? 'NONE' : pullDateRescanDuration,
    mode: pullDateRescanMode,
    accountCount: found.accounts,
    monitoredImages: found.monitored,
    lapsingImages: found.lapsing,
    heldImages: found.held,
    closingFindings: found.findings,
  };
}
