import type pg from 'pg';
import { inTransaction } from '../db/pool.ts';
import { SILENT_MS } from '../eligibility/facts.ts';
import { stopCluster } from './remove-cluster.ts';

const DAY_MS = 86_400_000;

/**
 * Stops what is said to run in clusters that were not heard for so many days, as if somebody had removed them; 0 keeps them. Only while some
 * cluster is heard: when none is, it is we who were away, or a clock that jumped. Answers how many.
 */
export async function endSilent(pool: pg.Pool, days: number, now: Date): Promise<number> {
  if (days === 0) return 0;
  return inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ account: number; cluster: number }>(
      `select c.account, c.id as cluster from cluster c where c.account >= 0 and c.gone_at is null and c.observed_at < $1
         and exists (select from cluster k where k.account >= 0 and k.gone_at is null and k.observed_at >= $2)
       order by c.account, c.id for update of c`,
      [new Date(now.getTime() - days * DAY_MS), new Date(now.getTime() - SILENT_MS)],
    );
    for (const one of rows) await stopCluster(tx, one, now);
    return rows.length;
  });
}
