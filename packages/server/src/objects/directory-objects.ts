import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder, writeDurably } from '../blobs/durable.ts';
import { isBucketName, type ObjectPlace, type ObjectStore, PartsLost, type StoredPart } from './object-store.ts';

/**
 * Objects as files `bucket/key` below `folder`, made with their buckets on first use. Parts of unfinished objects lie in `.uploads`,
 * which no bucket can be called.
 */
export function directoryObjects(folder: string, newId: () => string): ObjectStore {
  const fileOf = ({ bucket, key }: ObjectPlace): string => {
    if (!isBucketName(bucket)) throw new Error(`not a bucket name: ${bucket}`);
    const file = path.join(folder, bucket, key);
    if (!file.startsWith(path.join(folder, bucket) + path.sep)) throw new Error(`not an object key: ${key}`);
    return file;
  };
  const partsOf = (upload: string): string => {
    if (!/^[0-9a-f-]{36}$/.test(upload)) throw new Error(`not an upload: ${upload}`);
    return path.join(folder, '.uploads', upload);
  };
  return {
    partBytes: 8 * 1024 * 1024,
    describe: fileOf,
    async put(place, bytes) {
      const file = fileOf(place);
      await makeFolder(path.dirname(file));
      await writeDurably(file, bytes);
    },
    async begin() {
      const upload = newId();
      await makeFolder(partsOf(upload));
      return upload;
    },
    async putPart(_place, upload, { number, attempt, bytes }) {
      const id = `${number}-${attempt}`;
      await makeFolder(partsOf(upload));
      await writeDurably(path.join(partsOf(upload), id), bytes);
      return { number, id, bytes: bytes.length };
    },
    async complete(place, upload, parts) {
      const [file, from] = [fileOf(place), partsOf(upload)];
      const size = parts.reduce((sum, part) => sum + part.bytes, 0);
      if ((await sizeOf(from)) === undefined && (await sizeOf(file)) === size) return;
      await makeFolder(path.dirname(file));
      const staging = path.join(from, 'whole');
      await joinParts(from, parts, staging);
      await rename(staging, file);
      await syncFolder(path.dirname(file));
      await rm(from, { recursive: true, force: true });
    },
    async abort(_place, upload) {
      await rm(partsOf(upload), { recursive: true, force: true });
    },
    async remove(place) {
      await rm(fileOf(place), { force: true });
    },
    async read(place, range) {
      const file = fileOf(place);
      if ((await sizeOf(file)) === undefined) return undefined;
      return createReadStream(file, range === undefined ? {} : { start: range.offset, end: range.offset + range.length - 1 });
    },
  };
}

async function joinParts(from: string, parts: readonly StoredPart[], staging: string): Promise<void> {
  for (const part of parts) {
    if ((await sizeOf(path.join(from, part.id))) !== part.bytes) throw new PartsLost(`part ${part.number} is not there`);
  }
  const out = await open(staging, 'w', 0o600);
  try {
    for (const part of parts) {
      for await (const bytes of createReadStream(path.join(from, part.id), { highWaterMark: 1024 * 1024 })) await out.writeFile(bytes);
    }
    await out.sync();
  } finally {
    await out.close();
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size;
}

/** Names in a folder are on disk only when the folder is: every one that was made, and the one above. */
async function makeFolder(wanted: string): Promise<void> {
  const made = await mkdir(wanted, { recursive: true, mode: 0o700 });
  if (made === undefined) return;
  for (let at = wanted; ; at = path.dirname(at)) {
    await syncFolder(at);
    if (at === path.dirname(made)) return;
  }
}
