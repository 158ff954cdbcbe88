import type { In, Out } from '@assay/wire/operation-types.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { stopExport } from '../../shapes/export.ts';

export async function cancelSbomExport(input: In<'CancelSbomExport'>, context: ServerContext): Promise<Out<'CancelSbomExport'>> {
  requireRole(context, 'operator');
  const reportId = input.reportId as string;
  await stopExport(context, 'SBOM_EXPORT', reportId);
  return { reportId };
}
