import type { ScanFrequency } from './registry.ts';

/** Windows are instants apart, not dates of a calendar. */
const DAY_MS = 86_400_000;

/** How long an image stays monitored. */
export interface MonitoringWindows {
  /** Days after the push. */
  readonly push: number | 'LIFETIME';
  /** Days after the last use, or pull. */
  readonly pull: number;
  readonly mode: 'LAST_IN_USE_AT' | 'LAST_PULL_DATE';
}

/** What is known of an image. Times are milliseconds since the epoch; one that is missing was never. */
export interface ImageFacts {
  readonly frequency: ScanFrequency;
  readonly pushedAt: number | undefined;
  readonly pulledAt: number | undefined;
  readonly lastInUseAt: number | undefined;
  /** Pods, tasks and containers, of clusters that are heard. */
  readonly running: number;
  /** Its registry holds it no longer: only use keeps it. */
  readonly deleted: boolean;
  /** Between these, whoever would have seen it run was heard; undefined: nobody tells where images run. */
  readonly watched: { readonly since: number; readonly until: number } | undefined;
}

/**
 * STALE: would have lapsed, but who saw it last has been silent since before that. UNKNOWN: nobody has watched for a whole window. In neither
 * case is absence of use known, so the image stays as it is. NOT_CONTINUOUS: its repository is looked at on push or by hand only.
 */
export type Eligibility = 'MONITORED' | 'STALE' | 'UNKNOWN' | 'EXPIRED' | 'NOT_CONTINUOUS';

/**
 * Whether an image stays monitored: pushed within a window, or in use (or pulled) within another, both ends inclusive. Inspector's rule
 * (configuring the re-scan duration of Amazon ECR), and two of ours: silence ages nothing, and what ran before anybody watched is unknown.
 */
export function eligibility(image: ImageFacts, windows: MonitoringWindows, now: number): Eligibility {
  if (image.deleted) return byUse(image, windows, now);
  if (image.frequency !== 'CONTINUOUS_SCAN') return 'NOT_CONTINUOUS';
  const { push, pull, mode } = windows;
  if (push === 'LIFETIME' || within(image.pushedAt, push, now)) return 'MONITORED';
  if (mode === 'LAST_PULL_DATE') return within(image.pulledAt, pull, now) ? 'MONITORED' : 'EXPIRED';
  return byUse(image, windows, now);
}

function byUse(
  { running, lastInUseAt, pushedAt, deleted, watched }: ImageFacts,
  { push, pull }: MonitoringWindows,
  now: number,
): Eligibility {
  if (running > 0 || within(lastInUseAt, pull, now)) return 'MONITORED';
  // What was deleted and never seen to run has nobody who could miss it.
  if (watched === undefined) return deleted ? 'EXPIRED' : 'UNKNOWN';
  const mayHaveRun = deleted ? lastInUseAt : Math.max(lastInUseAt ?? watched.since, watched.since);
  const pushedThen = !deleted && push !== 'LIFETIME' && within(pushedAt, push, watched.until);
  if (watched.until < now && (pushedThen || within(mayHaveRun, pull, watched.until))) return 'STALE';
  return within(mayHaveRun, pull, now) ? 'UNKNOWN' : 'EXPIRED';
}

function within(at: number | undefined, days: number, now: number): boolean {
  return at !== undefined && now - at <= days * DAY_MS;
}
