import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { RESOURCE_KIND } from '@assay/core/finding.ts';
import { FREQUENCY_CODES } from '@assay/core/registry.ts';
import type { Transaction } from '../db/pool.ts';
import { followFrequency } from '../eligibility/frequency.ts';
import { frequencyOf } from './patterns.ts';
import type { RegistryRow } from './registry-row.ts';

const { PENDING_INITIAL_SCAN, PENDING_REVIVAL_SCAN, SCAN_FREQUENCY_MANUAL } = SCAN_REASON;

/** Brings the images of a repository to how often it is looked at now. */
export async function followRules(tx: Transaction, row: RegistryRow, repository: string): Promise<void> {
  const frequency = frequencyOf(row.frequencies, repository);
  const { rows } = await tx.query<{ id: number; digest: string; read: boolean }>(
    `select id, digest, inventory is not null as read from resource r
     where account = $1 and registry = $2 and repository = $3 and kind = ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE} and gone_at is null
       and frequency is distinct from $4 and exists (select from repo_manifest m
         where m.account = $1 and m.registry = $2 and m.repository = $3 and m.digest = r.digest)`,
    [row.account, row.host, repository, FREQUENCY_CODES[frequency]],
  );
  if (rows.length === 0) return;
  await followFrequency(tx, { account: row.account, resources: rows.map(({ id }) => id), frequency });
  const unread = rows.filter(({ read }) => !read);
  const which = [row.account, unread.map(({ id }) => id)];
  if (frequency === 'MANUAL') {
    await tx.query(
      `update resource set scan_status = ${SCAN_STATUS.INACTIVE}, scan_reason = ${SCAN_FREQUENCY_MANUAL}
       where account = $1 and id = any($2::bigint[]) and scan_reason = ${PENDING_INITIAL_SCAN}`,
      which,
    );
    return;
  }
  // There is nothing yet that could be brought back: they are looked at for the first time.
  await tx.query(
    `update resource set scan_status = ${SCAN_STATUS.ACTIVE}, scan_reason = ${PENDING_INITIAL_SCAN}
     where account = $1 and id = any($2::bigint[]) and scan_reason in (${PENDING_REVIVAL_SCAN}, ${SCAN_FREQUENCY_MANUAL})`,
    which,
  );
  await tx.query(
    `update repo_manifest m set ingested_at = null where account = $1 and registry = $2 and repository = $3 and (digest = any($4::text[])
       or exists (select from index_child c where c.index = m.digest and c.child = any($4::text[])))`,
    [row.account, row.host, repository, unread.map(({ digest }) => digest)],
  );
}
