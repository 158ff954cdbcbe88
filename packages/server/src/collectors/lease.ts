import type { Queryable } from '../jobs/queue.ts';
import { COLLECTOR_COLUMNS, type CollectorRow, PUSH } from './collector-row.ts';

/** Longer than a process is away in a pause of its own, and short enough that another takes over within a minute. */
const LEASE = "interval '30 seconds'";

/** A collector that this process alone watches, as long as it prolongs the lease. */
export interface HeldCollector extends CollectorRow {
  /** Milliseconds by the clock of the database, so that whoever takes over has the greater one. */
  readonly epoch: number;
  readonly attempts: number;
}

const TAKE = `update collector set lease = $1, lease_until = clock_timestamp() + ${LEASE}
where (account, id) in (
  select c.account, c.id from collector c join account a on a.account = c.account
  where c.kind <> '${PUSH}' and c.enabled and a.state = 1 and coalesce(c.lease_until, '-infinity') < clock_timestamp()
    and coalesce(c.retry_at, '-infinity') <= $2
  order by c.account, c.id limit $3 for update of c skip locked)
returning ${COLLECTOR_COLUMNS}, attempts, floor(extract(epoch from clock_timestamp()) * 1000)::bigint as epoch`;

/** What nobody watches: new ones, failed ones whose pause is over, those of a process that died. */
export async function takeCollectors(
  db: Queryable,
  { lease, now, most }: { readonly lease: string; readonly now: Date; readonly most: number },
): Promise<HeldCollector[]> {
  return (await db.query<HeldCollector>(TAKE, [lease, now, most])).rows;
}

/** Prolongs the leases of what this process watches. Returns those to go on with, by id, with when their settings were last changed. */
export async function keepCollectors(db: Queryable, lease: string, watched: readonly HeldCollector[]): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await db.query<{ id: string; updatedAt: Date }>(
    `update collector c set lease_until = clock_timestamp() + ${LEASE} from account a
     where c.lease = $1 and (c.account, c.id) in (select * from unnest($2::bigint[], $3::uuid[])) and a.account = c.account and a.state = 1 and c.enabled returning c.id, c.updated_at as "updatedAt"`,
    [lease, watched.map((one) => one.account), watched.map((one) => one.id)],
  );
  return new Map(rows.map(({ id, updatedAt }) => [id, updatedAt]));
}

/** It told something just now. */
export async function noteSeen(db: Queryable, { account, id }: HeldCollector, lease: string, now: Date): Promise<void> {
  await db.query(
    'update collector set seen_at = $4, error = null, attempts = 0, retry_at = null where account = $1 and id = $2 and lease = $3',
    [account, id, lease, now],
  );
}

/** Ends the lease. A failure says when it may be tried again; not if the settings were changed meanwhile. */
export async function releaseCollector(
  db: Queryable,
  { account, id, updatedAt }: HeldCollector,
  { lease, failure }: { readonly lease: string; readonly failure?: { readonly error: string; readonly retryAt: Date } },
): Promise<void> {
  if (failure !== undefined)
    await db.query(
      'update collector set error = $4, retry_at = $5, attempts = attempts + 1 where account = $1 and id = $2 and lease = $3 and updated_at = $6',
      [account, id, lease, failure.error, failure.retryAt, updatedAt],
    );
  await db.query('update collector set lease = null, lease_until = null where account = $1 and id = $2 and lease = $3', [
    account,
    id,
    lease,
  ]);
}

/** For a database that only one process can have, at its start, when whoever held a lease is dead. */
export async function expireCollectorLeases(db: Queryable): Promise<void> {
  await db.query('update collector set lease = null, lease_until = null where lease is not null');
}
