import { accessDenied } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import type { ServerContext } from '../../../context.ts';

/** Amazon's defaults: nothing can change them before UpdateConfiguration is built. */
export async function getConfiguration(input: In<'GetConfiguration'>, context: ServerContext): Promise<Out<'GetConfiguration'>> {
  if (input.accountId !== undefined && input.accountId !== context.principal.account) {
    throw accessDenied('The account is not the caller, nor a member that the caller administers');
  }
  return {
    ecrConfiguration: {
      rescanDurationState: {
        rescanDuration: 'LIFETIME',
        status: 'SUCCESS',
        pullDateRescanDuration: 'DAYS_90',
        pullDateRescanMode: 'LAST_IN_USE_AT',
      },
    },
    ec2Configuration: { scanModeState: { scanMode: 'EC2_HYBRID', scanModeStatus: 'SUCCESS' } },
  };
}
