import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import type { ListCoverageInput } from './types.ts';
import { useAnswer } from './use-answer.ts';

export type RanWorkload = Wire<assay.RanWorkload>;

/** Where a vulnerability was known to run in an image since `startTime`; as many workloads as one page holds. */
export function useRunningHistory(input: { resourceArn: string; vulnerabilityId: string; startTime: number }) {
  return useAnswer<{ workloads: RanWorkload[]; nextToken?: string }>('assay', '/assay/history/running', { ...input, maxResults: 100 });
}

/** How many images fit. */
export function useImageCount(filterCriteria: NonNullable<ListCoverageInput['filterCriteria']>) {
  return useAnswer<{ totalCounts: number }>('inspector2', '/coverage/statistics/list', { filterCriteria });
}
