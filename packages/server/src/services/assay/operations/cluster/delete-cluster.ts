import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { removeCluster } from '../../../../running/remove-cluster.ts';
import { requireRole, type ServerContext } from '../../../context.ts';

export async function deleteCluster({ clusterArn }: AssayIn<'DeleteCluster'>, context: ServerContext): Promise<AssayOut<'DeleteCluster'>> {
  requireRole(context, 'admin');
  const { account, pool } = context;
  const now = new Date(context.now());
  if (!(await withAccounts(pool, [account], (tx) => removeCluster(tx, account, clusterArn, now))))
    throw resourceNotFound(`There is no cluster ${clusterArn}.`);
  return { clusterArn };
}
