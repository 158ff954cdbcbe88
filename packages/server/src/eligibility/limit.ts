import type pg from 'pg';
import { inTransaction, type Transaction } from '../db/pool.ts';
import { recordServiceEvents, SERVICE_EVENT } from '../events/service-events.ts';
import { holdJob, type Job, type Queryable } from '../jobs/queue.ts';

/** Share of an account's monitored images that may lapse within {@link COUNTED_MS} without an operator. */
const SHARE = 0.2;
/** So many may always: a fifth of three images, each of two platforms, would be one in a day, or a question to somebody. */
const FEW = 5;
const COUNTED_MS = 24 * 3_600_000;

/** Of `eligibility_sweep`: images that wait for an operator, until one has agreed to as many. */
export const WAITING = 'case when held > accepted then held else 0 end';

export interface Allowance {
  readonly account: number;
  /** Monitored now. */
  readonly images: number;
  /** That would lapse now. */
  readonly due: number;
  readonly now: Date;
}

interface Row {
  readonly counted_since: Date;
  readonly lapsed: number;
  readonly held: number;
  readonly accepted: number;
}

/**
 * Whether what is due may lapse; if not, it is held, which is told once. A clock that jumped, a registry that forgot its dates or windows that
 * somebody shortened would otherwise close the findings of everything at once.
 */
export async function mayLapse(pool: pg.Pool, job: Job, { account, images, due, now }: Allowance): Promise<boolean> {
  return inTransaction(pool, async (tx) => {
    await holdJob(tx, job);
    await tx.query('insert into eligibility_sweep (account, swept_at, counted_since) values ($1, $2, $2) on conflict do nothing', [
      account,
      now,
    ]);
    const text = 'select counted_since, lapsed, held, accepted from eligibility_sweep where account = $1 for update';
    const row = (await tx.query<Row>(text, [account])).rows[0]!;
    const counts = isCounted(row, now);
    const lapsed = counts ? row.lapsed : 0;
    const may = due <= mostOf(row, images, now);
    await tx.query(
      `update eligibility_sweep set swept_at = $2, counted_since = $3, lapsed = $4, images = $5, held = $6, accepted = least(accepted, $7),
         held_at = case when $6 = 0 then null else coalesce(held_at, $2) end where account = $1`,
      [account, now, counts ? row.counted_since : now, lapsed, images, may ? 0 : due, due],
    );
    if (!may && row.held === 0) await tell(tx, { account, images, due, now });
    return may;
  });
}

function isCounted(row: Row, now: Date): boolean {
  const age = now.getTime() - row.counted_since.getTime();
  return age >= 0 && age < COUNTED_MS;
}

function mostOf(row: Row, images: number, now: Date): number {
  const lapsed = isCounted(row, now) ? row.lapsed : 0;
  return Math.max(Math.max(FEW, Math.floor((images + lapsed) * SHARE)) - lapsed, row.accepted);
}

/** Of an account's monitored images, how many a sweep would let lapse now without asking anybody. */
export async function mostNow(tx: Queryable, { account, images, now }: Omit<Allowance, 'due'>): Promise<number> {
  const { rows } = await tx.query<Row>('select counted_since, lapsed, held, accepted from eligibility_sweep where account = $1', [account]);
  return mostOf(rows[0] ?? { counted_since: now, lapsed: 0, held: 0, accepted: 0 }, images, now);
}

async function tell(tx: Transaction, { account, images, due, now }: Allowance): Promise<void> {
  const body = { state: 'HELD', images, due };
  const subject = 'eligibility';
  await recordServiceEvents(tx, [{ account, kind: SERVICE_EVENT.ELIGIBILITY, actor: 'eligibility', subject, at: now, body }]);
}

/** In the transaction in which they lapse: what an operator agreed to is used up. */
export async function countLapsed(tx: Transaction, account: number, images: number): Promise<void> {
  await tx.query('update eligibility_sweep set lapsed = lapsed + $2, accepted = greatest(0, accepted - $2) where account = $1', [
    account,
    images,
  ]);
}

/** An operator agrees that what is held lapses; the next sweep does it. Answers how many images that are. */
export async function acceptHeld(tx: Queryable, account: number, actor: string): Promise<number> {
  const { rows } = await tx.query<{ accepted: number }>(
    `update eligibility_sweep set accepted = held, accepted_by = $2 where account = $1 and ${WAITING} > 0 returning accepted`,
    [account, actor],
  );
  return rows[0]?.accepted ?? 0;
}
