import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { listAccessKeys as list } from '../../../../accounts/credentials.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { openPage, requireRole, type ServerContext, sealPage } from '../../../context.ts';
import { managedAccount } from '../../../organization.ts';

const PAGE = 50;

export async function listAccessKeys(input: AssayIn<'ListAccessKeys'>, context: ServerContext): Promise<AssayOut<'ListAccessKeys'>> {
  requireRole(context, 'admin');
  const { accountId, maxResults: limit = PAGE, nextToken } = input;
  const account = await managedAccount(accountId, context);
  const after = (openPage(context, { accountId }, nextToken) as string | undefined) ?? '';
  const rows = await withAccounts(context.pool, [account], (tx) => list(tx, { account, after, limit: limit + 1 }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    accessKeys: page.map(({ id, name, role, createdAt }) => ({ accessKeyId: id, userName: name, role, createdAt })),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, { accountId }, last.id) } : {}),
  };
}
