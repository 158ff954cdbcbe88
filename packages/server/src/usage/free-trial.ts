import type { Queryable } from '../jobs/queue.ts';

const TRIAL_MS = 15 * 86_400_000;

export interface FreeTrial {
  readonly account: number;
  /** A scan type. */
  readonly type: string;
  readonly start: Date;
  readonly end: Date;
}

/** 15 days from the first time that a scan type was enabled. Types that never were are not in it. */
export async function readTrials(tx: Queryable, accounts: readonly number[]): Promise<FreeTrial[]> {
  const { rows } = await tx.query<{ account: number; type: string; start: Date }>(
    'select account, type, started_at as start from free_trial where account = any ($1::bigint[]) order by account, type',
    [accounts],
  );
  return rows.map((row) => ({ ...row, end: new Date(row.start.getTime() + TRIAL_MS) }));
}
