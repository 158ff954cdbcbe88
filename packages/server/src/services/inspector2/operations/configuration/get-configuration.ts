import type { In, Out } from '@assay/wire/operation-types.ts';
import { readConfiguration } from '../../../../accounts/configuration.ts';
import { readStanding } from '../../../../accounts/organization.ts';
import { withAccounts } from '../../../../db/pool.ts';
import type { ServerContext } from '../../../context.ts';
import { addressedAccount } from '../../account-view.ts';

/** What holds, whoever set it: the account, its administrator, or nobody. */
export async function getConfiguration(input: In<'GetConfiguration'>, context: ServerContext): Promise<Out<'GetConfiguration'>> {
  const account = await addressedAccount(input.accountId, context);
  const administrator = (await readStanding(context.pool, account))?.administrator;
  const visible = administrator === undefined ? [account] : [account, administrator];
  const { ecr, ec2 } = await withAccounts(context.pool, visible, (tx) => readConfiguration(tx, account));
  // Amazon's shortest; GetMonitoringStatus tells that it is none.
  const { updatedAt: ecrSince, pullDateRescanDuration: days, ...windows } = ecr;
  const { scanMode, activateVMScanner: activated, updatedAt: ec2Since } = ec2;
  return {
    ecrConfiguration: {
      rescanDurationState: {
        ...windows,
        pullDateRescanDuration: days === 'DAYS_0' ? 'DAYS_3' : days,
        status: 'SUCCESS',
        ...(ecrSince === undefined ? {} : { updatedAt: new Date(ecrSince) }),
      },
    },
    ec2Configuration: {
      scanModeState: { scanMode, scanModeStatus: 'SUCCESS' },
      vmScannerState: { activated, status: 'SUCCESS', ...(activated && ec2Since !== undefined ? { activatedAt: new Date(ec2Since) } : {}) },
    },
  };
}
