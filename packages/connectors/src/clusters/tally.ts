import type { RunningImage, StoppedHour, Workload } from '@assay/core/running.ts';
import { runningKey } from '@assay/core/running-report.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOST_GONE = 10_000;

/** An image that a unit uses. */
export interface UnitImage {
  readonly image: string;
  readonly imageId: string;
  readonly digests?: readonly string[];
  /** Milliseconds; undefined: it runs. */
  readonly endedAt?: number;
}

/** What starts and ends as one: a container of a host, a task, an allocation. */
export interface RunningUnit {
  readonly id: string;
  readonly namespace: string;
  readonly workload: Workload;
  readonly definition: string;
  readonly platform: string;
  readonly images: readonly UnitImage[];
}

interface Row {
  readonly key: string;
  about: Omit<RunningImage, 'running' | 'lastSeen' | 'stopped' | 'reach'>;
  running: number;
  /** Units that are still there, running or ended. */
  present: number;
  lastSeen: number;
  /** Start of the hour → units that ended in it. */
  readonly stopped: Map<number, number>;
}

interface Share {
  readonly row: Row;
  readonly endedAt: number | undefined;
}

/** Units added up to rows of absolute values. Memory: one small object a unit, one row a key; rows of what ended are kept for a day. */
export class Tally {
  /** The last that went, oldest first: an event that comes late must not count them again. */
  readonly #gone = new Set<string>();
  readonly #units = new Map<string, readonly Share[]>();
  readonly #rows = new Map<string, Row>();
  readonly #dirty = new Set<Row>();
  readonly #now: () => number;
  #confirmedAt = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    return this.#units.size;
  }

  /** It is there, or was of late. */
  knows(id: string): boolean {
    return this.#units.has(id) || this.#gone.has(id);
  }

  /** What runs was seen to run at this time. */
  confirm(at: number): void {
    this.#confirmedAt = Math.max(this.#confirmedAt, at);
  }

  put(unit: RunningUnit): void {
    const before = this.#units.get(unit.id) ?? [];
    const after = sharesOf(unit, this.#now(), (about) => this.#row(about));
    this.#units.set(unit.id, after);
    if (before.length === after.length && after.every(({ row, endedAt }, at) => same(before[at]!, row, endedAt))) return;
    for (const share of before) this.#take(share);
    for (const share of after) this.#give(share);
  }

  /** It is no longer there: what still ran ended at that time, what had ended keeps its hour. */
  remove(id: string, at: number): void {
    for (const share of this.#units.get(id) ?? []) {
      share.row.present--;
      if (share.endedAt !== undefined) continue;
      share.row.running--;
      this.#ended(share.row, at);
    }
    if (!this.#units.delete(id)) return;
    this.#gone.add(id);
    for (const oldest of this.#gone) {
      if (this.#gone.size <= MOST_GONE) break;
      this.#gone.delete(oldest);
    }
  }

  /** All units there are; what is missing among them is gone. */
  replace(units: Iterable<RunningUnit>, at: number): void {
    const seen = new Set<string>();
    for (const unit of units) {
      seen.add(unit.id);
      this.put(unit);
    }
    for (const id of this.#units.keys()) if (!seen.has(id)) this.remove(id, at);
    this.confirm(at);
  }

  /** Rows whose values differ from those last told. */
  changes(): RunningImage[] {
    const told = [...this.#dirty].map((row) => this.#told(row));
    this.#dirty.clear();
    return told;
  }

  /** Every row; those of which nothing is left are forgotten. */
  all(): RunningImage[] {
    this.#dirty.clear();
    const oldest = this.#now() - DAY;
    for (const [key, { present, lastSeen, stopped }] of this.#rows) {
      if (present === 0 && lastSeen < oldest && [...stopped.keys()].every((hour) => hour < oldest)) this.#rows.delete(key);
    }
    return [...this.#rows.values()].map((row) => this.#told(row));
  }

  #row(about: Row['about']): Row {
    const key = runningKey(about);
    const known = this.#rows.get(key);
    if (known !== undefined) {
      if (about.digests?.join() === known.about.digests?.join()) return known;
      known.about = about;
      this.#dirty.add(known);
      return known;
    }
    const row: Row = { key, about, running: 0, present: 0, lastSeen: 0, stopped: new Map() };
    this.#rows.set(key, row);
    return row;
  }

  #give({ row, endedAt }: Share): void {
    this.#dirty.add(row);
    row.present++;
    if (endedAt === undefined) row.running++;
    else this.#ended(row, endedAt);
  }

  #take({ row, endedAt }: Share): void {
    this.#dirty.add(row);
    row.present--;
    if (endedAt === undefined) {
      row.running--;
      row.lastSeen = Math.max(row.lastSeen, this.#confirmedAt);
      return;
    }
    const hour = hourOf(endedAt);
    const left = (row.stopped.get(hour) ?? 1) - 1;
    if (left <= 0) row.stopped.delete(hour);
    else row.stopped.set(hour, left);
  }

  #ended(row: Row, at: number): void {
    this.#dirty.add(row);
    row.lastSeen = Math.max(row.lastSeen, at);
    row.stopped.set(hourOf(at), (row.stopped.get(hourOf(at)) ?? 0) + 1);
  }

  #told(row: Row): RunningImage {
    const oldest = this.#now() - DAY;
    const stopped: StoppedHour[] = [];
    for (const [hour, count] of row.stopped) {
      if (hour + HOUR > oldest) stopped.push({ hour, count });
      else row.stopped.delete(hour);
    }
    stopped.sort((a, b) => a.hour - b.hour);
    const lastSeen = row.running > 0 ? Math.max(row.lastSeen, this.#confirmedAt) : row.lastSeen;
    return { ...row.about, running: row.running, lastSeen, stopped, reach: 'UNKNOWN' };
  }
}

function hourOf(at: number): number {
  return at - (at % HOUR);
}

function same(before: Share, row: Row, endedAt: number | undefined): boolean {
  return before.row === row && before.endedAt === endedAt;
}

/** One share of each row: a unit with several containers of an image counts once, and runs while one of them does. */
function sharesOf({ id: _, images, ...unit }: RunningUnit, now: number, rowOf: (about: Row['about']) => Row): Share[] {
  const shares = new Map<Row, number | undefined>();
  for (const { endedAt: end, ...image } of images) {
    // Whose clock runs ahead has not seen the future.
    const endedAt = end === undefined ? undefined : Math.min(end, now);
    const row = rowOf({ ...unit, ...image });
    const other = shares.get(row);
    if (!shares.has(row)) shares.set(row, endedAt);
    else shares.set(row, other === undefined || endedAt === undefined ? undefined : Math.max(other, endedAt));
  }
  return [...shares].map(([row, endedAt]) => ({ row, endedAt }));
}
