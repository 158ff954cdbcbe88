import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import type { FilterCriteria } from './types.ts';
import { useAnswer } from './use-answer.ts';

export type Exposure = FixFirstAction['exposure'];
export type Exploitation = FixFirstAction['exploitation'];
export type ActionKind = FixFirstAction['kind'];

/** All severities, as the extension service counts them. */
export type Counts = Wire<assay.SeverityCounts>;
export type FixPackage = Wire<assay.FixFirstPackage>;
export type FixFirstAction = Wire<assay.FixFirstAction>;
export type Upgrade = Wire<assay.Upgrade>;
export interface FixFirstInput {
  groupBy: ActionKind;
  filterCriteria?: FilterCriteria;
  maxResults: number;
  nextToken?: string;
}

export function useFixFirst(input: FixFirstInput) {
  return useAnswer<{ actions: FixFirstAction[]; nextToken?: string }>('assay', '/assay/fix-first/list', input);
}

export function useUpgrades(filterCriteria: FilterCriteria) {
  return useAnswer<Wire<assay.ListUpgradesResponse>>('assay', '/assay/fix-first/upgrades', { filterCriteria, maxResults: 8 });
}

/** Whether anything tells what runs; undefined until the service has said. */
export function useHearsOfClusters(): boolean | undefined {
  const query = useAnswer<{ clusters: unknown[] }>('assay', '/assay/clusters/list', { maxResults: 1 });
  return query.data === undefined ? undefined : query.data.clusters.length > 0;
}
