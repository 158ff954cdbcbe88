import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder, writeDurably } from './durable.ts';

/** Immutable bytes by the SHA-256 of their content: evidence, SBOMs, advisory databases. A directory here, an object store later. */
export interface BlobStore {
  /** Durable when it returns. Returns the key, `sha256:` and 64 hex. The same bytes twice are one blob. */
  put(bytes: Uint8Array): Promise<string>;
  /** Undefined when there is none. */
  get(key: string): Promise<Buffer | undefined>;
}

export interface CollectableBlobs extends BlobStore {
  /**
   * Removes blobs that were last put before `before` (milliseconds since the epoch) and that `named` does not name. Asked for all keys with
   * a prefix at a time. A blob that is put again meanwhile stays. Returns how many were removed.
   */
  collect(before: number, named: (prefix: string) => Promise<ReadonlySet<string>>): Promise<number>;
}

const KEY = /^sha256:[0-9a-f]{64}$/;

/** Blobs as files `ab/cdef…` below `folder`. */
export function directoryBlobs(folder: string): CollectableBlobs {
  const fileOf = (key: string): string => {
    if (!KEY.test(key)) throw new Error(`not a blob key: ${key}`);
    return path.join(folder, key.slice(7, 9), key.slice(9));
  };
  return {
    async put(bytes) {
      const key = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      const file = fileOf(key);
      if ((await stat(file).catch(() => undefined))?.size === bytes.length && (await touched(file))) return key;
      const made = await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      if (made !== undefined) for (const above of new Set([path.dirname(made), folder])) await syncFolder(above);
      await writeDurably(file, bytes);
      return key;
    },
    async get(key) {
      try {
        return await readFile(fileOf(key));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async collect(before, named) {
      let removed = 0;
      for (const shard of await readdir(folder).catch(() => [])) {
        if (!/^[0-9a-f]{2}$/.test(shard)) continue;
        const keep = await named(`sha256:${shard}`);
        for (const name of await readdir(path.join(folder, shard))) {
          if (keep.has(`sha256:${shard}${name}`)) continue;
          if (await removeOld(path.join(folder, shard, name), before)) removed++;
        }
      }
      return removed;
    },
  };
}

/** A blob that is put again is young again; false when it was removed at this moment. */
async function touched(file: string): Promise<boolean> {
  const now = new Date();
  return utimes(file, now, now).then(
    () => true,
    () => false,
  );
}

const REMOVED = '.removed';

/** Moved aside before its age is looked at for good: who puts it now either made it young before, and it comes back, or writes it anew. */
async function removeOld(file: string, before: number): Promise<boolean> {
  if (((await stat(file).catch(() => undefined))?.mtimeMs ?? before) >= before) return false;
  const aside = file.endsWith(REMOVED) ? file : `${file}${REMOVED}`;
  try {
    if (aside !== file) await rename(file, aside);
    if ((await stat(aside)).mtimeMs < before) {
      await rm(aside);
      return true;
    }
    await rename(aside, file);
  } catch (error) {
    // Another process was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return false;
}
