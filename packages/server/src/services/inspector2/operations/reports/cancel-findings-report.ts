import type { In, Out } from '@assay/wire/operation-types.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { stopExport } from '../../shapes/export.ts';

export async function cancelFindingsReport(
  input: In<'CancelFindingsReport'>,
  context: ServerContext,
): Promise<Out<'CancelFindingsReport'>> {
  requireRole(context, 'operator');
  const reportId = input.reportId as string;
  await stopExport(context, 'FINDINGS_REPORT', reportId);
  return { reportId };
}
