import type pg from 'pg';
import { inTransaction } from '../db/pool.ts';

/** Workloads in one transaction. */
const CHUNK = 2_000;

/** Kinds whose names come again: the other kinds may name each run anew, as Jobs, bare pods, and containers of a host do. */
const LASTING = `('Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'CronJob', 'Node', 'Service', 'Task')`;

/** Name under which runs are remembered whose own is forgotten; a workload cannot have it. */
const SOME = '*';

/**
 * Runs of less than a day, each under a name of its own, become one row for their namespace, kind and image two days after their end: which
 * image ran when is kept, under the name `*`. A cluster that starts a thousand Jobs a day would otherwise keep them all for 400 days.
 */
export async function foldEnded(pool: pg.Pool, at: Date): Promise<void> {
  for (let folded = CHUNK; folded === CHUNK; ) {
    folded = await inTransaction(pool, async (tx) => {
      const { rows } = await tx.query<{ account: number; id: number }>(ENDED, [at]);
      const ended = [rows.map((row) => row.account), rows.map((row) => row.id)];
      if (rows.length === 0) return 0;
      await tx.query(`create temp table if not exists running_folded (account bigint, id bigint, into_id bigint) on commit delete rows`);
      await tx.query(FOLD, ended);
      await tx.query(HOURS);
      await tx.query(LINKS);
      for (const [table, account] of [
        ['running_hour', 'account'],
        ['running_resource', 'observer'],
      ])
        await tx.query(`delete from ${table} x using running_folded f where x.${account} = f.account and x.running = f.id`);
      await tx.query('delete from running_image x using running_folded f where x.account = f.account and x.id = f.id');
      return rows.length;
    });
  }
}

const ENDED = `select account, id from running_image where account >= 0 and running = 0 and workload <> '${SOME}' and workload_kind not in ${LASTING}
    and last_seen < $1::timestamptz - interval '2 days' and last_seen - first_seen < interval '1 day'
  order by account, id limit ${CHUNK} for update skip locked`;

const KEY = `substring(sha256(convert_to(jsonb_build_array(namespace, workload_kind, '${SOME}', definition, coalesce(nullif(image_id, ''), image), platform)::text,
  'UTF8')) for 16)`;

const FOLD = `with ended as (select i.*, ${KEY} as folded from running_image i
    join unnest($1::bigint[], $2::bigint[]) as e(account, id) on i.account = e.account and i.id = e.id),
  made as (insert into running_image as r (account, cluster, namespace, workload_kind, workload, definition, image, image_id, platform, digests, digest,
      key, running, first_seen, last_seen, reach, confidence, asked_at)
    select distinct on (account, cluster, folded) account, cluster, namespace, workload_kind, '${SOME}', definition, image, image_id, platform, digests,
      digest, folded, 0, min(first_seen) over same, last_seen, reach, confidence, asked_at
    from ended window same as (partition by account, cluster, folded) order by account, cluster, folded, last_seen desc
    on conflict (account, cluster, key) do update set first_seen = least(r.first_seen, excluded.first_seen),
      reach = case when excluded.last_seen > r.last_seen then excluded.reach else r.reach end, last_seen = greatest(r.last_seen, excluded.last_seen)
    returning r.account, r.cluster, r.key, r.id)
  insert into running_folded select e.account, e.id, m.id from ended e join made m on m.account = e.account and m.cluster = e.cluster and m.key = e.folded`;

const HOURS = `insert into running_hour as r (account, running, hour, running_most, stopped)
  select h.account, f.into_id, h.hour, max(h.running_most), sum(h.stopped)::int from running_folded f
    join running_hour h on h.account = f.account and h.running = f.id group by 1, 2, 3
  on conflict (account, running, hour) do update set running_most = greatest(r.running_most, excluded.running_most),
    stopped = r.stopped + excluded.stopped`;

const LINKS = `insert into running_resource (observer, running, account, resource)
  select distinct x.observer, f.into_id, x.account, x.resource from running_folded f
    join running_resource x on x.observer = f.account and x.running = f.id
  on conflict do nothing`;
