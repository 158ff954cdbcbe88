import type { Queryable } from '../jobs/queue.ts';
import { SINK_COLUMNS, type SinkRow } from './sink-row.ts';

/** Longer than one attempt to deliver may take. */
const LEASE = "interval '45 seconds'";

/** Another process may be sending by now: nothing of this attempt may be written. */
export class SinkLost extends Error {}

/** A sink that this process alone sends to, until {@link releaseSink} or the end of the lease. */
export interface HeldSink extends SinkRow {
  readonly lease: string;
}

/** Events of a consumer that nobody has delivered; a group waits until its first event is old enough for the others to have come. */
function pending(table: string, consumer: string): string {
  return `exists (select from progress p join ${table} e on e.account = p.account and e.tx >= p.horizon and (e.tx >= p.until or e.seq > p.seq)
    where p.account = s.account and p.consumer = ${consumer} and (s.mode = 'EACH' or e.at <= $3))`;
}

const TAKE = `update sink set lease = $1, lease_until = clock_timestamp() + ${LEASE}
where (account, id) = (
  select account, id from sink s
  where coalesce(lease_until, '-infinity') < clock_timestamp() and coalesce(retry_at, '-infinity') <= $2 and id <> all ($4::bigint[])
    and account <> all ($5::bigint[]) and (test or enabled and (replay or case when mode in ('HOURLY_DIGEST', 'DAILY_DIGEST') then next_at <= $2
      else ${pending('finding_event', "'sink:' || s.id")} or ${pending('service_event', "'sink:' || s.id || ':service'")} end))
  order by delivered_at nulls first, account, id limit 1 for update skip locked)
returning ${SINK_COLUMNS}, lease`;

/** The next sink with something to send, or undefined. `groupedBefore`: events of groups are ready when they are older. */
export async function takeSink(
  db: Queryable,
  wanted: {
    readonly lease: string;
    readonly now: Date;
    readonly groupedBefore: Date;
    readonly except: readonly number[];
    readonly exceptAccounts: readonly number[];
  },
): Promise<HeldSink | undefined> {
  const { rows } = await db.query<HeldSink>(TAKE, [wanted.lease, wanted.now, wanted.groupedBefore, wanted.except, wanted.exceptAccounts]);
  return rows[0];
}

/** Writes how the sink is doing and prolongs the lease. `set` names columns of ours. @throws SinkLost */
export async function noteSink(db: Queryable, sink: HeldSink, set: Readonly<Record<string, unknown>>): Promise<void> {
  const columns = Object.keys(set).map((name, index) => `, ${name} = $${index + 4}`);
  const { rowCount } = await db.query(
    `update sink set lease_until = clock_timestamp() + ${LEASE}${columns.join('')} where account = $1 and id = $2 and lease = $3`,
    [sink.account, sink.id, sink.lease, ...Object.values(set)],
  );
  if (rowCount !== 1) throw new SinkLost();
}

export async function releaseSink(db: Queryable, sink: HeldSink): Promise<void> {
  await db.query('update sink set lease = null, lease_until = null where account = $1 and id = $2 and lease = $3', [
    sink.account,
    sink.id,
    sink.lease,
  ]);
}

/** For a database that only one process can have, at its start, when whoever held a lease is dead. */
export async function expireSinkLeases(db: Queryable): Promise<void> {
  await db.query('update sink set lease = null, lease_until = null where lease is not null');
}
