import type { Reach, Workload, WorkloadImage } from '../../api/clusters.ts';
import type { SeverityCounts } from '../../api/types.ts';

/** How a tile is coloured; UNKNOWN: of some of it nobody knows, and nothing else is worse. */
export type Worst = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'REST' | 'NONE' | 'UNKNOWN';
export type Findings = ReadonlyMap<string, SeverityCounts>;

export interface WorkloadFacts {
  readonly running: number;
  readonly stopped: number;
  readonly reach: Reach;
  readonly counts: Required<SeverityCounts>;
  readonly worst: Worst;
  readonly unresolved: boolean;
  readonly newer: boolean;
  readonly lastSeenAt: number;
}

/** The nearest to the outside wins; what is known wins over what is not. */
const REACHES: readonly Reach[] = ['INTERNET', 'PRIVATE_NETWORK', 'CLUSTER', 'NONE', 'UNKNOWN'];

export function workloadFacts({ images }: Pick<Workload, 'images'>, findings: Findings): WorkloadFacts {
  const sum = (of: (image: WorkloadImage) => number) => images.reduce((total, image) => total + of(image), 0);
  const byImage = new Map(images.map((image) => [resourceOf(image) ?? '', imageCounts(image, findings)]));
  const counts = total([...byImage.values()]);
  const unknown = [...byImage.values()].includes(undefined);
  return {
    running: sum((image) => image.runningUnitCount),
    stopped: sum((image) => image.stoppedUnitCount),
    reach: REACHES.find((reach) => images.some((image) => image.reach === reach)) ?? 'UNKNOWN',
    counts,
    worst: worstOf(counts, unknown),
    unresolved: images.some((image) => image.confidence === 'UNRESOLVED'),
    newer: images.some((image) => image.newerImageAvailable),
    lastSeenAt: Math.max(...images.map((image) => image.lastSeenAt)),
  };
}

/** Of several accounts that hold the same image the first is enough: they have the same packages. */
export function resourceOf(image: Pick<WorkloadImage, 'resources'>): string | undefined {
  return image.resources[0]?.resourceArn;
}

/** Undefined: not known, or not yet. */
export function imageCounts(image: Pick<WorkloadImage, 'resources'>, findings: Findings): SeverityCounts | undefined {
  return findings.get(resourceOf(image) ?? '');
}

function total(rows: readonly (SeverityCounts | undefined)[]): Required<SeverityCounts> {
  const sum = { all: 0, critical: 0, high: 0, medium: 0 };
  for (const row of rows) for (const key of ['all', 'critical', 'high', 'medium'] as const) sum[key] += row?.[key] ?? 0;
  return sum;
}

function worstOf({ all, critical, high, medium }: Required<SeverityCounts>, unknown: boolean): Worst {
  if (critical > 0) return 'CRITICAL';
  if (high > 0) return 'HIGH';
  if (medium > 0) return 'MEDIUM';
  if (unknown) return 'UNKNOWN';
  return all > 0 ? 'REST' : 'NONE';
}
