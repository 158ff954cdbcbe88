import type { Transaction } from '../db/pool.ts';
import type { ClusterKey } from './apply-reports.ts';
import { queueApply } from './queue-apply.ts';

/** Nothing of it runs any more, and a job says so on its images; what ran when stays known. Reported again, it is back. False: there is none. */
export async function removeCluster(tx: Transaction, account: number, arn: string, now: Date): Promise<boolean> {
  const { rows } = await tx.query<{ id: number }>('select id from cluster where account = $1 and arn = $2 and gone_at is null for update', [
    account,
    arn,
  ]);
  for (const { id } of rows) await stopCluster(tx, { account, cluster: id }, now);
  return rows.length > 0;
}

/** The caller has locked its row. It is the job that applies reports, so that none of them is applied beside it. */
export async function stopCluster(tx: Transaction, { account, cluster }: ClusterKey, now: Date): Promise<void> {
  await tx.query('update cluster set gone_at = $3, complete_at = null where account = $1 and id = $2', [account, cluster, now]);
  await queueApply(tx, { account, cluster });
}
