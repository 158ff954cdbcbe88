import { FINDING_STATUS } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type { Transaction } from '../db/pool.ts';
import type { ResourceDescription } from '../resources/describe.ts';
import { recordServiceEvents, SERVICE_EVENT } from './service-events.ts';

/** Inspector's scan event: a resource was looked at for the first time, and this is how bad it is. In the transaction of the scan. */
export async function tellFirstScan(
  tx: Transaction,
  at: { readonly account: number; readonly id: number; readonly now: Date },
  resource: ResourceDescription,
): Promise<void> {
  const { rows } = await tx.query<{ severity: number; n: number }>(
    `select severity, count(*)::int as n from finding where account = $1 and resource = $2 and status = ${FINDING_STATUS.ACTIVE} group by 1`,
    [at.account, at.id],
  );
  const of = (severity: number): number => rows.find((row) => row.severity === severity)?.n ?? 0;
  const counts = {
    ...{ CRITICAL: of(SEVERITY_CODES.CRITICAL), HIGH: of(SEVERITY_CODES.HIGH), MEDIUM: of(SEVERITY_CODES.MEDIUM) },
    TOTAL: rows.reduce((sum, row) => sum + row.n, 0),
  };
  const image = { 'repository-name': resource.repository, 'image-digest': resource.digest, 'image-tags': resource.imageTags };
  const which = resource.kind === 'AWS_ECR_CONTAINER_IMAGE' ? image : { 'instance-id': resource.arn };
  const body = { version: '1.0', 'scan-status': 'INITIAL_SCAN_COMPLETE', ...which, 'finding-severity-counts': counts };
  const { account, now } = at;
  await recordServiceEvents(tx, [{ account, kind: SERVICE_EVENT.SCAN_COMPLETE, actor: 'scan', subject: resource.arn, at: now, body }]);
}
