import type { ClusterHealth, ClusterIdentity, ClusterReport, ClusterScope, RunningImage } from '@assay/core/running.ts';
import { runningKey } from '@assay/core/running-report.ts';
import { pagesOf } from './pages.ts';

/** What one cluster has to tell next. */
export interface Work {
  readonly cluster: ClusterIdentity;
  /** Milliseconds. */
  readonly observedAt: number;
  readonly what:
    | { readonly kind: 'snapshot'; readonly scope: ClusterScope; readonly images: Iterable<RunningImage> }
    | { readonly kind: 'change'; readonly images: readonly RunningImage[] }
    | { readonly kind: 'health'; readonly health: ClusterHealth };
}

interface Stream {
  cluster: ClusterIdentity;
  observedAt: number;
  snapshot: Extract<ClusterReport, { kind: 'snapshot' }> | undefined;
  /** By key: a later value stands for all before it. */
  readonly changes: Map<string, RunningImage>;
  health: ClusterHealth | undefined;
  toldAt: number;
  told: string;
}

/** Health that says nothing new is told this often. */
const HEALTH_MS = 50_000;

/** What waits for the service, the newest value of each key. It keeps nothing that was taken out. */
export interface Outbox {
  add(report: ClusterReport): void;
  /** The next thing to tell, taken out; a snapshot before the changes since. */
  next(): Work | undefined;
  /** More changes waited than `most`: they are forgotten, and only another snapshot helps. */
  readonly overflowed: boolean;
}

export function createOutbox({ now, most }: { readonly now: () => number; readonly most: number }): Outbox {
  const streams = new Map<string, Stream>();
  let overflowed = false;
  const waiting = (): number => [...streams.values()].reduce((sum, { changes }) => sum + changes.size, 0);

  function streamOf(cluster: ClusterIdentity): Stream {
    const key = `${cluster.provider} ${cluster.uid}`;
    const stream = streams.get(key) ?? newStream(cluster);
    // Whoever spoke last comes last.
    streams.delete(key);
    streams.set(key, stream);
    stream.cluster = cluster;
    stream.observedAt = now();
    return stream;
  }

  return {
    get overflowed() {
      return overflowed;
    },
    add(report) {
      const stream = streamOf(report.cluster);
      if (report.kind === 'health') stream.health = report.health;
      else if (report.kind === 'snapshot') {
        stream.snapshot = report;
        // It holds them.
        stream.changes.clear();
      } else if (!overflowed) {
        for (const image of report.images) stream.changes.set(runningKey(image), image);
        overflowed = waiting() > most;
        if (overflowed) for (const { changes } of streams.values()) changes.clear();
      }
    },
    next() {
      for (const stream of streams.values()) {
        const what = takeSnapshot(stream) ?? takeChanges(stream) ?? takeHealth(stream, now());
        if (what !== undefined) return { cluster: stream.cluster, observedAt: stream.observedAt, what };
      }
      return undefined;
    },
  };
}

function newStream(cluster: ClusterIdentity): Stream {
  return { cluster, observedAt: 0, snapshot: undefined, changes: new Map(), health: undefined, toldAt: -HEALTH_MS, told: '' };
}

function takeSnapshot(stream: Stream): Work['what'] | undefined {
  const { snapshot } = stream;
  stream.snapshot = undefined;
  return snapshot && { kind: 'snapshot', scope: snapshot.scope, images: snapshot.images };
}

function takeChanges({ changes }: Stream): Work['what'] | undefined {
  const [images] = pagesOf(changes.values());
  // What is left of it cannot be told.
  if (images === undefined) changes.clear();
  for (const image of images ?? []) changes.delete(runningKey(image));
  return images && { kind: 'change', images };
}

function takeHealth(stream: Stream, now: number): Work['what'] | undefined {
  const { health } = stream;
  stream.health = undefined;
  const problems = health?.problems.join('\n') ?? '';
  if (health === undefined || (problems === stream.told && now - stream.toldAt < HEALTH_MS)) return undefined;
  stream.told = problems;
  stream.toldAt = now;
  return { kind: 'health', health };
}
