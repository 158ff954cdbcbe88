import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { RESOURCE_KIND } from '@assay/core/finding.ts';
import { FREQUENCY_CODES } from '@assay/core/registry.ts';
import type { Transaction } from '../db/pool.ts';
import { revive } from '../eligibility/revive.ts';
import { NOT_CONTINUOUS } from '../eligibility/standing.ts';
import { frequencyOf } from './patterns.ts';
import type { RegistryRow } from './registry-row.ts';

/**
 * Brings the images of a repository to how often it is looked at now. What is watched again gets its findings from what is stored; what is
 * watched no longer keeps those it has.
 */
export async function followFrequency(tx: Transaction, row: RegistryRow, repository: string): Promise<void> {
  const frequency = frequencyOf(row.frequencies, repository);
  const { rows } = await tx.query<{ id: number; digest: string; scan_reason: number; read: boolean }>(
    `with changed as (
       select account, id from resource where account = $1 and registry = $2 and repository = $3 and kind = ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE}
         and gone_at is null and frequency is distinct from $4 and exists (select from repo_manifest m
           where m.account = $1 and m.registry = $2 and m.repository = $3 and m.digest = resource.digest)
       order by account, id for update)
     update resource r set frequency = $4 from changed c where r.account = c.account and r.id = c.id
     returning r.id, r.digest, r.scan_reason, r.inventory is not null as read`,
    [row.account, row.host, repository, FREQUENCY_CODES[frequency]],
  );
  if (rows.length === 0) return;
  if (frequency !== 'CONTINUOUS_SCAN') return pause(tx, row.account, { ids: rows.map(({ id }) => id), reason: NOT_CONTINUOUS[frequency] });
  const paused = rows.filter(({ scan_reason }) => PAUSED.includes(scan_reason));
  const ofRead = (read: boolean): number[] => paused.filter((one) => one.read === read).map(({ id }) => id);
  await revive(tx, row.account, ofRead(true));
  await tx.query(
    `update resource set scan_status = ${SCAN_STATUS.ACTIVE}, scan_reason = ${SCAN_REASON.PENDING_INITIAL_SCAN} where account = $1 and id = any($2::bigint[])`,
    [row.account, ofRead(false)],
  );
  await tx.query(
    `update repo_manifest m set ingested_at = null where account = $1 and registry = $2 and repository = $3 and (digest = any($4::text[])
       or exists (select from index_child c where c.index = m.digest and c.child = any($4::text[])))`,
    [row.account, row.host, repository, paused.filter((one) => !one.read).map(({ digest }) => digest)],
  );
}

const PAUSED: readonly number[] = [SCAN_REASON[NOT_CONTINUOUS.MANUAL], SCAN_REASON[NOT_CONTINUOUS.SCAN_ON_PUSH]];

/** What was looked at well, or not yet. */
async function pause(
  tx: Transaction,
  account: number,
  { ids, reason }: { readonly ids: readonly number[]; readonly reason: keyof typeof SCAN_REASON },
): Promise<void> {
  await tx.query(
    `update resource set scan_status = ${SCAN_STATUS.INACTIVE}, scan_reason = $3 where account = $1 and id = any($2::bigint[])
       and (scan_status = ${SCAN_STATUS.ACTIVE} or scan_reason = any($4::smallint[]))`,
    [account, ids, SCAN_REASON[reason], PAUSED],
  );
}
