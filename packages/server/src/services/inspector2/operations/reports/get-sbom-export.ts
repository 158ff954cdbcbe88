import type { In, Out } from '@assay/wire/operation-types.ts';
import type { ServerContext } from '../../../context.ts';
import { destinationOf, problemOf, readExport } from '../../shapes/export.ts';

type Answer = Out<'GetSbomExport'>;

export async function getSbomExport(input: In<'GetSbomExport'>, context: ServerContext): Promise<Answer> {
  const one = await readExport(context, 'SBOM_EXPORT', input.reportId as string);
  return {
    reportId: one.id,
    format: one.format as Answer['format'],
    status: one.status,
    s3Destination: destinationOf(one),
    filterCriteria: one.criteria as Answer['filterCriteria'],
    ...problemOf(one),
  };
}
