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
  let waiting = 0;
  let overflowed = false;

  function streamOf(cluster: ClusterIdentity): Stream {
    const key = `${cluster.provider} ${cluster.uid}`;
    const known = streams.get(key);
    const stream = known ?? {
      cluster,
      observedAt: 0,
      snapshot: undefined,
      changes: new Map(),
      health: undefined,
      toldAt: -HEALTH_MS,
      told: '',
    };
    // Whoever spoke last comes last.
    streams.delete(key);
    streams.set(key, stream);
    return stream;
  }

  function forgetChanges(stream: Stream): void {
    waiting -= stream.changes.size;
    stream.changes.clear();
  }

  function addChanges(stream: Stream, images: readonly RunningImage[]): void {
    if (overflowed) return;
    const before = stream.changes.size;
    for (const image of images) stream.changes.set(runningKey(image), image);
    waiting += stream.changes.size - before;
    if (waiting <= most) return;
    overflowed = true;
    for (const one of streams.values()) forgetChanges(one);
  }

  function take(stream: Stream): Work['what'] | undefined {
    const { snapshot, changes, health } = stream;
    if (snapshot !== undefined) {
      stream.snapshot = undefined;
      return { kind: 'snapshot', scope: snapshot.scope, images: snapshot.images };
    }
    const [images] = pagesOf(changes.values());
    if (images !== undefined) {
      waiting -= changes.size;
      for (const image of images) changes.delete(runningKey(image));
      waiting += changes.size;
      return { kind: 'change', images };
    }
    if (health === undefined) return undefined;
    stream.health = undefined;
    if (health.problems.join('\n') === stream.told && now() - stream.toldAt < HEALTH_MS) return undefined;
    stream.told = health.problems.join('\n');
    stream.toldAt = now();
    return { kind: 'health', health };
  }

  return {
    get overflowed() {
      return overflowed;
    },
    add(report) {
      const stream = streamOf(report.cluster);
      stream.cluster = report.cluster;
      stream.observedAt = now();
      if (report.kind === 'health') stream.health = report.health;
      else if (report.kind === 'change') addChanges(stream, report.images);
      else {
        // It holds them.
        forgetChanges(stream);
        stream.snapshot = report;
      }
    },
    next() {
      for (const stream of streams.values()) {
        const what = take(stream);
        if (what !== undefined) return { cluster: stream.cluster, observedAt: stream.observedAt, what };
      }
      return undefined;
    },
  };
}
