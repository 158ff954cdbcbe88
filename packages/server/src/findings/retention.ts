import type { Queryable } from '../jobs/queue.ts';

const AT_ONCE = 5_000;
const DAY_MS = 86_400_000;

/**
 * Removes findings that closed more than `days` ago, with their history; 0 keeps everything. Answers how many.
 * A finding whose resource is being written stays until the next time.
 */
export async function keepFindings(db: Queryable, days: number, now: Date): Promise<number> {
  if (days === 0) return 0;
  const before = new Date(now.getTime() - days * DAY_MS);
  for (let total = 0; ; ) {
    const { rows } = await db.query<{ gone: number }>('select forget_findings($1, $2) as gone', [before, AT_ONCE]);
    const gone = rows[0]?.gone ?? 0;
    total += gone;
    if (gone < AT_ONCE) return total;
  }
}
