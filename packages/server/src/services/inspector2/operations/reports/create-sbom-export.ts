import type { In, Out } from '@assay/wire/operation-types.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { createExport } from '../../shapes/export.ts';

export async function createSbomExport(input: In<'CreateSbomExport'>, context: ServerContext): Promise<Out<'CreateSbomExport'>> {
  requireRole(context, 'operator');
  const { resourceFilterCriteria, reportFormat, s3Destination } = input;
  const wanted = {
    kind: 'SBOM_EXPORT',
    format: reportFormat as string,
    criteria: resourceFilterCriteria,
    destination: s3Destination,
  } as const;
  return { reportId: await createExport(wanted, context) };
}
