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

/** The last word of these reports for each key. */
export const SAID = `select distinct on (i.key) i.* from running_report s cross join lateral jsonb_to_recordset(s.images) as i(
    key text, namespace text, workload_kind text, workload text, definition text, image text, image_id text, platform text, digests text[],
    digest text, running int, seen float8, reach smallint, hours jsonb)
  where s.account = $1 and s.cluster = $2 and s.id = any($3::bigint[]) order by i.key, s.id desc`;

/** Writes what the reports say, each key once, and only what is new about it. */
export async function writeImages(tx: Transaction, at: ClusterKey, reports: readonly number[]): Promise<WrittenImages> {
  const { rows } = await tx.query<{ id: number; unresolved: boolean }>(WRITE, [at.account, at.cluster, reports]);
  return { changed: rows.map((row) => row.id), unresolved: rows.filter((row) => row.unresolved).map((row) => row.id) };
}

const WRITE = `with said as (${SAID})
  insert into running_image as r (account, cluster, namespace, workload_kind, workload, definition, image, image_id, platform, digests, digest,
    key, running, first_seen, last_seen, reach)
  select $1, $2, namespace, workload_kind, workload, definition, image, image_id, platform, digests, digest, decode(key, 'hex'), running,
    to_timestamp(seen), to_timestamp(seen), reach
  from said
  on conflict (account, cluster, key) do update set running = excluded.running, last_seen = greatest(r.last_seen, excluded.last_seen),
    reach = excluded.reach, image = excluded.image, digests = excluded.digests
  where (r.running, r.reach, r.image, r.digests) is distinct from (excluded.running, excluded.reach, excluded.image, excluded.digests)
    or excluded.last_seen >= r.last_seen + ${COALESCE} or (excluded.running = 0 and excluded.last_seen > r.last_seen)
  returning id, confidence = 0 as unresolved`;

/** The history of the hours that the reports are about: the most that ran, and all that ended. Hearing it twice changes nothing. */
export async function writeHours(tx: Transaction, at: ClusterKey, reports: readonly number[]): Promise<void> {
  await tx.query(HOURS, [at.account, at.cluster, reports]);
}

const HOURS = `with said as (${SAID}),
  hours as (
    select key, date_trunc('hour', to_timestamp(seen), 'UTC') as hour, running as most, 0 as stopped from said where running > 0
    union all
    select said.key, to_timestamp(h.hour), 0, h.stopped from said cross join lateral jsonb_to_recordset(said.hours) as h(hour float8, stopped int))
  insert into running_hour as r (account, running, hour, running_most, stopped)
  select i.account, i.id, h.hour, max(h.most), max(h.stopped)
  from hours h join running_image i on i.account = $1 and i.cluster = $2 and i.key = decode(h.key, 'hex') group by 1, 2, 3
  on conflict (account, running, hour) do update set running_most = greatest(r.running_most, excluded.running_most),
    stopped = greatest(r.stopped, excluded.stopped)
  where excluded.running_most > r.running_most or excluded.stopped > r.stopped`;
