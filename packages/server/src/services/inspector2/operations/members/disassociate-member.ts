import { invalidField } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { disassociateMember as disassociate } from '../../../../accounts/members.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { requireAdministrator } from '../../../organization.ts';

/** The account stays as enabled as it is. Clients read the words `is not yet associated to it`. */
export async function disassociateMember(input: In<'DisassociateMember'>, context: ServerContext): Promise<Out<'DisassociateMember'>> {
  requireRole(context, 'admin');
  await requireAdministrator(context);
  const accountId = input.accountId ?? '';
  const relation = { administrator: context.account, account: Number(accountId), now: new Date(context.now()) };
  const done = await disassociate(context.pool, relation);
  context.sight.forget();
  if (!done) throw invalidField('accountId', `${accountId} is no member of the administrator, or is not yet associated to it`);
  return { accountId };
}
