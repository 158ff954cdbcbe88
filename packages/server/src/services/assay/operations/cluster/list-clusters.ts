import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { listClusters as list } from '../../../../running/cluster-list.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';
import { clusterToWire } from '../../cluster-shape.ts';

const PAGE = 50;

export async function listClusters(input: AssayIn<'ListClusters'>, context: ServerContext): Promise<AssayOut<'ListClusters'>> {
  const after = openPage(context, {}, input.nextToken) as { account: number; id: number } | undefined;
  const limit = input.maxResults ?? PAGE;
  const accounts = await seenAccounts(context);
  const rows = await withAccounts(context.pool, accounts, (tx) => list(tx, accounts, { after, limit: limit + 1 }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    clusters: page.map((row) => clusterToWire(row, context)),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, {}, { account: last.account, id: last.id }) } : {}),
  };
}
