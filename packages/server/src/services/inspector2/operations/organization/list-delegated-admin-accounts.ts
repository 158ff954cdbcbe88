import type { In, Out } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { openPage, type ServerContext } from '../../../context.ts';
import { requireOrganization } from '../../../organization.ts';

/** There is at most one, so there never is a second page. */
export async function listDelegatedAdminAccounts(
  input: In<'ListDelegatedAdminAccounts'>,
  context: ServerContext,
): Promise<Out<'ListDelegatedAdminAccounts'>> {
  openPage(context, {}, input.nextToken);
  const { administrator } = await requireOrganization(context);
  return {
    delegatedAdminAccounts: administrator === undefined ? [] : [{ accountId: accountDigits(administrator), status: 'ENABLED' }],
  };
}
