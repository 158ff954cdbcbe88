import type { SinkMessage } from '@assay/connectors/message.ts';
import type { Queryable } from '../jobs/queue.ts';

interface SinkKey {
  readonly account: number;
  readonly id: number;
}

/** A message that a receiver did not take after many attempts. */
export interface DeadLetter {
  readonly id: number;
  readonly message: SinkMessage;
  readonly error: string;
  readonly at: Date;
}

export async function buryMessages(
  tx: Queryable,
  sink: SinkKey,
  dead: { readonly messages: readonly SinkMessage[]; readonly error: string },
): Promise<void> {
  await tx.query(
    `insert into sink_dead_letter (account, sink, seq, body, error)
     select $1, $2, coalesce((b->>'seq')::bigint, 0), b, $4 from jsonb_array_elements($3) with ordinality as e(b, n) order by n`,
    [sink.account, sink.id, JSON.stringify(dead.messages), dead.error],
  );
}

/** Oldest first. */
export async function readLetters(
  db: Queryable,
  sink: SinkKey,
  page: { readonly after: number; readonly limit: number },
): Promise<DeadLetter[]> {
  const { rows } = await db.query<DeadLetter>(
    'select id, body as message, error, at from sink_dead_letter where account = $1 and sink = $2 and id > $3 order by id limit $4',
    [sink.account, sink.id, page.after, page.limit],
  );
  return rows;
}

export async function forgetLetters(tx: Queryable, sink: SinkKey, ids: readonly number[]): Promise<void> {
  await tx.query('delete from sink_dead_letter where account = $1 and sink = $2 and id = any ($3::bigint[])', [sink.account, sink.id, ids]);
}

export async function countLetters(db: Queryable, sink: SinkKey): Promise<number> {
  const { rows } = await db.query<{ n: number }>('select count(*)::int as n from sink_dead_letter where account = $1 and sink = $2', [
    sink.account,
    sink.id,
  ]);
  return rows[0]?.n ?? 0;
}
