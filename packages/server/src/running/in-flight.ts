import type { Transaction } from '../db/pool.ts';

/** First half of advisory locks. */
const APPLYING = 20_526;

/** First thing of a transaction that writes observations which others cannot see before it ends, and reads what is known of images. */
export async function beginApplying(tx: Transaction): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock_shared(${APPLYING}, 0)`);
}

/** Such transactions that have not ended. Nobody waits for anybody: a first snapshot takes seconds, and other clusters go on meanwhile. */
export async function inFlight(tx: Transaction): Promise<readonly string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select virtualtransaction as id from pg_locks where locktype = 'advisory' and classid = ${APPLYING} and objid = 0 and objsubid = 2
       and granted and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows.map((row) => row.id);
}
