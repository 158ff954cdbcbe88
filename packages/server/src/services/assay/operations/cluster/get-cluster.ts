import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { type ServerContext, seenAccounts } from '../../../context.ts';
import { clusterToWire, requireCluster } from '../../cluster-shape.ts';

export async function getCluster({ clusterArn }: AssayIn<'GetCluster'>, context: ServerContext): Promise<AssayOut<'GetCluster'>> {
  const accounts = await seenAccounts(context);
  const cluster = await withAccounts(context.pool, accounts, (tx) => requireCluster(tx, accounts, clusterArn));
  return { cluster: clusterToWire(cluster, context) };
}
