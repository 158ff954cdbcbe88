import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { updateConfiguration } from '../../../../accounts/configuration.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { configuredAccount } from '../../../inspector2/account-view.ts';

/** How long an image that stopped counts as in use: UpdateConfiguration's pullDateRescanDuration, and NONE, which Amazon does not have. */
export async function updateMonitoring(input: AssayIn<'UpdateMonitoring'>, context: ServerContext): Promise<AssayOut<'UpdateMonitoring'>> {
  requireRole(context, 'admin');
  const { account, administrator } = await configuredAccount(input.accountId, context);
  const ecr = { pullDateRescanDuration: input.useDuration === 'NONE' ? ('DAYS_0' as const) : input.useDuration };
  const now = new Date(context.now());
  await updateConfiguration(context.pool, { account, administrator, ecr, ec2: undefined, inherit: [], now });
  return {};
}
