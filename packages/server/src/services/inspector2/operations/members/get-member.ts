import { accessDenied } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { readMember } from '../../../../accounts/members.ts';
import type { ServerContext } from '../../../context.ts';
import { standingOf } from '../../../organization.ts';
import { memberToWire } from '../../account-view.ts';

/** Clients read the words of the refusal as: there is no such member. */
export async function getMember(input: In<'GetMember'>, context: ServerContext): Promise<Out<'GetMember'>> {
  const { administers } = await standingOf(context);
  const member = administers ? await readMember(context.pool, context.account, Number(input.accountId)) : undefined;
  if (member === undefined) throw accessDenied('Invoking account does not have access to get member account');
  return { member: memberToWire(member) };
}
