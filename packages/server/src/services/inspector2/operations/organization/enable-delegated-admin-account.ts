import { conflict, resourceNotFound } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { designateAdministrator } from '../../../../accounts/organization.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { requireManagement } from '../../../organization.ts';

/** Clients read the words `already enabled`. */
export async function enableDelegatedAdminAccount(
  input: In<'EnableDelegatedAdminAccount'>,
  context: ServerContext,
): Promise<Out<'EnableDelegatedAdminAccount'>> {
  requireRole(context, 'admin');
  const { management } = await requireManagement(context);
  const id = input.delegatedAdminAccountId ?? '';
  const outcome = await designateAdministrator(context.pool, { management, administrator: Number(id), now: new Date(context.now()) });
  context.sight.forget();
  if (outcome === 'no-account') throw resourceNotFound(`${id} is not an account of this organization`);
  if (outcome === 'already') throw conflict(`The delegated administrator ${id} is already enabled`, id, 'ACCOUNT');
  if (outcome === 'other') {
    throw conflict('The organization has another delegated administrator; disable it first', id, 'ACCOUNT');
  }
  return { delegatedAdminAccountId: id };
}
