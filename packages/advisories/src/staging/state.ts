import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FeedCounts, Terms } from '../feed.ts';
import { asList, asObject } from '../osv/reading.ts';
import { readJson, writeWhole } from './files.ts';

/** One input as it was taken. */
export interface TakenInput extends Terms {
  readonly name: string;
  /** URL, or the file or folder it was read from. */
  readonly from: string;
  readonly sha256: string;
  /** As transferred or stored; 0 for a folder. */
  readonly bytes: number;
  /** ISO 8601. */
  readonly takenAt: string;
  readonly etag?: string;
  /** As the server or the file system gave it. */
  readonly lastModified?: string;
}

/** The last good import of a feed. Swapped as a whole. */
export interface FeedState {
  readonly format: 1;
  readonly feedVersion: number;
  /** Over the feed's id and version and the content of its inputs. */
  readonly fingerprint: string;
  readonly inputs: readonly TakenInput[];
  readonly counts: FeedCounts;
  /** Advisories by ecosystem; empty for enrichments. */
  readonly ecosystems: Readonly<Record<string, number>>;
  /** Newest date of what was kept, ISO 8601; the date of its files where the feed carries none. */
  readonly newest: string;
}

/** Local snapshots and downloads are kept apart: a count of one says nothing about the other. */
export type Origin = 'online' | 'local';

const SWEEP_AFTER_MS = 24 * 3600 * 1000;

/** Where one feed is staged: raw downloads by digest, parsed items by fingerprint, and which of them is the last good import. */
export class FeedStage {
  readonly folder: string;
  readonly #origin: Origin;

  constructor(cacheDir: string, feed: string, origin: Origin) {
    this.folder = join(cacheDir, 'feeds', feed);
    this.#origin = origin;
  }

  rawFile(sha256: string): string {
    return join(this.folder, `${sha256}.raw`);
  }
  itemsName(fingerprint: string): string {
    return `${fingerprint}.items`;
  }
  itemsFile(fingerprint: string): string {
    return join(this.folder, this.itemsName(fingerprint));
  }

  /** The last good import whose items are still there. */
  async load(): Promise<FeedState | undefined> {
    const value = asObject(await readJson(join(this.folder, `${this.#origin}.json`)));
    if (value?.['format'] !== 1 || asObject(value['counts']) === undefined) return undefined;
    const state = value as unknown as FeedState;
    return (await exists(this.itemsFile(state.fingerprint))) ? state : undefined;
  }

  async save(state: FeedState): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const body = Buffer.from(`${JSON.stringify(state, null, 1)}\n`);
    await writeWhole(this.folder, only(body), () => `${this.#origin}.json`);
  }

  /** Removes what no state names any more, once it is a day old: another process may be writing right now. */
  async sweep(now: number): Promise<void> {
    const kept = new Set<string>();
    for (const origin of ['online', 'local']) {
      const state = asObject(await readJson(join(this.folder, `${origin}.json`)));
      kept.add(`${origin}.json`);
      kept.add(this.itemsName(String(state?.['fingerprint'])));
      for (const input of asList(state?.['inputs'])) kept.add(`${String(asObject(input)?.['sha256'])}.raw`);
    }
    for (const name of await readdir(this.folder).catch(() => [])) {
      if (kept.has(name)) continue;
      const file = join(this.folder, name);
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: now }));
      if (now - mtimeMs > SWEEP_AFTER_MS) await rm(file, { force: true });
    }
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function* only(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
