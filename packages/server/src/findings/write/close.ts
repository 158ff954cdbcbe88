import { ENDED_REASONS } from '@assay/core/coverage.ts';
import { FINDING_STATUS } from '@assay/core/finding.ts';
import type { Transaction } from '../../db/pool.ts';
import { requireCurrent } from '../../revisions/revisions.ts';
import type { FindingNaming } from '../naming.ts';
import { type ApplyResult, prepareApply, settleFindings } from './apply.ts';

/** Condition: a resource has lapsed or gone, or had before its scan type was disabled. It has no open findings, and gets none. */
export function hasEnded(resource = 'resource'): string {
  return `coalesce((${resource}.detail->'beforeDisable'->>1)::smallint, ${resource}.scan_reason) in (${ENDED_REASONS})`;
}

export interface CloseRequest {
  readonly account: number;
  readonly resources: readonly number[];
  /** For history. */
  readonly actor: string;
  readonly naming: FindingNaming;
  readonly now: Date;
}

/**
 * Closes every open finding of resources. Depends on no match, so a newer number of the fence does not forbid it. The caller has locked the
 * resource rows, in order of (account, id).
 */
export async function closeFindings(tx: Transaction, { account, resources, actor, naming, now }: CloseRequest): Promise<ApplyResult> {
  const { id: revision } = await requireCurrent(tx);
  await prepareApply(tx);
  const { rowCount } = await tx.query(
    `insert into ev_finding (account, resource, issue, finding, was_status, was_severity, was_score, was_fix, was_rule, live)
     select account, resource, issue, id, status, severity, score, fix, rule, 0 from finding
     where account = $1 and resource = any($2::bigint[]) and status <> ${FINDING_STATUS.CLOSED} and spot = 0`,
    [account, resources],
  );
  return settleFindings(tx, rowCount ?? 0, { revision, actor, naming, now });
}
