import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { listBearerTokens as list } from '../../../../accounts/credentials.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { openPage, requireRole, type ServerContext, sealPage } from '../../../context.ts';
import { managedAccount } from '../../../organization.ts';

const PAGE = 50;

export async function listBearerTokens(input: AssayIn<'ListBearerTokens'>, context: ServerContext): Promise<AssayOut<'ListBearerTokens'>> {
  requireRole(context, 'admin');
  const { accountId, maxResults: limit = PAGE, nextToken } = input;
  const account = await managedAccount(accountId, context);
  const after = (openPage(context, { accountId }, nextToken) as string | undefined) ?? '';
  const now = new Date(context.now());
  const rows = await withAccounts(context.pool, [account], (tx) => list(tx, { account, after, now, limit: limit + 1 }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    bearerTokens: page.map(({ id, name, role, createdAt, expiresAt }) => ({ tokenId: id, userName: name, role, createdAt, expiresAt })),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, { accountId }, last.id) } : {}),
  };
}
