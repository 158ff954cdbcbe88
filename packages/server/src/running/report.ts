import type { ClusterHealth, ClusterIdentity, ClusterScope, RunningImage } from '@assay/core/running.ts';

/** `running_report.part`; never renumber. */
export const REPORT_PART = { 'snapshot-begin': 1, 'snapshot-page': 2, 'snapshot-end': 3, change: 4 } as const;

/** What a collector sends, one after the other. */
export interface RunningReport {
  readonly cluster: ClusterIdentity;
  /** Of the collector's process: a later one has a larger number, such as the milliseconds of its start. */
  readonly epoch: number;
  /** Within the epoch: one more with each report, of whatever part. */
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly observedAt: number;
  /** `snapshot-page` and `change` carry images, `snapshot-begin` the scope (all, unless given), `health` how the collector is. */
  readonly part: keyof typeof REPORT_PART | 'health';
  readonly scope?: ClusterScope;
  readonly images?: readonly RunningImage[];
  readonly health?: ClusterHealth;
}

/** `resync`: something is missing between this report and the last one; begin a snapshot, with the same epoch or a larger one. */
export type ReportAnswer = 'taken' | 'resync';

/** Images in one report. */
export const MOST_IMAGES = 10_000;
