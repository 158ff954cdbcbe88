import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { eligibility } from '@assay/core/eligibility.ts';
import { FREQUENCY_CODES } from '@assay/core/registry.ts';
import { readConfiguration } from '../accounts/configuration.ts';
import type { Transaction } from '../db/pool.ts';
import { type RematchDependencies, rematchResources } from '../findings/write/rematch.ts';
import { enqueueSql, finish, holdJob, type Job } from '../jobs/queue.ts';
import { type MonitoredImage, newestOf, readFacts, readWatch } from './facts.ts';
import { windowsOf } from './windows.ts';

/** The job that brings the findings of an image back from its stored inventory; its key is the resource's id. */
export const REVIVE = 'revive';
export const ELIGIBILITY_LANE = 'eligibility';

const CANDIDATE = `frequency = ${FREQUENCY_CODES.CONTINUOUS_SCAN}
  and scan_reason in (${SCAN_REASON.SCAN_ELIGIBILITY_EXPIRED}, ${SCAN_REASON.STALE_INVENTORY})`;

/**
 * Images of an account were used, pulled or pushed: those that had lapsed are monitored again, and a job brings their findings back without
 * reading the image. Only something newer than what was known when it lapsed revives an image, not a longer window (Inspector's rule). In the
 * transaction that wrote the dates, after it wrote them; one small read when none of the images has lapsed.
 */
export async function reviveEligible(
  tx: Transaction,
  { account, resources }: { readonly account: number; readonly resources: readonly number[] },
  { now }: { readonly now: Date },
): Promise<void> {
  const { rows } = await tx.query<{ id: number }>(
    `select id from resource where account = $1 and id = any($2::bigint[]) and ${CANDIDATE} order by account, id for update`,
    [account, resources],
  );
  if (rows.length === 0) return;
  const windows = windowsOf((await readConfiguration(tx, account)).ecr);
  const asked = { account, watch: await readWatch(tx, account), now: now.getTime() };
  const images = await readFacts(tx, asked, { where: 'r.id = any($3::bigint[])', values: [rows.map((row) => row.id)] });
  const states = images.map((image) => ({ image, state: eligibility(image.facts, windows, now.getTime()) }));
  const of = (reason: number) => states.filter(({ image }) => image.reason === reason);
  const heard = of(SCAN_REASON.STALE_INVENTORY).filter(({ state }) => state === 'MONITORED' || state === 'UNKNOWN');
  await markHeard(
    tx,
    account,
    heard.map(({ image }) => image.id),
  );
  const revived = of(SCAN_REASON.SCAN_ELIGIBILITY_EXPIRED).filter(({ image, state }) => state === 'MONITORED' && isNewer(image));
  await revive(
    tx,
    account,
    revived.map(({ image }) => image.id),
  );
}

function isNewer({ facts, lapsedWith }: MonitoredImage): boolean {
  const newest = newestOf(facts);
  return facts.running > 0 || (newest !== undefined && (lapsedWith === undefined || newest > lapsedWith));
}

/** Makes lapsed images monitored whatever their dates say; the caller has locked them. */
export async function revive(tx: Transaction, account: number, resources: readonly number[]): Promise<void> {
  if (resources.length === 0) return;
  await tx.query(
    `update resource set scan_status = ${SCAN_STATUS.ACTIVE}, lapsed_with = null,
       scan_reason = case when inventory is null then ${SCAN_REASON.PENDING_INITIAL_SCAN} else ${SCAN_REASON.PENDING_REVIVAL_SCAN} end
     where account = $1 and id = any($2::bigint[])`,
    [account, resources],
  );
  await tx.query(
    enqueueSql(
      `select $1::bigint, '${REVIVE}', id::text, '${ELIGIBILITY_LANE}', 5, '{}'::jsonb, clock_timestamp() from unnest($2::bigint[]) as id`,
    ),
    [account, resources],
  );
  await tx.query("select pg_notify('assay_job', $1)", [ELIGIBILITY_LANE]);
}

/** Images whose collector speaks again, or that something else tells of. */
export async function markHeard(tx: Transaction, account: number, resources: readonly number[]): Promise<void> {
  if (resources.length === 0) return;
  await tx.query(
    `update resource set scan_reason = ${SCAN_REASON.SUCCESSFUL}
     where account = $1 and id = any($2::bigint[]) and scan_reason = ${SCAN_REASON.STALE_INVENTORY}`,
    [account, resources],
  );
}

/** How often an evaluation may come in between with a newer number before the job is tried again as a whole. */
const TRIES = 5;

/** Handler of `revive` jobs. */
export async function reviveFindings(deps: RematchDependencies, job: Job): Promise<void> {
  const { account } = job;
  const resource = Number(job.key);
  for (let tries = 0; tries < TRIES; tries++) {
    const { rows } = await deps.pool.query<{ fence: number }>(
      `select nextval('fence') as fence from resource where account = $1 and id = $2 and inventory is not null
         and scan_reason = ${SCAN_REASON.PENDING_REVIVAL_SCAN}`,
      [account, resource],
    );
    const fence = rows[0]?.fence;
    // Looked at, lapsed, disabled or removed meanwhile: whoever did that answers for it.
    if (fence === undefined) {
      await deps.pool.query(
        `update resource set detail = jsonb_set(detail, '{beforeDisable,1}', '${SCAN_REASON.SUCCESSFUL}')
         where account = $1 and id = $2 and (detail->'beforeDisable'->>1)::smallint = ${SCAN_REASON.PENDING_REVIVAL_SCAN}`,
        [account, resource],
      );
      return finish(deps.pool, job);
    }
    let done = false;
    await rematchResources(deps, {
      ...{ account, resources: [resource], fence, actor: 'revival' },
      after: async (tx, written) => {
        await holdJob(tx, job);
        if (written.length === 0) return;
        await tx.query(
          `update resource set scan_reason = ${SCAN_REASON.SUCCESSFUL}
           where account = $1 and id = $2 and scan_reason = ${SCAN_REASON.PENDING_REVIVAL_SCAN}`,
          [account, resource],
        );
        await finish(tx, job);
        done = true;
      },
    });
    if (done) return;
  }
  throw new Error(`image ${resource} was written by others ${TRIES} times in a row`);
}
