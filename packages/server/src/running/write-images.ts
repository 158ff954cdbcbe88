import type { Transaction } from '../db/pool.ts';
import type { ClusterKey } from './apply-reports.ts';

/** Rows of `running_image`. */
export interface WrittenImages {
  readonly changed: readonly number[];
  /** Of those, the ones that are new or mean no resource yet. */
  readonly unresolved: readonly number[];
}

/** While something runs on, the time it was last seen is written at most so often. */
const COALESCE = `interval '5 minutes'`;

/** Probed row by row: a table that nobody analysed yet seems to hold one row, and would be read whole for each report. */
const known = (said: string): string =>
  `left join lateral (select * from running_image x where x.account = $1 and x.cluster = $2 and x.key = ${said}.key limit 1) i on true`;

/** Writes what was unpacked, each key once, and only what is new about it: even a row that is found to be the same would be locked, and so written. */
export async function writeImages(tx: Transaction, at: ClusterKey): Promise<WrittenImages> {
  const { rows } = await tx.query<{ id: number; unresolved: boolean }>(WRITE, [at.account, at.cluster]);
  return { changed: rows.map((row) => row.id), unresolved: rows.filter((row) => row.unresolved).map((row) => row.id) };
}

const WRITE = `insert into running_image as r (account, cluster, namespace, workload_kind, workload, definition, image, image_id, platform, digests,
    digest, key, running, first_seen, last_seen, reach)
  select $1, $2, s.namespace, s.workload_kind, s.workload, s.definition, s.image, s.image_id, s.platform, s.digests, s.digest, s.key, s.running,
    s.seen, s.seen, s.reach
  from running_said s ${known('s')}
  where i.id is null or (i.running, i.reach, i.image, i.digests) is distinct from (s.running, s.reach, s.image, s.digests)
    or s.seen >= i.last_seen + ${COALESCE} or (s.running = 0 and s.seen > i.last_seen)
  on conflict (account, cluster, key) do update set running = excluded.running, last_seen = greatest(r.last_seen, excluded.last_seen),
    reach = excluded.reach, image = excluded.image, digests = excluded.digests
  returning id, confidence = 0 as unresolved`;

/** The history of the hours that was unpacked: the most that ran, and all that ended. Hearing it twice changes nothing. */
export async function writeHours(tx: Transaction, at: ClusterKey): Promise<void> {
  await tx.query(HOURS, [at.account, at.cluster]);
}

const HOURS = `with seen as materialized (
    select i.id, s.running, s.seen, s.hours from running_said s ${known('s')}),
  said as (
    select id, date_trunc('hour', seen, 'UTC') as hour, running as most, 0 as stopped from seen where running > 0
    union all
    select id, to_timestamp(h.hour), 0, h.stopped from seen cross join lateral jsonb_to_recordset(hours) as h(hour float8, stopped int)
      where hours <> '[]'),
  hours as materialized (select id, hour, max(most) as most, max(stopped) as stopped from said group by 1, 2)
  insert into running_hour as r (account, running, hour, running_most, stopped)
  select $1, h.id, h.hour, h.most, h.stopped
  from hours h left join lateral
    (select * from running_hour x where x.account = $1 and x.running = h.id and x.hour = h.hour limit 1) k on true
  where k.hour is null or h.most > k.running_most or h.stopped > k.stopped
  on conflict (account, running, hour) do update set running_most = greatest(r.running_most, excluded.running_most),
    stopped = greatest(r.stopped, excluded.stopped)`;
