import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { readStanding } from '../../../../accounts/organization.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { readEligibility } from '../../../../eligibility/status.ts';
import { type ServerContext, seenAccounts } from '../../../context.ts';

/** Which of the caller's images stay monitored, for how long, and what waits for an operator. */
export async function getMonitoringStatus(
  _input: AssayIn<'GetMonitoringStatus'>,
  context: ServerContext,
): Promise<AssayOut<'GetMonitoringStatus'>> {
  const { account } = context;
  const administrator = (await readStanding(context.pool, account))?.administrator;
  const visible = [...(await seenAccounts(context)), ...(administrator === undefined ? [] : [administrator])];
  const status = await withAccounts(context.pool, visible, (tx) => readEligibility(tx, account, new Date(context.now())));
  const { windows, watchedSince, watchedUntil, heldAt, sweptAt, ...counts } = status;
  return {
    accountId: accountDigits(account),
    pushDuration: windows.rescanDuration,
    useDuration: windows.pullDateRescanDuration === 'DAYS_0' ? 'NONE' : windows.pullDateRescanDuration,
    mode: windows.pullDateRescanMode,
    use: counts.use,
    monitoredImages: counts.monitored,
    staleImages: counts.stale,
    deletedImages: counts.deleted,
    lapsedImages: counts.lapsed,
    heldImages: counts.held,
    acceptedImages: counts.accepted,
    ...(watchedSince === undefined ? {} : { watchedSince }),
    ...(watchedUntil === undefined ? {} : { watchedUntil }),
    ...(heldAt === undefined ? {} : { heldAt }),
    ...(sweptAt === undefined ? {} : { sweptAt }),
  };
}
