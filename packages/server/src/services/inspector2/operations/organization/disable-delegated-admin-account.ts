import { resourceNotFound } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { dismissAdministrator } from '../../../../accounts/organization.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { requireManagement } from '../../../organization.ts';

export async function disableDelegatedAdminAccount(
  input: In<'DisableDelegatedAdminAccount'>,
  context: ServerContext,
): Promise<Out<'DisableDelegatedAdminAccount'>> {
  requireRole(context, 'admin');
  const { management } = await requireManagement(context);
  const id = input.delegatedAdminAccountId ?? '';
  const done = await dismissAdministrator(context.pool, { management, administrator: Number(id), now: new Date(context.now()) });
  context.sight.forget();
  if (!done) throw resourceNotFound(`${id} is not the delegated administrator of this organization`);
  return { delegatedAdminAccountId: id };
}
