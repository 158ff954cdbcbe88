import type { In, Out } from '@assay/wire/operation-types.ts';
import type { ServerContext } from '../../../context.ts';
import { requireOrganization } from '../../../organization.ts';
import { autoEnableToWire } from '../../account-view.ts';

export async function describeOrganizationConfiguration(
  _input: In<'DescribeOrganizationConfiguration'>,
  context: ServerContext,
): Promise<Out<'DescribeOrganizationConfiguration'>> {
  const { autoEnable, limitReached } = await requireOrganization(context);
  return { autoEnable: autoEnableToWire(autoEnable), maxAccountLimitReached: limitReached };
}
