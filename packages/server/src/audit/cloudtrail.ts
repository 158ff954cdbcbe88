import { accountDigits } from '../accounts/identity.ts';
import type { AuditRow } from './audit-row.ts';

/** The form of CloudTrail's log files, version 1.11, so that whatever reads those reads these. */
export function cloudTrailRecord(row: AuditRow, region: string): Record<string, unknown> {
  const accountId = accountDigits(row.account);
  const [, userName = ''] = /:user\/(.+)$/.exec(row.principal) ?? [];
  return {
    eventVersion: '1.11',
    userIdentity: { type: 'IAMUser', arn: row.principal, accountId: row.principal.split(':')[4] ?? accountId, userName },
    eventTime: row.at.toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource: `${row.service}.amazonaws.com`,
    eventName: row.operation,
    awsRegion: region,
    sourceIPAddress: row.address,
    userAgent: row.agent,
    ...(row.error === null ? {} : { errorCode: row.error, errorMessage: row.message ?? '' }),
    requestParameters: row.input ?? null,
    responseElements: row.output ?? null,
    requestID: row.request,
    eventID: row.request,
    readOnly: !row.changes,
    ...(row.resources.length === 0 ? {} : { resources: row.resources.map((ARN) => ({ ARN, accountId: ARN.split(':')[4] || accountId })) }),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: 'Management',
  };
}
