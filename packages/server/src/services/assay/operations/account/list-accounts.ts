import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { ACCOUNT_STATE, listAccounts as list } from '../../../../accounts/directory.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';
import { standingOf } from '../../../organization.ts';

const PAGE = 50;

/** The management account and the delegated administrator see the accounts of the organisation, others themselves. */
export async function listAccounts(input: AssayIn<'ListAccounts'>, context: ServerContext): Promise<AssayOut<'ListAccounts'>> {
  const { administers, management } = await standingOf(context);
  const after = (openPage(context, {}, input.nextToken) as number | undefined) ?? -1;
  const limit = input.maxResults ?? PAGE;
  const rows = await list(context.pool, { of: administers ? management : context.account, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    accounts: page.map((row) => ({
      accountId: accountDigits(row.account),
      name: row.name,
      state: row.state === ACCOUNT_STATE.OPEN ? 'OPEN' : 'CLOSED',
      createdAt: row.createdAt,
    })),
    managementAccountId: accountDigits(management),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, {}, last.account) } : {}),
  };
}
