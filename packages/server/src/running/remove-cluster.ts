import type { Transaction } from '../db/pool.ts';
import { enqueue } from '../jobs/queue.ts';
import { FORGET, RUNNING_LANE } from './jobs.ts';

/** Nothing of it runs any more, and a job says so on its images; what ran when stays known. Reported again, it is back. False: there is none. */
export async function removeCluster(tx: Transaction, account: number, arn: string, now: Date): Promise<boolean> {
  const { rows } = await tx.query<{ id: number }>(
    'update cluster set gone_at = $3 where account = $1 and arn = $2 and gone_at is null returning id',
    [account, arn, now],
  );
  for (const { id } of rows) {
    await enqueue(tx, { account, kind: FORGET, key: String(id), lane: RUNNING_LANE, payload: { cluster: id } });
  }
  return rows.length > 0;
}
