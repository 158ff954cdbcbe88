import type { Queryable } from '../jobs/queue.ts';

/** Makes the partitions of the coming months and drops those that ended more than `days` ago; 0 days keeps all. Returns how many it dropped. */
export async function keepAudit(db: Queryable, days: number): Promise<number> {
  const { rows } = await db.query<{ dropped: number }>('select keep_audit_partitions(3, $1) as dropped', [days]);
  return rows[0]!.dropped;
}
