import { FINDING_STATUS } from '@assay/core/finding.ts';
import type pg from 'pg';
import { RELATIONSHIP } from '../accounts/organization.ts';
import { inTransaction, type Transaction } from '../db/pool.ts';
import { RANGE_PLACES, STRING_PLACES } from '../findings/list/fields.ts';
import type { FindingNaming } from '../findings/naming.ts';
import { enqueueSql, finish, type Job, SYSTEM } from '../jobs/queue.ts';
import { SETTLE_LANE } from './filter-row.ts';
import { type Candidate, follow } from './settle.ts';

/** The job that tries rules again on findings whose vulnerability is described otherwise now. */
export const RETRY = 'retry-rules';
const CHUNK = 5_000;
const OPEN = `f.status in (${FINDING_STATUS.ACTIVE}, ${FINDING_STATUS.SUPPRESSED})`;

/** Criteria that ask about the resource, or about where in it a package lies. */
const RESOURCE_FIELDS = [
  ...Object.entries({ ...STRING_PLACES, ...RANGE_PLACES }).flatMap(([field, place]) => ('at' in place && place.at === 'r' ? [field] : [])),
  ...['ecrImageTags', 'resourceTags', 'vulnerablePackages'],
];

/** Criteria that an update of EPSS, KEV and exploits can change the answer to. */
export const INTELLIGENCE_FIELDS = ['epssScore', 'exploitAvailable'] as const;
/** Those that a vulnerability described anew can, beside them. */
export const DESCRIPTION_FIELDS = [
  ...INTELLIGENCE_FIELDS,
  ...['title', 'vulnerabilityId', 'relatedVulnerabilities', 'vulnerabilitySource', 'vendorSeverity'],
];

/** Tags, use or another fact of a resource changed, in this transaction or before. Without rules about resources one small read. */
export async function retryResource(
  tx: Transaction,
  at: { readonly account: number; readonly resource: number },
  ctx: { readonly naming: FindingNaming; readonly now: Date },
): Promise<void> {
  const { rows } = await tx.query<Candidate>(
    `select f.account, f.id, f.resource from finding f where f.account = $1 and f.resource = $2 and ${OPEN}
       and exists (select from filter where in_force and fields && $3::text[] and (account = $1
         or account in (select administrator from member where account = $1 and status = ${RELATIONSHIP.ENABLED})))`,
    [at.account, at.resource, RESOURCE_FIELDS],
  );
  if (rows.length > 0) await follow(tx, rows, { ...ctx, actor: 'resource' });
}

/**
 * The end of a statement that took something from resources whose rows are not locked: queues the job for those in `changed`, which has `account`
 * and `resource`. To lock them besides one's own would be another order than everybody's.
 */
export function retryResources(changed: string): string {
  return enqueueSql(`select distinct account, '${RETRY}', 'resource ' || resource, '${SETTLE_LANE}', 0, jsonb_build_object('resource', resource),
    statement_timestamp() from ${changed}`);
}

type Retry = { readonly resource: number } | { readonly issues: readonly number[]; readonly fields: readonly string[] };

/**
 * The end of a statement that changes issues: queues the job for those with the ids `id` in `changed`, where there are any. Whether a rule asks
 * for one of `fields` is asked by the job, when the change can be seen: a rule made before is found by it, and one made later sees the change.
 */
export function retryIssues(changed: string, fields: readonly string[]): string {
  return enqueueSql(`select ${SYSTEM}, '${RETRY}', md5(string_agg(id::text, ' ' order by id)), '${SETTLE_LANE}', 0,
    jsonb_build_object('issues', jsonb_agg(id), 'fields', '${JSON.stringify(fields)}'::jsonb), clock_timestamp() from ${changed} having count(*) > 0`);
}

/** The job: open findings of the resource or of the issues, judged a chunk at a time; what did not change is not written. */
export async function retry(
  job: Job,
  { pool, naming, now }: { readonly pool: pg.Pool; readonly naming: FindingNaming; readonly now: () => number },
  signal: AbortSignal,
): Promise<void> {
  const asked = job.payload as Retry;
  if ('resource' in asked) {
    return inTransaction(pool, async (tx) => {
      await retryResource(tx, { account: job.account, resource: asked.resource }, { naming, now: new Date(now()) });
      await finish(tx, job);
    });
  }
  const { issues, fields } = asked;
  const { rows } = await pool.query('select from filter where in_force and fields && $1::text[] limit 1', [fields]);
  if (rows.length === 0) return finish(pool, job);
  let after: { readonly account: number; readonly id: number } = { account: -1, id: 0 };
  for (;;) {
    signal.throwIfAborted();
    const last = await inTransaction(pool, async (tx) => {
      const { rows } = await tx.query<Candidate>(
        `select f.account, f.id, f.resource from finding f where f.issue = any($1::int[]) and (f.account, f.id) > ($2, $3) and ${OPEN}
         order by f.account, f.id limit ${CHUNK}`,
        [issues, after.account, after.id],
      );
      if (rows.length > 0) await follow(tx, rows, { naming, now: new Date(now()), actor: 'vulnerability' });
      else await finish(tx, job);
      return rows.at(-1);
    });
    if (last === undefined) return;
    after = last;
  }
}
