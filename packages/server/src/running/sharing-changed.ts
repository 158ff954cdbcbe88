import { enqueueSql, type Queryable } from '../jobs/queue.ts';
import { RUNNING_LANE, SHARE } from './jobs.ts';

/** Reports that were being applied while an account left may have counted for the other side once more: it is looked at again. */
const AGAIN = '30 seconds';

/**
 * Call in the transaction in which accounts come into a circle or leave it. A job each brings the figures of both sides up to it; the
 * transaction must see the accounts.
 */
export async function sharingChanged(tx: Queryable, accounts: readonly number[]): Promise<void> {
  await tx.query(
    enqueueSql(`select account, '${SHARE}', wait, '${RUNNING_LANE}', 0, '{}'::jsonb, clock_timestamp() + wait::interval
      from unnest($1::bigint[]) as account cross join unnest(array['0', '${AGAIN}']) as wait`),
    [accounts],
  );
  await tx.query("select pg_notify('assay_job', $1)", [RUNNING_LANE]);
}
