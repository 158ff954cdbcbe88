import { createHash } from 'node:crypto';
import { EXPOSURE_OF_REACH, REACH_CODES, type Reach } from '@assay/core/running.ts';
import { EXPOSURE_CODES } from '@assay/core/score.ts';
import { RELATIONSHIP } from '../accounts/organization.ts';
import type { Transaction } from '../db/pool.ts';
import { reviveEligible } from '../eligibility/revive.ts';
import { tellRunning, type UseBefore } from '../events/tell-running.ts';
import { nameOfCode } from '../findings/code-name.ts';
import type { FindingNaming } from '../findings/naming.ts';
import { rescoreResources } from '../findings/write/rescore.ts';
import { enqueue } from '../jobs/queue.ts';
import { readCurrent } from '../revisions/revisions.ts';
import { retryResources } from '../suppression/retry.ts';
import { COUNTED_ELSEWHERE } from './evidence.ts';
import { RECOUNT, RECOUNT_LANE } from './jobs.ts';

/** `account` is the resource's own. */
export interface UsedResource {
  readonly account: number;
  readonly resource: number;
}

export interface RecountContext {
  readonly naming: FindingNaming;
  readonly now: Date;
}

/** While something runs on, the time it was last seen is written at most so often. */
const COALESCE = `interval '5 minutes'`;
/** Resources whose scores are computed anew in the caller's transaction; a job does the others. */
const MOST_RESCORED = 200;
/** Criteria whose answer depends on what this writes. */
const USE_FIELDS = ['ecrImageInUseCount', 'ecrImageLastInUseAt'];

/**
 * Brings `inUseCount`, `lastInUseAt` and exposure of these resources up to what runs, within the transaction that changed it. Locks the
 * resources; what did not change is not written.
 */
export async function recountResources(tx: Transaction, resources: readonly UsedResource[], ctx: RecountContext): Promise<void> {
  if (resources.length === 0) return;
  const unique = [...new Map(resources.map((one) => [`${one.account} ${one.resource}`, one])).values()];
  const which = [unique.map((one) => one.account), unique.map((one) => one.resource)];
  const { rows: before } = await tx.query<UseBefore>(LOCK, which);
  await tx.query(USAGE, which);
  await tx.query(UNUSED, which);
  await tx.query(
    `with used as (${USED}), changed as (${COUNTS} returning r.account, r.id as resource),
    ruled as (select account, resource from changed c where exists (select from filter f where f.in_force and f.fields && $3::text[]
      and (f.account = c.account or f.account in (select administrator from member m where m.account = c.account and m.status = ${RELATIONSHIP.ENABLED}))))
    ${retryResources('ruled')}`,
    [...which, USE_FIELDS],
  );
  await expose(tx, which, ctx);
  for (const [account, group] of Map.groupBy(unique, (one) => one.account))
    await reviveEligible(tx, { account, resources: group.map((one) => one.resource) }, ctx);
  await tellRunning(tx, before, ctx.now);
}

const TOUCHED = 'unnest($1::bigint[], $2::bigint[]) as t(account, resource)';

const LOCK = `select r.account, r.id as resource, r.in_use_count as "inUseCount", r.last_in_use_at as "lastInUseAt"
  from resource r join ${TOUCHED} on r.account = t.account and r.id = t.resource order by r.account, r.id for update of r`;

/** By observer: units of all its clusters, but for what somebody else counts. */
const USAGE = `insert into image_usage as u (account, resource, observer, running, last_seen)
  select x.account, x.resource, x.observer, least(coalesce(sum(i.running) filter (where i.running > 0 and not ${COUNTED_ELSEWHERE}), 0), 2147483647)::int,
    max(i.last_seen)
  from ${TOUCHED} join running_resource x on x.account = t.account and x.resource = t.resource
  join running_image i on i.account = x.observer and i.id = x.running
  join cluster c on c.account = i.account and c.id = i.cluster group by 1, 2, 3 order by 1, 2, 3
  on conflict (account, resource, observer) do update set running = excluded.running, last_seen = greatest(u.last_seen, excluded.last_seen)
  where u.running <> excluded.running or excluded.last_seen >= u.last_seen + ${COALESCE}`;

/** What an observer does not run any more it did run: the time stays. */
const UNUSED = `update image_usage u set running = 0 from ${TOUCHED} where u.account = t.account and u.resource = t.resource and u.running > 0
  and not exists (select from running_resource x where x.account = u.account and x.resource = u.resource and x.observer = u.observer)`;

const USED = `select t.account, t.resource, least(coalesce(sum(u.running), 0), 2147483647)::int as running, max(u.last_seen) as last_seen
  from ${TOUCHED} left join image_usage u on u.account = t.account and u.resource = t.resource group by 1, 2`;

const COUNTS = `update resource r set in_use_count = used.running, last_in_use_at = used.last_seen from used
  where r.account = used.account and r.id = used.resource and (r.in_use_count <> used.running
    or (r.last_in_use_at is null) <> (used.last_seen is null)
    or abs(extract(epoch from r.last_in_use_at - used.last_seen)) >= extract(epoch from ${COALESCE})
    or (used.running = 0 and r.last_in_use_at is distinct from used.last_seen))`;

/** The nearest to the outside of what runs; when nothing does, of what ran last. */
const NEAREST = `select r.account, r.id as resource, r.exposure, x.reach from ${TOUCHED}
  join resource r on r.account = t.account and r.id = t.resource
  left join lateral (select i.reach from running_resource x join running_image i on i.account = x.observer and i.id = x.running
    where x.account = t.account and x.resource = t.resource
    order by (i.running > 0) desc, case i.reach when ${REACH_CODES.INTERNET} then -1 else i.reach end limit 1) x on true
  order by r.account, r.id`;

interface Nearest extends UsedResource {
  readonly exposure: number;
  readonly reach: number | null;
}

async function expose(tx: Transaction, which: readonly (readonly number[])[], ctx: RecountContext): Promise<void> {
  const { rows } = await tx.query<Nearest>(NEAREST, [...which]);
  const moved = rows.flatMap(({ reach, exposure: was, ...one }) => {
    const exposure = EXPOSURE_CODES[reach === null ? 'UNKNOWN' : EXPOSURE_OF_REACH[nameOfCode(REACH_CODES, reach) as Reach]];
    return exposure === was ? [] : [{ ...one, exposure }];
  });
  const mine = moved.slice(0, MOST_RESCORED);
  for (let at = MOST_RESCORED; at < moved.length; at += MOST_RESCORED) await leave(tx, moved.slice(at, at + MOST_RESCORED));
  if (mine.length === 0) return;
  await tx.query(
    `update resource r set exposure = k.exposure from unnest($1::bigint[], $2::bigint[], $3::smallint[]) as k(account, id, exposure)
     where r.account = k.account and r.id = k.id`,
    [mine.map((one) => one.account), mine.map((one) => one.resource), mine.map((one) => one.exposure)],
  );
  const revision = (await readCurrent(tx))?.id ?? 0;
  for (const [account, group] of Map.groupBy(mine, (one) => one.account)) {
    await rescoreResources(tx, { account, resources: group.map((one) => one.resource) }, { ...ctx, revision, actor: 'exposure' });
  }
}

/** By account, so that the queue is fair between them. */
async function leave(tx: Transaction, resources: readonly UsedResource[]): Promise<void> {
  for (const [account, group] of Map.groupBy(resources, (one) => one.account)) {
    const payload = { resources: group.map((one) => one.resource) };
    const key = createHash('sha256').update(JSON.stringify(payload)).digest('hex').slice(0, 32);
    await enqueue(tx, { account, kind: RECOUNT, key, lane: RECOUNT_LANE, payload });
  }
}
