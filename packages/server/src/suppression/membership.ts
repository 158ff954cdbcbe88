import { enqueue, type Queryable } from '../jobs/queue.ts';
import { SETTLE, SETTLE_LANE } from './filter-row.ts';

/** Call in the transaction in which an account becomes a member of an administrator, or is one no longer: the rules have other findings now. */
export async function membersChanged(tx: Queryable, administrator: number): Promise<void> {
  const { rows } = await tx.query<{ id: number }>('update filter set applied = false where account = $1 and in_force returning id', [
    administrator,
  ]);
  for (const { id } of rows) await enqueue(tx, { account: administrator, kind: SETTLE, key: `${id}`, lane: SETTLE_LANE, payload: { id } });
}
