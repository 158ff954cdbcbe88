import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder, writeDurably } from './durable.ts';

/** Immutable bytes by the SHA-256 of their content: evidence, SBOMs, advisory databases. A directory here, an object store later. */
export interface BlobStore {
  /** Durable when it returns. Returns the key, `sha256:` and 64 hex. The same bytes twice are one blob. */
  put(bytes: Uint8Array): Promise<string>;
  /** Undefined when there is none. */
  get(key: string): Promise<Buffer | undefined>;
}

const KEY = /^sha256:[0-9a-f]{64}$/;

/** Blobs as files `ab/cdef…` below `folder`. */
export function directoryBlobs(folder: string): BlobStore {
  const fileOf = (key: string): string => {
    if (!KEY.test(key)) throw new Error(`not a blob key: ${key}`);
    return path.join(folder, key.slice(7, 9), key.slice(9));
  };
  return {
    async put(bytes) {
      const key = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      const file = fileOf(key);
      if ((await stat(file).catch(() => undefined))?.size === bytes.length) return key;
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
  };
}
