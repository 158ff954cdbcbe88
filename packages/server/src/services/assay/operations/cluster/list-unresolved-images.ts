import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { listUnresolved } from '../../../../running/unresolved.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';

const PAGE = 100;

export async function listUnresolvedImages(
  { maxResults: limit = PAGE, nextToken }: AssayIn<'ListUnresolvedImages'>,
  context: ServerContext,
): Promise<AssayOut<'ListUnresolvedImages'>> {
  const after = openPage(context, {}, nextToken) as { account: number; id: number } | undefined;
  const accounts = await seenAccounts(context);
  const rows = await withAccounts(context.pool, accounts, (tx) => listUnresolved(tx, accounts, { after, limit: limit + 1 }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    images: page.map((row) => ({
      clusterArn: row.clusterArn,
      accountId: accountDigits(row.account),
      namespace: row.namespace,
      type: row.kind,
      name: row.name,
      image: row.image,
      imageId: row.imageId,
      platform: row.platform,
      runningUnitCount: row.running,
      lastSeenAt: row.lastSeen,
      ...(row.triedAt === null ? {} : { lastTriedAt: row.triedAt }),
      reason: row.digested ? 'UNKNOWN_DIGEST' : 'NO_DIGEST',
    })),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, {}, { account: last.account, id: last.id }) } : {}),
  };
}
