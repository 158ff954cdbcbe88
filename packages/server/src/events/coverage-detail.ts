import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { RESOURCE_KIND } from '@assay/core/finding.ts';
import { codeName } from './code-name.ts';

/** Detail of Inspector's coverage event, from the codes that the trigger wrote. */
export function coverageDetail(resourceId: string, at: Date, body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const [status, reason] = Array.isArray(body['was']) ? (body['was'] as number[]) : [];
  return {
    ...{ version: '1.0', resourceId, resourceType: codeName(RESOURCE_KIND, body['kind'] as number), scanType: 'PACKAGE' },
    scanStatus: {
      statusCodeValue: codeName(SCAN_STATUS, body['status'] as number),
      reason: codeName(SCAN_REASON, body['reason'] as number),
    },
    previousScanStatus: { statusCodeValue: codeName(SCAN_STATUS, status), reason: codeName(SCAN_REASON, reason) },
    eventTimestamp: at.toISOString(),
  };
}
