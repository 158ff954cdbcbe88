import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { listNamespaces } from '../../../../running/cluster-list.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';
import { requireCluster } from '../../cluster-shape.ts';

const PAGE = 100;

export async function listClusterNamespaces(
  { clusterArn, maxResults: limit = PAGE, nextToken }: AssayIn<'ListClusterNamespaces'>,
  context: ServerContext,
): Promise<AssayOut<'ListClusterNamespaces'>> {
  const after = openPage(context, { clusterArn }, nextToken) as string | undefined;
  const accounts = await seenAccounts(context);
  const rows = await withAccounts(context.pool, accounts, async (tx) =>
    listNamespaces(tx, await requireCluster(tx, accounts, clusterArn), { after, limit: limit + 1 }),
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    namespaces: page.map((row) => ({
      namespace: row.namespace,
      workloadCount: row.workloads,
      imageCount: row.images,
      runningUnitCount: row.running,
      unresolvedImageCount: row.unresolved,
    })),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, { clusterArn }, last.namespace) } : {}),
  };
}
