import type pg from 'pg';
import { inTransaction, type Transaction } from '../db/pool.ts';
import { meantBy, type RunningDependencies } from './apply-reports.ts';
import { foldEnded } from './fold-ended.ts';
import { recountResources } from './recount.ts';
import { resolveRunning } from './resolve.ts';
import { settleAllSame } from './same-cluster.ts';

/** How often the parts below are asked for; of several processes one does them. */
const TURN = '9 minutes';
const CONSUMER = 'running';
/** Observations in one transaction. */
const CHUNK = 2_000;

/**
 * What nobody reports: that what ran on ran in this hour too, and was seen until its cluster was. Tries again what could not be resolved, and
 * forgets what is too old. False: another process had its turn.
 */
export async function keepRunning(deps: RunningDependencies): Promise<boolean> {
  const { pool, now } = deps;
  const turn = await pool.query(
    `insert into progress (consumer, account) values ($1, -1)
     on conflict (consumer, account) do update set at = now() where progress.at < now() - $2::interval`,
    [CONSUMER, TURN],
  );
  if (turn.rowCount !== 1) return false;
  const at = new Date(now());
  await countHour(pool, at);
  await eachChunk(deps, STEADY, (tx, account, ids) => confirm(tx, account, ids));
  await eachChunk(deps, LOOSE, (tx, account, ids) => resolveRunning(tx, account, ids, at));
  await inTransaction(pool, settleAllSame);
  await foldEnded(pool, at);
  await forget(pool, at);
  return true;
}

/** History of the present hour, once, of every cluster that was heard in it. */
async function countHour(pool: pg.Pool, at: Date): Promise<void> {
  await pool.query(
    `insert into running_hour (account, running, hour, running_most)
     select i.account, i.id, date_trunc('hour', $1::timestamptz, 'UTC'), i.running from running_image i
     join cluster c on c.account = i.account and c.id = i.cluster and c.gone_at is null and c.observed_at >= date_trunc('hour', $1::timestamptz, 'UTC')
     where i.running > 0 and not exists
       (select from running_hour h where h.account = i.account and h.running = i.id and h.hour = date_trunc('hour', $1::timestamptz, 'UTC'))
     on conflict do nothing`,
    [at],
  );
}

/** What runs on, and was written the last time an hour before its cluster was heard. */
const STEADY = `select i.account, i.id from running_image i join cluster c on c.account = i.account and c.id = i.cluster and c.gone_at is null
  where i.running > 0 and i.last_seen < c.observed_at - interval '55 minutes' and (i.account, i.id) > ($1, $2) and $3::timestamptz is not null
  order by i.account, i.id limit ${CHUNK}`;

/** What runs and means nothing, or something that was removed; the last try was an hour ago. */
const LOOSE = `select i.account, i.id from running_image i where i.running > 0 and (i.account, i.id) > ($1, $2)
  and (i.asked_at is null or i.asked_at < $3::timestamptz - interval '55 minutes')
  and not exists (select from running_resource x where x.observer = i.account and x.running = i.id) order by i.account, i.id limit ${CHUNK}`;

async function confirm(tx: Transaction, account: number, ids: readonly number[]): Promise<readonly []> {
  await tx.query(
    `update running_image i set last_seen = c.observed_at from cluster c
     where i.account = $1 and i.id = any($2::bigint[]) and i.running > 0 and c.account = i.account and c.id = i.cluster and c.observed_at > i.last_seen`,
    [account, ids],
  );
  return [];
}

type Step = (tx: Transaction, account: number, ids: readonly number[]) => ReturnType<typeof resolveRunning> | Promise<readonly []>;

async function eachChunk({ pool, naming, now }: RunningDependencies, text: string, step: Step): Promise<void> {
  let after = { account: -1, id: 0 };
  for (;;) {
    const { rows } = await pool.query<{ account: number; id: number }>(text, [after.account, after.id, new Date(now())]);
    for (const [account, group] of Map.groupBy(rows, (row) => row.account)) {
      const ids = group.map((row) => row.id);
      await inTransaction(pool, async (tx) => {
        const moved = await step(tx, account, ids);
        await recountResources(tx, [...moved, ...(await meantBy(tx, account, ids))], { naming, now: new Date(now()) });
      });
    }
    if (rows.length < CHUNK) return;
    after = rows.at(-1)!;
  }
}

/** Days for which it is known what ran where. */
export const RUNNING_DAYS = 400;

/** By the hour for two days, then one row a day for as long as anything is kept; reports of snapshots that were never ended for a day. */
async function forget(pool: pg.Pool, at: Date): Promise<void> {
  await pool.query(
    `with old as (delete from running_hour where account >= 0 and hour < date_trunc('day', $1::timestamptz, 'UTC') - interval '2 days'
         and hour >= date_trunc('day', $1::timestamptz, 'UTC') - interval '5 days' and hour <> date_trunc('day', hour, 'UTC')
       returning account, running, date_trunc('day', hour, 'UTC') as day, running_most, stopped)
     insert into running_hour as r (account, running, hour, running_most, stopped)
     select account, running, day, max(running_most), sum(stopped)::int from old group by 1, 2, 3
     on conflict (account, running, hour) do update set running_most = greatest(r.running_most, excluded.running_most),
       stopped = r.stopped + excluded.stopped`,
    [at],
  );
  await pool.query(`delete from running_hour where account >= 0 and hour < $1::timestamptz - interval '${RUNNING_DAYS} days'`, [at]);
  await pool.query(`delete from running_report where account >= 0 and at < $1::timestamptz - interval '1 day'`, [at]);
  await pool.query(
    `with gone as (delete from running_image where account >= 0 and running = 0 and last_seen < $1::timestamptz - interval '${RUNNING_DAYS} days' returning account, id)
     delete from running_resource x using gone where x.observer = gone.account and x.running = gone.id`,
    [at],
  );
}
