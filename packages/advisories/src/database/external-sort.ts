import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface SortEntry {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** Buffers and objects cost about this much beside their bytes. */
const ENTRY_OVERHEAD = 220;
const ARENA_BYTES = 1024 * 1024;
const RUN_BUFFER_BYTES = 256 * 1024;

/**
 * Sorts more entries than fit in memory: runs of `memoryBytes` are sorted and written below `folder`, then merged.
 * Order: key bytes, then value bytes. Equal entries are given once.
 */
export class ExternalSort {
  readonly #folder: string;
  readonly #memoryBytes: number;
  #entries: SortEntry[] = [];
  #bytes = 0;
  #arena: Buffer = Buffer.alloc(0);
  #used = 0;
  #runs: string[] = [];
  #temporary: string | null = null;

  constructor(folder: string, memoryBytes: number) {
    this.#folder = folder;
    this.#memoryBytes = memoryBytes;
  }

  /** Copies both: small buffers share slabs with whatever was made at the same time, and keeping one would keep all of it. */
  add(key: Buffer, value: Buffer): void {
    this.#entries.push({ key: this.#kept(key), value: this.#kept(value) });
    this.#bytes += key.length + value.length + ENTRY_OVERHEAD;
    if (this.#bytes > this.#memoryBytes) this.#spill();
  }

  *sorted(): Generator<SortEntry> {
    if (this.#runs.length > 0) this.#spill();
    this.#entries.sort(compareEntries);
    let last: SortEntry | null = null;
    for (const entry of this.#runs.length === 0 ? this.#entries : mergeRuns(this.#runs)) {
      if (last !== null && compareEntries(last, entry) === 0) continue;
      last = entry;
      yield entry;
    }
  }

  /** The same, the values of each key together. */
  *grouped(): Generator<{ readonly key: Buffer; readonly values: readonly Buffer[] }> {
    let key: Buffer | null = null;
    let values: Buffer[] = [];
    for (const entry of this.sorted()) {
      if (key?.equals(entry.key)) {
        values.push(entry.value);
        continue;
      }
      if (key !== null) yield { key, values };
      key = entry.key;
      values = [entry.value];
    }
    if (key !== null) yield { key, values };
  }

  close(): void {
    this.#entries = [];
    if (this.#temporary !== null) rmSync(this.#temporary, { recursive: true, force: true });
    this.#temporary = null;
  }

  #kept(bytes: Buffer): Buffer {
    if (bytes.length > ARENA_BYTES / 4) return Buffer.from(bytes);
    if (this.#used + bytes.length > this.#arena.length) {
      this.#arena = Buffer.allocUnsafeSlow(ARENA_BYTES);
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += bytes.copy(this.#arena, at);
    return this.#arena.subarray(at, this.#used);
  }

  #spill(): void {
    if (this.#entries.length === 0) return;
    this.#temporary ??= mkdtempSync(join(this.#folder, 'sort-'));
    const file = join(this.#temporary, `run-${this.#runs.length}`);
    writeRun(file, this.#entries.sort(compareEntries));
    this.#runs.push(file);
    this.#entries = [];
    this.#bytes = 0;
  }
}

function compareEntries(a: SortEntry, b: SortEntry): number {
  return Buffer.compare(a.key, b.key) || Buffer.compare(a.value, b.value);
}

function writeRun(file: string, entries: readonly SortEntry[]): void {
  const fd = openSync(file, 'w', 0o600);
  let parts: Buffer[] = [];
  let bytes = 0;
  const flush = (): void => {
    const all = Buffer.concat(parts, bytes);
    for (let at = 0; at < all.length; ) at += writeSync(fd, all, at);
    parts = [];
    bytes = 0;
  };
  for (const { key, value } of entries) {
    const head = Buffer.allocUnsafe(8);
    head.writeUInt32LE(key.length, 0);
    head.writeUInt32LE(value.length, 4);
    parts.push(head, key, value);
    bytes += 8 + key.length + value.length;
    if (bytes >= RUN_BUFFER_BYTES) flush();
  }
  flush();
  closeSync(fd);
}

function* readRun(file: string): Generator<SortEntry> {
  const fd = openSync(file, 'r');
  try {
    let held: Buffer = Buffer.alloc(0);
    const fill = (need: number): boolean => {
      while (held.length < need) {
        const chunk = Buffer.allocUnsafe(Math.max(RUN_BUFFER_BYTES, need - held.length));
        const count = readSync(fd, chunk, 0, chunk.length, null);
        if (count === 0) return false;
        held = Buffer.concat([held, chunk.subarray(0, count)]);
      }
      return true;
    };
    while (fill(8)) {
      const keyEnd = 8 + held.readUInt32LE(0);
      const end = keyEnd + held.readUInt32LE(4);
      if (!fill(end)) throw new Error(`sort run ${file} ends early`);
      yield { key: Buffer.from(held.subarray(8, keyEnd)), value: Buffer.from(held.subarray(keyEnd, end)) };
      held = held.subarray(end);
    }
  } finally {
    closeSync(fd);
  }
}

/** Few runs (each is `memoryBytes`), so the smallest head is found by looking at all. */
function* mergeRuns(files: readonly string[]): Generator<SortEntry> {
  const heads: { entry: SortEntry; rest: Generator<SortEntry> }[] = [];
  for (const file of files) {
    const rest = readRun(file);
    const first = rest.next();
    if (!first.done) heads.push({ entry: first.value, rest });
  }
  while (heads.length > 0) {
    let least = 0;
    for (let i = 1; i < heads.length; i += 1) if (compareEntries(heads[i]!.entry, heads[least]!.entry) < 0) least = i;
    const head = heads[least]!;
    yield head.entry;
    const next = head.rest.next();
    if (next.done) heads.splice(least, 1);
    else head.entry = next.value;
  }
}
