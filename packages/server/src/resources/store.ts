import { SCAN_REASON, SCAN_STATUS, type ScanReason, type ScanStatus } from '@assay/core/coverage.ts';
import { AssayError } from '@assay/core/errors.ts';
import { RESOURCE_KIND } from '@assay/core/finding.ts';
import type { Transaction } from '../db/pool.ts';
import { TAG_SPACE } from '../findings/list/fields.ts';
import { retryResources } from '../suppression/retry.ts';
import type { ResourceDescription } from './describe.ts';

const IMAGE_TAG = TAG_SPACE.image;
const RESOURCE_TAG = TAG_SPACE.resource;

/** A newer writer was here: do not write, take a new number and look again. */
export class FenceLost extends Error {
  constructor(resource: number) {
    super(`resource ${resource} was written by a newer worker`);
  }
}

export interface LockedResource {
  readonly id: number;
  readonly created: boolean;
  /** Of the last look; null when there was none. */
  readonly inventory: number | null;
}

/**
 * Finds or makes the resource and locks its row until the end of the transaction.
 * @throws FenceLost when its last writer had a newer number than `fence`. AssayError `superseded` when something seen later is stored.
 */
export async function lockResource(
  tx: Transaction,
  { account, fence, observedAt, now }: { readonly account: number; readonly fence: number; readonly observedAt: Date; readonly now: Date },
  resource: ResourceDescription,
): Promise<LockedResource> {
  const insert = await tx.query<{ id: number }>(
    `insert into resource (account, kind, arn, scan_status, scan_reason) select $1, $2, $3, $4, $5
     where not exists (select from resource where account = $1 and arn = $3) on conflict (account, arn) do nothing returning id`,
    [account, RESOURCE_KIND[resource.kind], resource.arn, SCAN_STATUS.ACTIVE, SCAN_REASON.PENDING_INITIAL_SCAN],
  );
  const { rows } = await tx.query<{ id: number; fence: number; inventory: number | null; observed_at: Date | null }>(
    'select id, fence, inventory, observed_at from resource where account = $1 and arn = $2 for update',
    [account, resource.arn],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('a resource vanished');
  // A time that has not come yet is of a clock that ran ahead: it must not keep everybody out until then.
  if (row.observed_at !== null && row.observed_at > observedAt && row.observed_at <= now) {
    throw new AssayError('superseded', 'Something newer of the same resource is stored already, so this was not taken.');
  }
  if (row.fence > fence) throw new FenceLost(row.id);
  return { id: row.id, created: insert.rows.length > 0, inventory: row.inventory };
}

export interface ScanOutcome {
  readonly status: ScanStatus;
  readonly reason: ScanReason;
  /** Null when nothing could be read: then what was known stays. */
  readonly inventory: number | null;
  readonly revision: number;
  readonly fence: number;
  readonly now: Date;
  readonly observedAt: Date;
}

/**
 * Writes what a look found out. A fact that this look did not learn is left as it was. A look that read nothing leaves the fence and the
 * revision alone too: an evaluation that is under way still has to answer for this resource.
 */
export async function writeScan(
  tx: Transaction,
  at: { readonly account: number; readonly id: number },
  resource: ResourceDescription,
  outcome: ScanOutcome,
): Promise<void> {
  await tx.query(
    `update resource set scan_status = $3, scan_reason = $4, scanned_at = $5, inventory = coalesce($6, inventory),
       evaluated = case when $6 is null then evaluated else $7 end, evaluated_at = case when $6 is null then evaluated_at else $5 end,
       fence = case when $6 is null then fence else $8 end, gone_at = null, registry = coalesce($9, registry), repository = coalesce($10, repository), digest = coalesce($11, digest),
       arch = coalesce($12, arch), platform = coalesce($13, platform), pushed_at = coalesce(pushed_at, $14), detail = detail || $15, observed_at = case when $6 is null then observed_at else $16 end
     where account = $1 and id = $2`,
    [
      ...[at.account, at.id, SCAN_STATUS[outcome.status], SCAN_REASON[outcome.reason], outcome.now, outcome.inventory, outcome.revision],
      ...[outcome.fence, resource.registry, resource.repository, resource.digest, resource.arch, resource.platform, resource.pushedAt],
      JSON.stringify(resource.detail),
      outcome.observedAt,
    ],
  );
  if (resource.imageTags.length > 0) {
    await takeTags(tx, at, { resource, observedAt: outcome.observedAt });
    await tx.query(
      `insert into resource_tag (account, resource, space, key, value) select $1, $2, ${IMAGE_TAG}, 'tag', unnest($3::text[]) on conflict do nothing`,
      [at.account, at.id, resource.imageTags],
    );
  }
  const names = Object.keys(resource.tags);
  if (names.length > 0) {
    const tagOf = [at.account, at.id, names];
    await tx.query(
      `delete from resource_tag where account = $1 and resource = $2 and space = ${RESOURCE_TAG} and key = any ($3::text[])`,
      tagOf,
    );
    await tx.query(
      `insert into resource_tag (account, resource, space, key, value) select $1, $2, ${RESOURCE_TAG}, * from unnest($3::text[], $4::text[])`,
      [...tagOf, Object.values(resource.tags)],
    );
  }
}

/** A tag names one image of a repository for each architecture: the one it was last seen at. Rules about tags are tried again on the others. */
async function takeTags(
  tx: Transaction,
  at: { readonly account: number; readonly id: number },
  { resource, observedAt }: { readonly resource: ResourceDescription; readonly observedAt: Date },
): Promise<void> {
  await tx.query(
    `with taken as (delete from resource_tag t using resource r where t.account = $1 and t.space = ${IMAGE_TAG} and t.key = 'tag' and t.value = any ($3::text[])
       and r.account = t.account and r.id = t.resource and r.id <> $2 and r.registry = $4 and r.repository = $5
       and r.arch is not distinct from $6 and coalesce(r.observed_at, '-infinity') <= $7
       returning t.account, t.resource)
     ${retryResources('taken')}`,
    [at.account, at.id, resource.imageTags, resource.registry, resource.repository, resource.arch, observedAt],
  );
}
