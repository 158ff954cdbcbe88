import { invalidField, quotaExceeded } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { associateMember as associate } from '../../../../accounts/members.ts';
import { MOST_MEMBERS } from '../../../../accounts/organization.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { requireAdministrator } from '../../../organization.ts';

export async function associateMember(input: In<'AssociateMember'>, context: ServerContext): Promise<Out<'AssociateMember'>> {
  requireRole(context, 'admin');
  const { management } = await requireAdministrator(context);
  const accountId = input.accountId ?? '';
  const account = Number(accountId);
  if (account === context.account) throw invalidField('accountId', `${accountId} is the delegated admin itself`);
  const outcome = await associate(context.pool, { management, administrator: context.account, account, now: new Date(context.now()) });
  context.sight.forget();
  if (outcome === 'no-account') throw invalidField('accountId', `${accountId} is not an account of this organization`);
  if (outcome === 'limit') throw quotaExceeded(`A delegated administrator has at most ${MOST_MEMBERS} members`, accountId);
  return { accountId };
}
