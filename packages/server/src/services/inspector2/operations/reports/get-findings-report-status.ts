import type { In, Out } from '@assay/wire/operation-types.ts';
import type { ServerContext } from '../../../context.ts';
import { destinationOf, problemOf, readExport } from '../../shapes/export.ts';
import { criteriaOfJson } from '../../shapes/report.ts';

/** Without an id: the newest report. */
export async function getFindingsReportStatus(
  input: In<'GetFindingsReportStatus'>,
  context: ServerContext,
): Promise<Out<'GetFindingsReportStatus'>> {
  const one = await readExport(context, 'FINDINGS_REPORT', input.reportId);
  return {
    reportId: one.id,
    status: one.status,
    destination: destinationOf(one),
    filterCriteria: criteriaOfJson(one.criteria),
    ...problemOf(one),
  };
}
