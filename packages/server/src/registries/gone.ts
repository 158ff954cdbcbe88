import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { RESOURCE_KIND } from '@assay/core/finding.ts';
import type { Transaction } from '../db/pool.ts';
import type { FindingNaming } from '../findings/naming.ts';
import { closeFindings } from '../findings/write/close.ts';
import type { RepositoryPlace } from './take-listing.ts';

/** `finding_event.actor` of findings that close because their image was deleted. */
export const DELETED = 'registry';

export interface GoneContext {
  readonly fence: number;
  readonly naming: FindingNaming;
  readonly now: Date;
}

/**
 * The registry has these digests no longer. Their images are terminated and their findings close, except where something still runs them:
 * those stay as they are and say that they were deleted.
 */
export async function takeGone(
  tx: Transaction,
  at: RepositoryPlace,
  { digests, ctx }: { readonly digests: readonly string[]; readonly ctx: GoneContext },
): Promise<void> {
  if (digests.length === 0) return;
  const place = [at.account, at.registry, at.repository, digests];
  const where = 'registry = $2 and repository = $3 and digest = any($4::text[])';
  await tx.query(`update repo_manifest set deleted_at = $5 where account = $1 and ${where} and deleted_at is null`, [...place, ctx.now]);
  await tx.query(`update repo_tag set until = $5 where account = $1 and ${where} and until is null`, [...place, ctx.now]);
  const { rows } = await tx.query<{ id: number; running: boolean }>(
    `select id, in_use_count > 0 as running from resource
     where account = $1 and ${where} and kind = ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE} and gone_at is null order by account, id for update`,
    place,
  );
  const idsOf = (running: boolean): number[] => rows.filter((row) => row.running === running).map((row) => row.id);
  await tx.query(
    `update resource set detail = detail || jsonb_build_object('deletedFromRegistryAt', $3::timestamptz) where account = $1 and id = any($2::bigint[])`,
    [at.account, idsOf(true), ctx.now],
  );
  await terminate(tx, { account: at.account, resources: idsOf(false) }, ctx);
}

/** The rows are locked by the caller. */
async function terminate(
  tx: Transaction,
  { account, resources }: { readonly account: number; readonly resources: readonly number[] },
  { naming, now, fence }: GoneContext,
): Promise<void> {
  if (resources.length === 0) return;
  await closeFindings(tx, { account, resources, actor: DELETED, naming, now });
  await tx.query(
    `update resource set fence = greatest(fence, $3), gone_at = $4, scan_status = ${SCAN_STATUS.INACTIVE}, scan_reason = ${SCAN_REASON.RESOURCE_TERMINATED}
     where account = $1 and id = any($2::bigint[])`,
    [account, resources, fence, now],
  );
}
