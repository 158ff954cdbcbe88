import type pg from 'pg';
import type { CollectableBlobs } from '../blobs/blobs.ts';
import { inTransaction } from '../db/pool.ts';

/** What is younger may belong to a commit that is still on its way. */
const GRACE_MS = 24 * 3_600_000;
const AT_ONCE = 500;

/** Whoever stores the key of a blob adds a line: each gives the keys that begin with `$1` as `key`. */
const NAMES_OF_BLOBS: readonly string[] = [
  'select evidence as key from inventory where left(evidence, 9) = $1',
  "select payload->>'blob' as key from job where state in (0, 1) and left(payload->>'blob', 9) = $1",
];

/** Removes inventories that no resource holds, and blobs that nothing names, both older than a day. @param now milliseconds since the epoch */
export async function collectGarbage(
  pool: pg.Pool,
  blobs: CollectableBlobs,
  now: number,
): Promise<{ readonly inventories: number; readonly blobs: number }> {
  const before = now - GRACE_MS;
  const inventories = await collectInventories(pool, new Date(before));
  const named = async (prefix: string): Promise<ReadonlySet<string>> => {
    const found = await Promise.all(NAMES_OF_BLOBS.map((sql) => pool.query<{ key: string }>(sql, [prefix])));
    return new Set(found.flatMap(({ rows }) => rows.map((row) => row.key)));
  };
  return { inventories, blobs: await blobs.collect(before, named) };
}

/**
 * Two statements, since a row that was waited for is not compared with the other tables again: the first takes rows that nobody holds, the
 * second, with a newer snapshot, looks whether a resource has come to hold them in between.
 */
async function collectInventories(pool: pg.Pool, before: Date): Promise<number> {
  let removed = 0;
  for (let after = [-1, 0]; ; ) {
    const batch = await inTransaction(pool, async (tx) => {
      const { rows } = await tx.query<{ account: number; id: number }>(
        `select account, id from inventory i where (account, id) > ($1, $2) and created_at < $3
           and not exists (select from resource r where r.account = i.account and r.inventory = i.id)
         order by account, id limit ${AT_ONCE} for update skip locked`,
        [...after, before],
      );
      const gone = await tx.query(
        `delete from inventory i using unnest($1::bigint[], $2::bigint[]) x(account, id) where i.account = x.account and i.id = x.id
           and not exists (select from resource r where r.account = i.account and r.inventory = i.id)`,
        [rows.map((row) => row.account), rows.map((row) => row.id)],
      );
      return { last: rows.at(-1), full: rows.length === AT_ONCE, gone: gone.rowCount ?? 0 };
    });
    removed += batch.gone;
    if (batch.last === undefined || !batch.full) return removed;
    after = [batch.last.account, batch.last.id];
  }
}
