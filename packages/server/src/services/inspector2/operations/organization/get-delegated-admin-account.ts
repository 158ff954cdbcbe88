import { resourceNotFound } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { readOrganization } from '../../../../accounts/organization.ts';
import type { ServerContext } from '../../../context.ts';
import { standingOf } from '../../../organization.ts';

/** Asked by the management account, the administrator itself, and members, who learn who administers them. */
export async function getDelegatedAdminAccount(
  _input: In<'GetDelegatedAdminAccount'>,
  context: ServerContext,
): Promise<Out<'GetDelegatedAdminAccount'>> {
  const { account, management, administers, administrator: own } = await standingOf(context);
  const seen = administers || management === account;
  const administrator = own ?? (seen ? (await readOrganization(context.pool, management)).administrator : undefined);
  if (administrator === undefined) throw resourceNotFound('The account has no delegated administrator');
  return { delegatedAdmin: { accountId: accountDigits(administrator), relationshipStatus: 'ENABLED' } };
}
