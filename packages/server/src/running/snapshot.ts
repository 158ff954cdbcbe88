import type { Transaction } from '../db/pool.ts';
import type { ClusterKey } from './apply-reports.ts';
import { type WrittenImages, writeImages } from './write-images.ts';

interface Snapshot {
  readonly at: ClusterKey;
  /** Namespaces; null: all. */
  readonly scope: readonly string[] | null;
  readonly now: Date;
}

/** Below so many a cluster may well have stopped half of what it ran. */
const FEW = 4;

/**
 * Makes what runs within the scope exactly what was unpacked. One that lost more than half of the rows is held until a second one in
 * a row says the same: a permission that was taken away looks like an empty cluster.
 */
export async function replaceSnapshot(tx: Transaction, { at, scope, now }: Snapshot): Promise<WrittenImages> {
  const { rows } = await tx.query<{ before: number; after: number; held: number | null }>(SIZES, [at.account, at.cluster, scope]);
  const { before, after, held } = rows[0] ?? { before: 0, after: 0, held: null };
  if (held === null && before >= FEW && after * 2 < before) {
    await tx.query('update cluster set held = $3, held_at = $4 where account = $1 and id = $2', [at.account, at.cluster, after, now]);
    return { changed: [], unresolved: [] };
  }
  const written = await writeImages(tx, at);
  const gone = await tx.query<{ id: number }>(GONE, [at.account, at.cluster, scope]);
  await tx.query(`update cluster set complete_at = $3, scope = $4, held = null, held_at = null where account = $1 and id = $2`, [
    at.account,
    at.cluster,
    now,
    scope,
  ]);
  return { ...written, changed: [...written.changed, ...gone.rows.map((row) => row.id)] };
}

const IN_SCOPE = '($3::text[] is null or i.namespace = any($3::text[]))';

const SIZES = `select (select count(*)::int from running_image i where i.account = $1 and i.cluster = $2 and i.running > 0 and ${IN_SCOPE}) as before,
  (select count(*)::int from running_said where running > 0) as after,
  (select held from cluster where account = $1 and id = $2) as held`;

const GONE = `update running_image i set running = 0 where i.account = $1 and i.cluster = $2 and i.running > 0 and ${IN_SCOPE}
    and not exists (select from running_said s where s.key = i.key) returning i.id`;
