import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '@assay/core/context.ts';
import { openPacked, type PackedFile } from '../archive/open.ts';
import type { ArchiveInput, Feed } from '../feed.ts';
import { sha256OfFile } from './files.ts';
import type { TakenInput } from './state.ts';

/** `NAME.tar.gz`, `NAME.zip` or the folder `NAME` below `folder`; undefined when none is there. */
export async function locateArchive(folder: string, name: string): Promise<PackedFile | undefined> {
  for (const [ending, packing] of [
    ['.tar.gz', 'tar.gz'],
    ['.tgz', 'tar.gz'],
    ['.zip', 'zip'],
    ['', 'folder'],
  ] as const) {
    const file = join(folder, `${name}${ending}`);
    const found = await stat(file).catch(() => undefined);
    if (found === undefined || found.isDirectory() !== (packing === 'folder')) continue;
    return packing === 'folder' ? { file, packing } : { file, packing, strip: 1 };
  }
  return undefined;
}

export async function takeLocal(input: ArchiveInput, packed: PackedFile, feed: Pick<Feed, 'wants'>, ctx: Context): Promise<TakenInput> {
  const { size, mtime } = await stat(packed.file);
  return {
    name: input.name,
    from: packed.file,
    sha256: packed.packing === 'folder' ? await sha256OfFolder(packed, feed) : await sha256OfFile(packed.file),
    bytes: packed.packing === 'folder' ? 0 : size,
    lastModified: mtime.toISOString(),
    takenAt: new Date(ctx.now()).toISOString(),
    licence: input.licence,
    redistributable: input.redistributable,
  };
}

async function sha256OfFolder(packed: PackedFile, feed: Pick<Feed, 'wants'>): Promise<string> {
  const hash = createHash('sha256');
  for await (const file of openPacked(packed, feed.wants)) hash.update(`${file.path}\0${file.bytes.length}\0`).update(file.bytes);
  return hash.digest('hex');
}
