import { createHash } from 'node:crypto';
import { inTransaction, type Transaction } from '../db/pool.ts';
import { enqueue, finish, type Job } from '../jobs/queue.ts';
import { meantBy, type RunningDependencies } from './apply-reports.ts';
import { RESOLVE, RUNNING_LANE } from './jobs.ts';
import { recountResources } from './recount.ts';
import { resolveRunning } from './resolve.ts';

/**
 * Call in the transaction in which manifests or images of these digests came to be known, or went. Where something runs that may mean them, a
 * job decides anew; else this is a few probes of indexes.
 */
export async function resolveAgain(tx: Transaction, digests: readonly string[]): Promise<void> {
  if (digests.length === 0) return;
  const { rows } = await tx.query<{ account: number; forms: string[] }>(OBSERVERS, [digests]);
  for (const { account, forms } of rows) {
    const payload = { digests: forms };
    const key = createHash('sha256').update(JSON.stringify(payload)).digest('hex').slice(0, 32);
    await enqueue(tx, { account, kind: RESOLVE, key, lane: RUNNING_LANE, payload });
  }
}

/** By observer the digests under which it runs something that may mean them: their own, those of their indexes and of their configurations. */
const OBSERVERS = `with forms as (
    select unnest($1::text[]) as digest
    union select index from index_child where child = any($1::text[])
    union select config from manifest where digest = any($1::text[]) and config is not null
    union select detail->>'index' from resource where account >= 0 and digest = any($1::text[]) and detail ? 'index'
    union select detail->>'config' from resource where account >= 0 and digest = any($1::text[]) and detail ? 'config')
  select x.account, array_agg(distinct x.digest order by x.digest) as forms
  from (select i.account, f.digest from forms f cross join lateral (select account from running_image where digest = f.digest) i
    union select i.account, f.digest from forms f cross join lateral (select account from running_image where digests @> array[f.digest]) i) x
  group by 1 order by 1`;

/** Handler of `resolve-running`. */
export async function resolveJob({ pool, naming, now }: RunningDependencies, job: Job): Promise<void> {
  const { digests } = job.payload as { readonly digests: readonly string[] };
  await inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ id: number }>(
      `select id from running_image where account = $1 and digest = any($2::text[]) union
       select id from running_image where account = $1 and digests && $2::text[]`,
      [job.account, digests],
    );
    const ids = rows.map((row) => row.id);
    const ctx = { naming, now: new Date(now()) };
    const moved = await resolveRunning(tx, job.account, ids, ctx.now);
    await recountResources(tx, [...moved, ...(await meantBy(tx, job.account, ids))], ctx);
    await finish(tx, job);
  });
}

/** Handler of `recount-running`. */
export async function recountJob({ pool, naming, now }: RunningDependencies, job: Job): Promise<void> {
  const { resources } = job.payload as { readonly resources: readonly number[] };
  await inTransaction(pool, async (tx) => {
    const mine = resources.map((resource) => ({ account: job.account, resource }));
    await recountResources(tx, mine, { naming, now: new Date(now()) });
    await finish(tx, job);
  });
}
