import type { Transaction } from '../db/pool.ts';
import type { Queryable } from '../jobs/queue.ts';

/** The two outboxes, and what must stay in order within each. */
const STREAMS = {
  finding: { table: 'finding_event', thing: 'finding' },
  service: { table: 'service_event', thing: 'subject' },
} as const;
export type StreamName = keyof typeof STREAMS;

/** A reader of an outbox: `sink:7` of an account. Its place is a row of `progress`. */
export interface Consumer {
  readonly consumer: string;
  readonly account: number;
  readonly stream: StreamName;
}

/** Events whose transactions have all ended, so that reading it again gives the same: transactions [horizon, until), numbers (after, last]. */
export interface Range {
  readonly account: number;
  readonly horizon: string;
  readonly until: string;
  readonly after: number;
  readonly last: number;
}

interface Cursor {
  readonly horizon: string;
  readonly until: string;
  readonly seq: number;
}

/** A consumer sees what happens from now on. */
export async function startConsumer(db: Queryable, { consumer, account }: Consumer): Promise<void> {
  await db.query(
    `insert into progress (consumer, account, horizon, until, seq)
     select $1, $2, pg_snapshot_xmin(pg_current_snapshot()), pg_snapshot_xmin(pg_current_snapshot()), 0 on conflict do nothing`,
    [consumer, account],
  );
}

/**
 * The next at most `limit` events of a consumer; undefined when nothing is ready. The place does not move: {@link advance} moves it after
 * delivery.
 *
 * A sequence is no order of commits: number 2 may be visible while the transaction of number 1 still runs, and a reader that remembers
 * "up to 2" would lose 1. So events are read in windows of transactions that have all ended (`tx < pg_snapshot_xmin`), and within a window by number.
 */
export async function nextRange(tx: Transaction, consumer: Consumer, limit: number): Promise<Range | undefined> {
  for (;;) {
    const cursor = await readCursor(tx, consumer);
    if (cursor === undefined) return undefined;
    const { horizon, until, seq: after } = cursor;
    const { rows } = await tx.query<{ last: number | null }>(
      `select max(seq) as last from (select seq from ${STREAMS[consumer.stream].table}
         where account = $1 and tx >= $2::xid8 and tx < $3::xid8 and seq > $4 order by seq limit $5) e`,
      [consumer.account, horizon, until, after, limit],
    );
    const last = rows[0]?.last ?? null;
    if (last !== null) return { account: consumer.account, horizon, until, after, last };
    if (!(await openWindow(tx, consumer, cursor))) return undefined;
  }
}

/** Everything up to `seq` of the present window was delivered, or given up. */
export async function advance(db: Queryable, consumer: Consumer, seq: number): Promise<void> {
  await db.query('update progress set seq = $3, at = now() where consumer = $1 and account = $2', [
    consumer.consumer,
    consumer.account,
    seq,
  ]);
}

async function readCursor(tx: Transaction, { consumer, account }: Consumer): Promise<Cursor | undefined> {
  const { rows } = await tx.query<Cursor>(
    'select horizon::text, until::text, seq from progress where consumer = $1 and account = $2 for update',
    [consumer, account],
  );
  return rows[0];
}

async function openWindow(tx: Transaction, consumer: Consumer, cursor: Cursor): Promise<boolean> {
  const until = await safeHorizon(tx, consumer, cursor.until);
  if (until === undefined) return false;
  await tx.query('update progress set horizon = $3::xid8, until = $4::xid8, seq = 0 where consumer = $1 and account = $2', [
    consumer.consumer,
    consumer.account,
    cursor.until,
    until,
  ]);
  return true;
}

/**
 * The end of the next window. A transaction takes its number at its first write and may then wait for a resource that a transaction with a
 * higher number holds; the later event of a finding then has the lower `tx`. A window that would hold the later event without the
 * earlier one ends before it.
 */
async function safeHorizon(tx: Transaction, { account, stream }: Consumer, from: string): Promise<string | undefined> {
  const { table, thing } = STREAMS[stream];
  const { rows } = await tx.query<{ until: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as until');
  let until = rows[0]!.until;
  for (;;) {
    if (BigInt(until) <= BigInt(from)) return undefined;
    const early = await tx.query<{ tx: string | null }>(
      `select min(late.tx)::text as tx from ${table} late where late.account = $1 and late.tx >= $2::xid8 and late.tx < $3::xid8
         and exists (select from ${table} before where before.account = late.account and before.${thing} = late.${thing}
           and before.seq < late.seq and before.tx >= $3::xid8)`,
      [account, from, until],
    );
    const first = early.rows[0]?.tx ?? null;
    if (first === null) return until;
    until = first;
  }
}
