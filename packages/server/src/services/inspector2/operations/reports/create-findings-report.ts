import type { In, Out } from '@assay/wire/operation-types.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { createExport } from '../../shapes/export.ts';

export async function createFindingsReport(
  input: In<'CreateFindingsReport'>,
  context: ServerContext,
): Promise<Out<'CreateFindingsReport'>> {
  requireRole(context, 'operator');
  const { filterCriteria, reportFormat, s3Destination } = input;
  const wanted = { kind: 'FINDINGS_REPORT', format: reportFormat as string, criteria: filterCriteria, destination: s3Destination } as const;
  return { reportId: await createExport(wanted, context) };
}
