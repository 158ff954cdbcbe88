import type { FilterCriteria } from './types.ts';
import { useAnswer } from './use-answer.ts';

export type Exposure = 'INTERNET' | 'PRIVATE_NETWORK' | 'CLUSTER_OR_NONE' | 'UNKNOWN';
export type Exploitation = 'KNOWN' | 'PUBLIC' | 'LIKELY' | 'NONE';
export type ActionKind = 'PACKAGE' | 'VULNERABILITY';

/** All severities, as the extension service counts them. */
export interface Counts {
  all: number;
  critical: number;
  high: number;
  medium: number;
  low: number;
  informational: number;
  untriaged: number;
}
export interface FixPackage {
  name: string;
  namespace: string;
  type?: string;
  fixedInVersion?: string;
}
export interface FixFirstAction {
  kind: ActionKind;
  accountId?: string;
  vulnerabilityId?: string;
  package?: FixPackage;
  /** `HOST/REPOSITORY`, or the ARN of a resource that lies in none. */
  place?: string;
  running: boolean;
  urgency: number;
  weight: number;
  severity: string;
  exposure: Exposure;
  exploitation: Exploitation;
  epssScore?: number;
  inUseCount: number;
  resourceCount: number;
  findingCounts: Counts;
  removedFindingCount: number;
  vulnerabilityIds: string[];
  vulnerabilityCount: number;
  packages: { name: string; version: string; fixedInVersion?: string }[];
  places: string[];
  placeCount: number;
  oldestFindingAt: number;
  dueAt?: number;
}
export interface Upgrade {
  kind: 'PACKAGE' | 'BASE_IMAGE';
  package?: FixPackage;
  baseImage?: { place?: string; newerImageArn?: string; layerCount: number; estimated: boolean };
  /** Names of the installed packages that the findings are about; at most a few. */
  packageNames: string[];
  /** Findings that the upgrades before it do not remove already. */
  removedFindingCount: number;
  /** Part of all the risk, 0 to 1, that it adds to those before it. */
  riskShare: number;
  findingCounts: Counts;
  resourceCount: number;
  inUseCount: number;
  places: string[];
  placeCount: number;
}
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
  return useAnswer<{ running: boolean; upgrades: Upgrade[] }>('assay', '/assay/fix-first/upgrades', { filterCriteria, maxResults: 8 });
}

/** Whether anything tells what runs; undefined until the service has said. */
export function useHearsOfClusters(): boolean | undefined {
  const query = useAnswer<{ clusters: unknown[] }>('assay', '/assay/clusters/list', { maxResults: 1 });
  return query.data === undefined ? undefined : query.data.clusters.length > 0;
}
