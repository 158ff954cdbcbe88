import { createHash } from 'node:crypto';
import { inTransaction, type Transaction } from '../db/pool.ts';
import { enqueue, finish, type Job, SYSTEM } from '../jobs/queue.ts';
import { meantBy, type RunningDependencies } from './apply-reports.ts';
import { inFlight } from './in-flight.ts';
import { FIND_RUNNING, RESOLVE, RUNNING_LANE } from './jobs.ts';
import { recountResources } from './recount.ts';
import { resolveRunning } from './resolve.ts';

/** Digests in one job. */
const CHUNK = 5_000;
/** Until reports that were being applied are asked for again. */
const AGAIN_MS = 500;

/**
 * Call in the transaction in which manifests or images of these digests came to be known, or went. A job that begins when others can see
 * them looks who runs something that may mean them, which is a few probes of indexes.
 */
export async function resolveAgain(tx: Transaction, digests: readonly string[]): Promise<void> {
  const sorted = [...digests].sort();
  for (let at = 0; at < sorted.length; at += CHUNK) {
    const chunk = sorted.slice(at, at + CHUNK);
    const find = { account: SYSTEM, kind: FIND_RUNNING, key: keyOf(chunk), lane: RUNNING_LANE };
    await enqueue(tx, { ...find, payload: { digests: chunk } satisfies Find });
  }
}

interface Find {
  readonly digests: readonly string[];
  /** Transactions that may have looked before these digests were known, and whose observations were not to be seen. */
  readonly waiting?: readonly string[];
}

/**
 * Handler of `find-running`. Reports that were being applied when the digests came to be known are neither seen nor do they see them: they are
 * looked through once more when they have ended. Whatever begins after this sees the digests itself.
 */
export async function findRunning({ pool }: RunningDependencies, job: Job): Promise<void> {
  const { digests, waiting } = job.payload as Find;
  await inTransaction(pool, async (tx) => {
    const applying = await inFlight(tx);
    const still = waiting === undefined ? applying : waiting.filter((one) => applying.includes(one));
    if (waiting === undefined || still.length === 0) await queueResolve(tx, digests);
    if (still.length > 0) {
      const { account, kind, key, lane } = job;
      await enqueue(tx, { account, kind, key, lane, payload: { digests, waiting: still } satisfies Find, delayMs: AGAIN_MS });
    }
    await finish(tx, job);
  });
}

async function queueResolve(tx: Transaction, known: readonly string[]): Promise<void> {
  const { rows } = await tx.query<{ account: number; digests: string[] }>(OBSERVERS, [known]);
  for (const { account, digests } of rows)
    await enqueue(tx, { account, kind: RESOLVE, key: keyOf(digests), lane: RUNNING_LANE, payload: { digests } });
}

function keyOf(digests: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(digests)).digest('hex').slice(0, 32);
}

/** By observer the digests under which it runs something that may mean them: their own, those of their indexes and of their configurations. */
const OBSERVERS = `with forms as (
    select unnest($1::text[]) as digest
    union select index from index_child where child = any($1::text[])
    union select config from manifest where digest = any($1::text[]) and config is not null
    union select detail->>'index' from resource where account >= 0 and digest = any($1::text[]) and detail ? 'index'
    union select detail->>'config' from resource where account >= 0 and digest = any($1::text[]) and detail ? 'config')
  select x.account, array_agg(distinct x.digest order by x.digest) as digests
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
