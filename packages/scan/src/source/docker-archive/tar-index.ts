import { readSync } from 'node:fs';
import { AssayError } from '@assay/core/errors.ts';
import { parentOf } from '../../layers/file-tree.ts';
import { type TarEntry, TarError, TarWalker } from '../../layers/tar-walker.ts';

export interface Range {
  readonly offset: number;
  readonly length: number;
}

const PIECE = 256 * 1024;
const MAX_FILES = 100_000;

/** Where each file of an uncompressed archive lies, links among them followed. Data is skipped, not read. */
export interface TarIndex {
  find(path: string): Range | undefined;
  readonly paths: readonly string[];
}

/** Indexes the headers of a tar file. Throws an AssayError `unreadable-archive` when it is none or damaged. */
export function indexTar(fd: number, size: number, what: string): TarIndex {
  const files = new Map<string, Range>();
  const links = new Map<string, string>();
  const state = { position: 0, skipTo: 0 };
  let entered: { entry: TarEntry } | undefined;
  const walker = new TarWalker({
    entry(entry) {
      if (files.size + links.size > MAX_FILES) throw new TarError('limit-reached', `More than ${MAX_FILES} files.`);
      entered = { entry };
      return false;
    },
    data: () => false,
    end() {},
    problem() {},
  });
  const block = Buffer.allocUnsafe(PIECE);
  try {
    while (state.position < size && !walker.ended) {
      // Header by header; the data between is stepped over, so that only a few blocks of a large archive are read.
      const got = readSync(fd, block, 0, 512, state.position);
      if (got < 512) break;
      state.position += 512;
      entered = undefined;
      walker.write(block.subarray(0, 512));
      if (entered === undefined) {
        if (walker.pending > 0) state.position += feed(fd, walker, state.position, block);
        continue;
      }
      record(files, links, (entered as { entry: TarEntry }).entry, state.position);
      const stored = walker.pending;
      walker.skip();
      state.position += stored;
    }
    if (!walker.ended) walker.finish();
  } catch (error) {
    if (error instanceof TarError) throw new AssayError('unreadable-archive', `${what} is no readable tar archive: ${error.message}`);
    throw error;
  }
  return { find: (path) => find(files, links, path), paths: [...files.keys()] };
}

/** The bytes of an extended header, which the walker itself must see. */
function feed(fd: number, walker: TarWalker, position: number, block: Buffer): number {
  let fed = 0;
  while (walker.pending > 0) {
    const got = readSync(fd, block, 0, Math.min(PIECE, walker.pending), position + fed);
    if (got === 0) break;
    walker.write(block.subarray(0, got));
    fed += got;
  }
  return fed;
}

function record(files: Map<string, Range>, links: Map<string, string>, entry: TarEntry, offset: number): void {
  files.delete(entry.path);
  links.delete(entry.path);
  if (entry.kind === 'file' && entry.sparse === undefined) files.set(entry.path, { offset, length: entry.size });
  else if (entry.kind === 'hardlink') links.set(entry.path, entry.link);
  // docker save writes links between equal layers: `../ID/layer.tar`.
  else if (entry.kind === 'symlink') links.set(entry.path, join(parentOf(entry.path), entry.link));
}

function join(folder: string, link: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${link}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

function find(files: ReadonlyMap<string, Range>, links: ReadonlyMap<string, string>, path: string): Range | undefined {
  let at: string | undefined = path;
  for (let hop = 0; hop < 40 && at !== undefined; hop++) {
    const file = files.get(at);
    if (file !== undefined) return file;
    at = links.get(at);
  }
  return undefined;
}
