import { invalidField } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { updateAutoEnable } from '../../../../accounts/organization.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { requireAdministrator } from '../../../organization.ts';
import { autoEnableToWire, typesOf } from '../../account-view.ts';

/** For accounts that join from now on; those that are here are switched with Enable. */
export async function updateOrganizationConfiguration(
  input: In<'UpdateOrganizationConfiguration'>,
  context: ServerContext,
): Promise<Out<'UpdateOrganizationConfiguration'>> {
  requireRole(context, 'admin');
  await requireAdministrator(context);
  const types = typesOf(input.autoEnable ?? {});
  if (types.includes('LAMBDA_CODE') && !types.includes('LAMBDA')) throw invalidField('autoEnable.lambdaCode', 'needs lambda as well');
  await updateAutoEnable(context.pool, { administrator: context.account, types, now: new Date(context.now()) });
  return { autoEnable: autoEnableToWire(Object.fromEntries(types.map((type) => [type, true]))) };
}
