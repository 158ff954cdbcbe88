import { SCAN_REASON, type ScanReason } from './coverage.ts';

/**
 * HEALTHY: looked at, and no problem. UNVERIFIED: to be looked at. NOT_APPLICABLE: there is no answer, and the reason says why not.
 */
export const RESOURCE_STATES = ['UNHEALTHY', 'HEALTHY', 'UNVERIFIED', 'NOT_APPLICABLE'] as const;
export type ResourceState = (typeof RESOURCE_STATES)[number];

/** In the registry an image is what may be deployed; at run time it is what runs, together with the clusters that run it. */
export const SURFACES = ['REGISTRY', 'RUNTIME'] as const;
export type Surface = (typeof SURFACES)[number];

/** The resource was looked at, and what is known of it holds. */
const VERIFIED_REASONS: readonly ScanReason[] = [
  ...(['SUCCESSFUL', 'STALE_INVENTORY', 'SCAN_FREQUENCY_SCAN_ON_PUSH', 'SCAN_FREQUENCY_MANUAL', 'DEEP_INSPECTION_NO_INVENTORY'] as const),
  ...(['DEEP_INSPECTION_PACKAGE_COLLECTION_LIMIT_EXCEEDED', 'DEEP_INSPECTION_COLLECTION_TIME_LIMIT_EXCEEDED'] as const),
  'DEEP_INSPECTION_DAILY_SSM_INVENTORY_LIMIT_EXCEEDED',
];
/** Somebody is about to look. */
const PENDING_REASONS: readonly ScanReason[] = ['PENDING_INITIAL_SCAN', 'SCAN_IN_PROGRESS', 'PENDING_REVIVAL_SCAN'];

/** What was found at the last look, and holds until the next. */
export interface LookedAt {
  readonly reason: ScanReason;
  /** What is inside is known. */
  readonly inventory: boolean;
  /** It has open findings that no rule hides. */
  readonly problems: boolean;
}

export function resourceState({ reason, inventory, problems }: LookedAt): ResourceState {
  if (PENDING_REASONS.includes(reason)) return inventory && problems ? 'UNHEALTHY' : 'UNVERIFIED';
  if (!VERIFIED_REASONS.includes(reason) || !inventory) return 'NOT_APPLICABLE';
  return problems ? 'UNHEALTHY' : 'HEALTHY';
}

/** SQL of {@link resourceState} is written from these: codes of the reasons. */
export const VERIFIED_CODES: readonly number[] = VERIFIED_REASONS.map((reason) => SCAN_REASON[reason]);
export const PENDING_CODES: readonly number[] = PENDING_REASONS.map((reason) => SCAN_REASON[reason]);
