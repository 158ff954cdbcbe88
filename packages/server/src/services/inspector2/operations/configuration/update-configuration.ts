import { invalidField, validationError } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { type Configuration, updateConfiguration as update } from '../../../../accounts/configuration.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { configuredAccount } from '../../account-view.ts';

/** Members follow their administrator's settings until it gives one its own; a member changes none. */
export async function updateConfiguration(input: In<'UpdateConfiguration'>, context: ServerContext): Promise<Out<'UpdateConfiguration'>> {
  requireRole(context, 'admin');
  const { ecrConfiguration: ecr, ec2Configuration: ec2, updateConfigurationInheritance: inheritance } = input;
  const { account, administrator } = await configuredAccount(input.accountId, context);
  const inherit: (keyof Configuration)[] = [];
  if (inheritance?.ecrConfiguration !== undefined) inherit.push('ecr');
  if (inheritance?.ec2Configuration !== undefined) inherit.push('ec2');
  if (inherit.length > 0 && administrator === undefined) {
    throw invalidField('updateConfigurationInheritance', 'is for a member: name it with accountId');
  }
  if (ecr === undefined && ec2 === undefined && inherit.length === 0) throw validationError('OTHER', 'Name a configuration to change');
  for (const [name, both] of [
    ['ecrConfiguration', ecr && inherit.includes('ecr')],
    ['ec2Configuration', ec2 && inherit.includes('ec2')],
  ]) {
    if (both) throw invalidField(`updateConfigurationInheritance.${name}`, `is given and inherited at the same time`);
  }
  await update(context.pool, { account, administrator, ecr, ec2, inherit, now: new Date(context.now()) });
  return {};
}
