import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import type { SeverityCounts } from '../../api/types.ts';
import { useAnswer } from '../../api/use-answer.ts';

/** All severities, as the extension service counts them. */
export type Counts = Wire<assay.SeverityCounts>;
export type TrendDay = Wire<assay.TrendDay>;
export type RemediationTime = Wire<assay.RemediationTime>;
export const MOVER_KINDS = ['VULNERABILITY', 'REPOSITORY', 'RESOURCE'] as const;
export type MoverKind = (typeof MOVER_KINDS)[number];
export type Mover = Wire<assay.Mover>;
export interface PackageCounts {
  packageName: string;
  severityCounts?: SeverityCounts;
}

/* `startTime` is the beginning of a day, so that the same day asks the same question. */

export function useTrend(startTime: number) {
  return useAnswer<{ trends: { days: TrendDay[] }[] }>('assay', '/assay/trends/findings', { startTime });
}
export function useRemediation(startTime: number) {
  return useAnswer<{ all?: RemediationTime; bySeverity: RemediationTime[] }>('assay', '/assay/trends/remediation', { startTime });
}
export function useMovers(by: MoverKind, startTime: number) {
  return useAnswer<{ movers: Mover[] }>('assay', '/assay/trends/movers', { by, startTime, maxResults: 5 });
}
export function useCoverageReasons() {
  return useAnswer<{ countsByGroup?: { count: number; groupKey: string }[]; totalCounts: number }>(
    'inspector2',
    '/coverage/statistics/list',
    { groupBy: 'SCAN_STATUS_REASON' },
  );
}
/** Every finding of the package counts, so the package on most resources with the worst comes first. */
export function useUrgentPackages() {
  return useAnswer<{ responses?: { packageAggregation?: PackageCounts }[] }>('inspector2', '/findings/aggregation/list', {
    aggregationType: 'PACKAGE',
    aggregationRequest: { packageAggregation: { sortBy: 'CRITICAL', sortOrder: 'DESC' } },
    maxResults: 8,
  });
}
