import type { Transaction } from '../db/pool.ts';
import { enqueue } from '../jobs/queue.ts';
import type { ClusterKey } from './apply-reports.ts';
import { APPLY, RUNNING_LANE } from './jobs.ts';

/** Has the reports of a cluster applied, and decided whether they count. */
export async function queueApply(tx: Transaction, { account, cluster }: ClusterKey): Promise<void> {
  await enqueue(tx, { account, kind: APPLY, key: String(cluster), lane: RUNNING_LANE, payload: { cluster } });
}
