import type pg from 'pg';
import type { Transaction } from '../db/pool.ts';

/** Anything that can query: a pool, or the caller's transaction. */
export type Queryable = Pick<pg.ClientBase, 'query'> | Pick<pg.Pool, 'query'>;

/** Account of the system's own work. */
export const SYSTEM = -1;

export interface JobRequest {
  readonly account: number;
  readonly kind: string;
  /** Queued jobs of the same account, kind and key are one job; at most one of them runs. */
  readonly key: string;
  readonly lane: string;
  /** Higher first, within one account. */
  readonly priority?: number;
  readonly payload: unknown;
  /** Members of a queued job's payload that this one lacks stay: both were asked for. */
  readonly merges?: boolean;
  readonly delayMs?: number;
}

export interface Job {
  readonly id: number;
  readonly account: number;
  readonly kind: string;
  readonly key: string;
  readonly lane: string;
  /** 1 at the first try. */
  readonly attempts: number;
  /** Number of the fence: write to a resource only if its own is not newer. */
  readonly fence: number;
  readonly payload: unknown;
}

/** The lease ran out and somebody else may have the job: nothing of this attempt may be committed. */
export class LeaseLost extends Error {}

/**
 * Queues a job inside the caller's transaction, so that it exists exactly if the transaction commits. A queued job of the same
 * account, kind and key takes the newer payload, the higher priority and the earlier time; a running one is left alone.
 * Returns its id, which {@link readJob} follows.
 */
export async function enqueue(tx: Queryable, job: JobRequest): Promise<number> {
  const { rows } = await tx.query(
    `${enqueueSql('values ($1, $2, $3, $4, $5, $6, clock_timestamp() + make_interval(secs => $7::float8 / 1000))', job)} returning id`,
    [job.account, job.kind, job.key, job.lane, job.priority ?? 0, JSON.stringify(job.payload), job.delayMs ?? 0],
  );
  await tx.query("select pg_notify('assay_job', $1)", [job.lane]);
  return rows[0].id;
}

/** {@link enqueue} as a part of the statement that makes the work, so that neither is without the other. `rows` gives the columns in this order. */
export function enqueueSql(rows: string, { merges = false }: Pick<JobRequest, 'merges'> = {}): string {
  return `insert into job (account, kind, key, lane, priority, payload, run_at) ${rows}
    on conflict (account, kind, key) where state = 0 do update
      set payload = ${merges ? 'job.payload || excluded.payload' : 'excluded.payload'}, priority = greatest(job.priority, excluded.priority), run_at = least(job.run_at, excluded.run_at)`;
}

/** Accounts with ready work by loose index scan; per account its best jobs (several, since claimers skip what others hold); the account with fewest running, then least recently served. */
const CLAIM = `
with recursive accounts as (
  (select account from job where state = 0 and lane = $1 order by account limit 1)
  union all
  select (select j.account from job j where j.state = 0 and j.lane = $1 and j.account > a.account order by j.account limit 1)
  from accounts a where a.account is not null
), best as (
  select a.account, b.id, (select count(*) from job r where r.state = 1 and r.lane = $1 and r.account = a.account) as running,
    (select served from job_turn t where t.lane = $1 and t.account = a.account) as served
  from accounts a cross join lateral (
    select j.id from job j where j.state = 0 and j.lane = $1 and j.account = a.account and j.run_at <= clock_timestamp()
      and not exists (select from job r where r.state = 1 and r.account = j.account and r.kind = j.kind and r.key = j.key)
    order by j.priority desc, j.run_at, j.id limit 10) b
  where a.account is not null
), pick as (
  select b.account, b.id from best b join job j on j.id = b.id where j.state = 0
  order by b.running, b.served nulls first, j.priority desc, j.run_at, j.id limit 1 for update of j skip locked
),
turn as (insert into job_turn (lane, account, served) select $1, account, nextval('job_turn_number') from pick
  on conflict (lane, account) do update set served = excluded.served)
update job set state = 1, attempts = attempts + 1, worker = $2, fence = nextval('fence'), error = null,
  lease_until = clock_timestamp() + make_interval(secs => $3::float8 / 1000)
from pick where job.id = pick.id
returning job.id, job.account, job.kind, job.key, job.lane, job.attempts, job.fence, job.payload`;

/** Takes the next job of a lane for `leaseMs`, or undefined when none is ready. */
export async function claim(
  pool: pg.Pool,
  lane: string,
  options: { readonly worker: string; readonly leaseMs: number },
): Promise<Job | undefined> {
  try {
    const { rows } = await pool.query<Job>(CLAIM, [lane, options.worker, options.leaseMs]);
    return rows[0];
  } catch (error) {
    // Somebody began a job of this key between our look and our write: the index says no, and the next claim looks again.
    if ((error as { code?: string }).code === '23505') return undefined;
    throw error;
  }
}

/** Prolongs the lease. @throws LeaseLost */
export async function heartbeat(tx: Queryable, job: Job, leaseMs: number): Promise<void> {
  const sql =
    'update job set lease_until = clock_timestamp() + make_interval(secs => $3::float8 / 1000) where id = $1 and fence = $2 and state = 1';
  if ((await tx.query(sql, [job.id, job.fence, leaseMs])).rowCount !== 1) throw new LeaseLost();
}

/** Inside a transaction of the job's effects: they are committed only while the job is this attempt's. @throws LeaseLost */
export async function holdJob(tx: Queryable, job: Job): Promise<void> {
  const { rows } = await tx.query('select 1 from job where id = $1 and fence = $2 and state = 1 for share', [job.id, job.fence]);
  if (rows.length === 0) throw new LeaseLost();
}

/** Ends the job, best inside the transaction of its own effects: then they happen once. With a result the row stays for {@link readJob}. @throws LeaseLost */
export async function finish(tx: Queryable | Transaction, job: Job, result?: unknown): Promise<void> {
  const mine = 'where id = $1 and fence = $2 and state = 1';
  const done =
    result === undefined
      ? await tx.query(`delete from job ${mine}`, [job.id, job.fence])
      : await tx.query(`update job set state = 3, result = $3, lease_until = null, finished_at = now() ${mine}`, [
          job.id,
          job.fence,
          JSON.stringify(result),
        ]);
  if (done.rowCount !== 1) throw new LeaseLost();
}

/** A failed attempt: queued again after `delayMs`, or dead when undefined. A job queued meanwhile under the same key takes over. */
export async function fail(
  tx: Queryable,
  job: Job,
  outcome: { readonly error: string; readonly delayMs: number | undefined },
): Promise<void> {
  await tx.query(
    `with mine as (select id, account, kind, key from job where id = $1 and fence = $2 and state = 1 for update),
     next as (select q.id from job q join mine m using (account, kind, key) where q.state = 0 and $4::float8 is not null)
     update job set error = $3, lease_until = null,
       state = case when $4::float8 is null then 2 when exists (select from next) then 3 else 0 end,
       result = (select jsonb_build_object('continuedBy', id) from next),
       finished_at = case when $4::float8 is null or exists (select from next) then now() end,
       run_at = clock_timestamp() + make_interval(secs => coalesce($4, 0) / 1000)
     from mine where job.id = mine.id`,
    [job.id, job.fence, outcome.error.slice(0, 2000), outcome.delayMs ?? null],
  );
}

/** Gives jobs of dead workers back (their late writes are refused by the fence), buries those out of attempts, forgets old results. */
export async function reap(pool: pg.Pool, maxAttempts: number): Promise<void> {
  const { rows } = await pool.query<Job>('select * from job where state = 1 and lease_until < clock_timestamp() order by id limit 100');
  for (const job of rows)
    await fail(pool, job, { error: 'the worker died or lost its lease', delayMs: job.attempts >= maxAttempts ? undefined : 0 });
  await pool.query("delete from job where state in (2, 3) and finished_at < now() - interval '7 days'");
}

/** Ends every lease now: for a database that only one process can have, at its start, when whoever held a lease is dead. */
export async function expireLeases(pool: pg.Pool): Promise<void> {
  await pool.query('update job set lease_until = clock_timestamp() where state = 1');
}

export type JobState = 'queued' | 'running' | 'dead' | 'done' | 'unknown';
export type JobStatus =
  | { readonly state: 'unknown' }
  | {
      readonly state: Exclude<JobState, 'unknown'>;
      readonly kind: string;
      readonly result?: unknown;
      readonly error?: string;
      readonly createdAt: Date;
      /** When it ended, well or not. */
      readonly finishedAt?: Date;
    };

/** A job by its id; follows jobs that went on under another id. A job that left no result is `unknown` once it is done. */
export async function readJob(tx: Queryable, account: number, id: number): Promise<JobStatus> {
  const { rows } = await tx.query('select kind, state, result, error, created_at, finished_at from job where account = $1 and id = $2', [
    account,
    id,
  ]);
  if (rows.length === 0) return { state: 'unknown' };
  const { kind, state, result, error, created_at: createdAt, finished_at: finishedAt } = rows[0];
  if (typeof result?.continuedBy === 'number') return readJob(tx, account, result.continuedBy);
  return {
    kind,
    state: (['queued', 'running', 'dead', 'done'] as const)[state as number]!,
    result: result ?? undefined,
    error: error ?? undefined,
    createdAt,
    ...(finishedAt === null ? {} : { finishedAt }),
  };
}
