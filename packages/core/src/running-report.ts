import type { ClusterHealth, ClusterIdentity, ClusterScope, RunningImage } from './running.ts';

const REPORT_PARTS = ['snapshot-begin', 'snapshot-page', 'snapshot-end', 'change', 'health'] as const;

/** Images of one part at most, and bytes of it as JSON. */
export const REPORT_IMAGES = 500;
export const REPORT_BYTES = 900_000;

/**
 * One piece of what a collector tells of one cluster. A snapshot is `snapshot-begin` with its scope, pages, `snapshot-end`, and counts from
 * its end on; `change` replaces the rows of its keys; `health` says how the collector does. Each is also evidence that the cluster was seen.
 */
export interface RunningReport {
  readonly cluster: ClusterIdentity;
  /** Of one run of a collector. Another one than before begins with a snapshot, whichever is greater: clocks are set back. */
  readonly epoch: number;
  /** Of the cluster in that run: one more than the part before; the same again is the same part. */
  readonly sequence: number;
  /** Milliseconds: when the collector last saw the cluster. */
  readonly observedAt: number;
  readonly part: (typeof REPORT_PARTS)[number];
  /** Of `snapshot-begin`. */
  readonly scope?: ClusterScope;
  /** Of `snapshot-page` and `change`. */
  readonly images?: readonly RunningImage[];
  /** Of `health`. */
  readonly health?: ClusterHealth;
}

/** `resync`: what was there before is not known; a whole snapshot is needed. */
export type ReportAnswer = 'taken' | 'resync';

type KeyMembers = Pick<RunningImage, 'namespace' | 'workload' | 'definition' | 'image' | 'imageId' | 'platform'>;

/** The members of a row's key as one text. */
export function runningKey({ namespace, workload, definition, image, imageId, platform }: KeyMembers): string {
  return [namespace, workload.kind, workload.name, definition, imageId === '' ? image : imageId, platform].join('\0');
}
