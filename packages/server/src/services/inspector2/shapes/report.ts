import type { FindingCriteria } from '@assay/core/filter/criteria.ts';
import { csvCell, csvLine, csvRow } from '@assay/formats/csv/write.ts';
import type { In } from '@assay/wire/operation-types.ts';
import type { ReportText } from '../../../exports/report.ts';
import type { FindingView } from '../../../findings/view.ts';
import { criteriaFromWire } from './criteria.ts';
import { findingToWire, type WireFinding } from './finding.ts';
import { REPORT_COLUMNS } from './report-columns.ts';

type WireCriteria = In<'CreateFindingsReport'>['filterCriteria'];

/** Findings as a report spells them: CSV with Amazon's columns, or JSON with the findings of ListFindings. */
export function reportText(format: string, place: { readonly region: string; readonly now: () => number }): ReportText {
  const wire = (one: { arn: string; view: FindingView }): WireFinding => findingToWire(one.view, one.arn, place.region);
  if (format === 'JSON') {
    return {
      head: '{"findings":[',
      row: (one, first) => `${first ? '\n' : ',\n'}${JSON.stringify(wire(one))}`,
      tail: '\n]}\n',
    };
  }
  const shared = new WeakMap<object, string[]>();
  const line = (one: { arn: string; view: FindingView }): string => {
    const row = { finding: wire(one), view: one.view, region: place.region, now: place.now() };
    const held = { issue: cellsOf(one.view.issue, shared), resource: cellsOf(one.view.resource, shared) };
    return csvRow(
      REPORT_COLUMNS.map(([, cell, of], at) => {
        if (of === undefined) return csvCell(cell(row));
        held[of][at] ??= csvCell(cell(row));
        return held[of][at];
      }),
    );
  };
  // The byte order mark tells spreadsheets that it is UTF-8.
  return { head: `\ufeff${csvLine(REPORT_COLUMNS.map(([title]) => title))}`, row: line, tail: '' };
}

/** Of what many findings share, the cells that were written already. */
function cellsOf(of: object, shared: WeakMap<object, string[]>): string[] {
  const held = shared.get(of) ?? [];
  shared.set(of, held);
  return held;
}

/** Criteria as JSON keeps them: dates are texts there. */
export function criteriaOfJson(stored: unknown): WireCriteria {
  return JSON.parse(JSON.stringify(stored ?? {}), (key, value) =>
    (key === 'startInclusive' || key === 'endInclusive') && typeof value === 'string' ? new Date(value) : value,
  );
}

/** Without a status a report holds what is open. */
export function reportCriteria(stored: unknown): FindingCriteria {
  const criteria = criteriaFromWire(criteriaOfJson(stored));
  return criteria.findingStatus === undefined ? { ...criteria, findingStatus: [{ comparison: 'EQUALS', value: 'ACTIVE' }] } : criteria;
}
