import type { Tickets } from '@assay/connectors/sink.ts';
import type { Queryable } from '../jobs/queue.ts';

/** The tickets that a sink has made. */
export function ticketsOf(db: Queryable, sink: { readonly account: number; readonly id: number }): Tickets {
  return {
    async find(key) {
      const { rows } = await db.query<{ ticket: string }>('select ticket from sink_ticket where account = $1 and sink = $2 and key = $3', [
        sink.account,
        sink.id,
        key,
      ]);
      return rows[0]?.ticket;
    },
    async remember(key, ticket) {
      await db.query(
        `insert into sink_ticket (account, sink, key, ticket) values ($1, $2, $3, $4)
         on conflict (account, sink, key) do update set ticket = excluded.ticket, at = now()`,
        [sink.account, sink.id, key, ticket],
      );
    },
  };
}
