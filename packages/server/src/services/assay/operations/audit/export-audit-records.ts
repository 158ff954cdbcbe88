import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { cloudTrailRecord } from '../../../../audit/cloudtrail.ts';
import type { ServerContext } from '../../../context.ts';
import { auditPage } from '../../audit-page.ts';

/** The body of the answer is a CloudTrail log file as it stands, but for `nextToken` when there is more. */
export async function exportAuditRecords(
  input: AssayIn<'ExportAuditRecords'>,
  context: ServerContext,
): Promise<AssayOut<'ExportAuditRecords'>> {
  const { rows, ...more } = await auditPage(context, { ...input, maxResults: input.maxResults ?? 1000 });
  return { Records: rows.map((row) => cloudTrailRecord(row, context.region)), ...more };
}
