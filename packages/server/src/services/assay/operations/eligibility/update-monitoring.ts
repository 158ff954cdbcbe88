import { accessDenied } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { updateConfiguration } from '../../../../accounts/configuration.ts';
import { readStanding } from '../../../../accounts/organization.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { addressedAccount } from '../../../inspector2/account-view.ts';

/** How long an image that stopped counts as in use: UpdateConfiguration's pullDateRescanDuration, and NONE, which Amazon does not have. */
export async function updateMonitoring(input: AssayIn<'UpdateMonitoring'>, context: ServerContext): Promise<AssayOut<'UpdateMonitoring'>> {
  requireRole(context, 'admin');
  const account = await addressedAccount(input.accountId, context);
  const administrator = (await readStanding(context.pool, account))?.administrator;
  if (account === context.account && administrator !== undefined) {
    throw accessDenied(`${context.principal.account} is a member: its delegated administrator changes the configuration`);
  }
  const ecr = { pullDateRescanDuration: input.useDuration === 'NONE' ? ('DAYS_0' as const) : input.useDuration };
  const now = new Date(context.now());
  await updateConfiguration(context.pool, { account, administrator, ecr, ec2: undefined, inherit: [], now });
  return {};
}
