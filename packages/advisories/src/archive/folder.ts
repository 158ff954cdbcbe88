import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveMeter, archiveError, checkFileSize } from './limits.ts';
import type { ArchiveFile, WalkOptions } from './tar.ts';

const MAX_DEPTH = 32;

/** Regular files below a folder, sorted by name, that `wants` selects. Symbolic links are not followed. */
export async function* walkFolder(root: string, options: WalkOptions): AsyncGenerator<ArchiveFile> {
  const meter = new ArchiveMeter(options.limits);
  yield* walkLevel({ root, prefix: '', depth: 0 }, options, meter);
}

async function* walkLevel(
  at: { readonly root: string; readonly prefix: string; readonly depth: number },
  options: WalkOptions,
  meter: ArchiveMeter,
): AsyncGenerator<ArchiveFile> {
  if (at.depth > MAX_DEPTH) throw archiveError(`${at.prefix} is nested more than ${MAX_DEPTH} folders deep.`);
  const entries = await readdir(join(at.root, at.prefix), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    meter.entry();
    const path = at.prefix === '' ? entry.name : `${at.prefix}/${entry.name}`;
    if (entry.isDirectory()) yield* walkLevel({ root: at.root, prefix: path, depth: at.depth + 1 }, options, meter);
    else if (entry.isFile() && options.wants(path)) {
      const file = join(at.root, path);
      const { size } = await stat(file);
      checkFileSize(path, size, options.limits);
      meter.unpacked(size);
      yield { path, bytes: await readFile(file) };
    }
  }
}
