import type { Queryable } from '../jobs/queue.ts';

/** `service_event.kind`. Never reuse a number. */
export const SERVICE_EVENT = {
  COVERAGE: 1,
  SCAN_COMPLETE: 2,
  FILTER: 3,
  DUE_DATE: 4,
  ACCOUNT: 5,
  EXPORT: 6,
  KEY: 7,
  ELIGIBILITY: 8,
  RUNNING: 9,
} as const;

export interface ServiceEvent {
  readonly account: number;
  /** SERVICE_EVENT. */
  readonly kind: number;
  /** Who did it: a caller's ARN, or `scan`, `evaluation`, `expiry`. */
  readonly actor: string;
  /** ARN of what it is about. */
  readonly subject: string;
  readonly at: Date;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Tells what happened, in the caller's transaction: it is told if and only if it happened. One statement for any number. */
export async function recordServiceEvents(tx: Queryable, events: readonly ServiceEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query(
    `insert into service_event (account, kind, actor, subject, at, body)
     select account, kind, actor, subject, at, body
     from jsonb_to_recordset($1) as e(account bigint, kind smallint, actor text, subject text, at timestamptz, body jsonb)`,
    [JSON.stringify(events)],
  );
}
