import type { Reach, RunningImage } from '@assay/core/running.ts';
import type { HostNetwork, Use } from './pod.ts';

export const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Labels of pods as JSON, one object for all that have the same. */
export interface LabelSet {
  readonly text: string;
  shapes: number;
}

/** What stands for the controller of pods. */
export interface Owner {
  readonly key: string;
  readonly namespace: string;
  workload: Workload;
  shapes: number;
}

export interface ShapeUse {
  readonly row: Row;
  /** 0 while it is in use. */
  readonly ended: number;
}

/** What pods have in common that are alike in everything that counts. */
export interface Shape {
  readonly owner: Owner;
  readonly workload: Workload;
  readonly platform: string;
  /** Only where its platform is not known yet. */
  readonly node: string;
  readonly labels: LabelSet;
  readonly host: HostNetwork;
  readonly uses: readonly ShapeUse[];
  /** How many pods have it. */
  pods: number;
}

export interface Workload {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly rows: Row[];
  readonly shapes: Shape[];
  reach: Reach;
}

/** One image in one workload, counted. */
export interface Row {
  readonly workload: Workload;
  readonly image: string;
  readonly imageId: string;
  readonly platform: string;
  running: number;
  /** Uses by pods that exist, running or ended. */
  uses: number;
  /** When the last of what ended did. */
  lastEnd: number;
  /** By hour since the epoch: how many ended in it. */
  stopped: Map<number, number> | undefined;
}

/** The counted rows of a cluster, and which of them changed since they were last told. */
export class Rows {
  readonly #workloads = new Map<string, Workload>();
  readonly #changed = new Set<Row>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get workloads(): Iterable<Workload> {
    return this.#workloads.values();
  }

  workload(namespace: string, kind: string, name: string): Workload {
    const key = `${namespace}\n${kind}\n${name}`;
    let found = this.#workloads.get(key);
    if (found === undefined) {
      found = { namespace, kind, name, rows: [], shapes: [], reach: 'UNKNOWN' };
      this.#workloads.set(key, found);
    }
    return found;
  }

  row(workload: Workload, { image, imageId }: Pick<Use, 'image' | 'imageId'>, platform: string): Row {
    for (const row of workload.rows) {
      if (row.imageId === imageId && row.platform === platform && (imageId !== '' || row.image === image)) return row;
    }
    const row: Row = { workload, image, imageId, platform, running: 0, uses: 0, lastEnd: 0, stopped: undefined };
    workload.rows.push(row);
    return row;
  }

  changed(row: Row): void {
    this.#changed.add(row);
  }

  /** One more of it ended then, or one fewer. */
  stop(row: Row, end: number, count: 1 | -1): void {
    if (count === 1) row.lastEnd = Math.max(row.lastEnd, end);
    if (end <= this.#now() - DAY) return;
    const hour = Math.floor(end / HOUR);
    row.stopped ??= new Map();
    const left = (row.stopped.get(hour) ?? 0) + count;
    if (left > 0) row.stopped.set(hour, left);
    else row.stopped.delete(hour);
  }

  /** `heardAt`: the last sign of life of the cluster, up to which what runs is known to run. */
  told(row: Row, heardAt: number): RunningImage {
    const { workload, image, imageId, platform, running, lastEnd } = row;
    const { namespace, kind, name, reach } = workload;
    const stopped = [...this.#recent(row)].map(([hour, count]) => ({ hour: hour * HOUR, count }));
    const lastSeen = running > 0 ? heardAt : lastEnd;
    return { namespace, workload: { kind, name }, definition: '', image, imageId, platform, running, lastSeen, stopped, reach };
  }

  /** Rows that changed since this was last asked. */
  takeChanged(): readonly Row[] {
    const rows = [...this.#changed];
    this.#changed.clear();
    return rows;
  }

  *all(): Generator<Row> {
    for (const workload of this.#workloads.values()) yield* workload.rows;
  }

  /** Forgets what ended more than a day ago. */
  sweep(): void {
    for (const [key, workload] of this.#workloads) {
      for (let at = workload.rows.length - 1; at >= 0; at--) {
        const row = workload.rows[at]!;
        if (row.stopped !== undefined && this.#recent(row).size === 0) row.stopped = undefined;
        if (row.uses === 0 && row.stopped === undefined && !this.#changed.has(row)) workload.rows.splice(at, 1);
      }
      if (workload.rows.length === 0 && workload.shapes.length === 0) this.#workloads.delete(key);
    }
  }

  #recent({ stopped }: Row): ReadonlyMap<number, number> {
    if (stopped === undefined) return NONE;
    const first = Math.floor((this.#now() - DAY) / HOUR) + 1;
    for (const hour of stopped.keys()) if (hour < first) stopped.delete(hour);
    return stopped;
  }
}

const NONE: ReadonlyMap<number, number> = new Map();
