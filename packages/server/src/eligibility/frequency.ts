import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { FREQUENCY_CODES, type ScanFrequency } from '@assay/core/registry.ts';
import type { Transaction } from '../db/pool.ts';
import { revive } from './revive.ts';

/** Looked at once, or when somebody asks; new advisories change nothing of it. */
export const NOT_CONTINUOUS = { SCAN_ON_PUSH: 'SCAN_FREQUENCY_SCAN_ON_PUSH', MANUAL: 'SCAN_FREQUENCY_MANUAL' } as const;

/**
 * The repository of these images says another frequency, or is watched no more (null). No longer continuous: their findings stay as they are.
 * Continuous again: a job brings their findings to the present advisories; what is too old lapses at the next sweep.
 */
export async function followFrequency(
  tx: Transaction,
  {
    account,
    resources,
    frequency,
  }: { readonly account: number; readonly resources: readonly number[]; readonly frequency: ScanFrequency | null },
): Promise<void> {
  const { rows } = await tx.query<{ id: number; scan_reason: number }>(
    'select id, scan_reason from resource where account = $1 and id = any($2::bigint[]) order by account, id for update',
    [account, resources],
  );
  const code = frequency === null ? null : FREQUENCY_CODES[frequency];
  await tx.query('update resource set frequency = $3 where account = $1 and id = any($2::bigint[]) and frequency is distinct from $3', [
    ...[account, rows.map((row) => row.id), code],
  ]);
  if (frequency !== null && frequency !== 'CONTINUOUS_SCAN') return restUntilAsked(tx, account, resources);
  const rested: number[] = Object.values(NOT_CONTINUOUS).map((reason) => SCAN_REASON[reason]);
  await revive(
    tx,
    account,
    rows.filter((row) => rested.includes(row.scan_reason)).map((row) => row.id),
  );
}

/** Images that are looked at, or rest, and are not continuous say so. The caller has locked them. */
export async function restUntilAsked(tx: Transaction, account: number, resources: readonly number[]): Promise<void> {
  const reason = `case frequency when ${FREQUENCY_CODES.MANUAL} then ${SCAN_REASON.SCAN_FREQUENCY_MANUAL} else ${SCAN_REASON.SCAN_FREQUENCY_SCAN_ON_PUSH} end`;
  const rests = [
    SCAN_REASON.SUCCESSFUL,
    SCAN_REASON.STALE_INVENTORY,
    SCAN_REASON.SCAN_FREQUENCY_MANUAL,
    SCAN_REASON.SCAN_FREQUENCY_SCAN_ON_PUSH,
  ];
  await tx.query(
    `update resource set scan_status = ${SCAN_STATUS.INACTIVE}, scan_reason = ${reason}
     where account = $1 and id = any($2::bigint[]) and frequency in (${FREQUENCY_CODES.MANUAL}, ${FREQUENCY_CODES.SCAN_ON_PUSH})
       and deleted_at is null and scan_reason in (${rests}) and scan_reason <> ${reason}`,
    [account, resources],
  );
}
