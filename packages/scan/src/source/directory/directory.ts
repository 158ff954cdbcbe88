import { closeSync, lstatSync, readSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Context } from '@assay/core/context.ts';
import type { Inventory, Subject } from '@assay/core/inventory.ts';
import type { Cataloger } from '../../cataloger.ts';
import { catalogers as allCatalogers } from '../../catalogers.ts';
import { DISTRO_FILES } from '../../distro/detect.ts';
import { buildInventory } from '../../inventory.ts';
import { ENTRY, EntryListWriter } from '../../layers/entry-list.ts';
import { compileMatcher, type Matcher } from '../../matcher.ts';
import { collect, type LayerReading } from '../../read-image.ts';
import { DISTRO_READER, distroReader } from '../../sandbox/distro-files.ts';
import { FRAME } from '../../sandbox/frames.ts';
import { Sandbox } from '../../sandbox/pool.ts';
import { type Pick, READER_LIMITS } from '../../sandbox/protocol.ts';
import type { Reader } from '../../sandbox/reader.ts';
import type { ScanOptions } from '../../scan.ts';
import { buildView } from '../../squash-view.ts';
import { RangedFeed } from './ranged.ts';
import { openRegular, Unseen, WALK_LIMITS, type WalkItem, walk } from './walk.ts';

interface Folder {
  readonly root: string;
  readonly readers: readonly Cataloger[];
  readonly matcher: Matcher;
  readonly sandbox: Sandbox;
  readonly unseen: Unseen;
  readonly options: ScanOptions;
  readonly ctx: Context;
}

type WalkedFile = Extract<WalkItem, { kind: 'file' }>;

/** Inventory of a folder: a checkout, an unpacked root file system or, with `options.host`, the machine's own root. */
export async function scanDirectory(path: string, options: ScanOptions, ctx: Context): Promise<Inventory> {
  const started = ctx.now();
  const root = resolve(path);
  const catalogers = options.catalogers ?? allCatalogers;
  const readers = [...catalogers, distroReader(DISTRO_FILES) as Cataloger];
  const sandbox = new Sandbox({ processes: 1, ...(options.sandboxEntry !== undefined && { entry: options.sandboxEntry }) });
  const stop = (): void => sandbox.close();
  ctx.signal?.addEventListener('abort', stop, { once: true });
  const folder: Folder = { root, readers, matcher: compileMatcher(readers), sandbox, unseen: new Unseen(), options, ctx };
  try {
    const reading = await readFolder(folder, (outlet) => feedWalk(folder, outlet));
    const view = await buildView({
      layers: [reading],
      digests: [undefined],
      catalogers,
      pick: (_layer, picks) => readFolder(folder, (outlet) => feedPicks(folder, outlet, picks)),
      existing: (real) => isRegular(root, real),
    });
    return buildInventory({
      subject: subjectOf(root, options),
      view,
      catalogers,
      ownSystemOnly: options.host === true,
      gaps: [...reading.gaps, ...folder.unseen.gaps()],
      stats: {
        bytesRead: reading.bytes,
        files: reading.files,
        milliseconds: Math.round(ctx.now() - started),
        ...(sandbox.isolation !== null && { isolation: sandbox.isolation }),
      },
    });
  } finally {
    ctx.signal?.removeEventListener('abort', stop);
    sandbox.close();
  }
}

function subjectOf(root: string, options: ScanOptions): Subject {
  if (options.hostSubject !== undefined) return { kind: 'host', ...options.hostSubject };
  return { kind: 'directory', name: root === '/' ? hostname() : basename(root), path: root };
}

/** Where the files of one run go: the reader's process, the list of what was met, executables part by part. */
interface Outlet {
  readonly reader: Reader;
  readonly list: EntryListWriter;
  readonly ranged: RangedFeed;
}

async function readFolder(folder: Folder, feed: (outlet: Outlet) => Promise<void>): Promise<LayerReading> {
  let collection = collect(undefined);
  let ranged = rangedFeed(folder);
  const result = await folder.sandbox.run({
    sink: () => {
      collection = collect(undefined);
      ranged = rangedFeed(folder);
      const { sink } = collection;
      const feeding = ranged;
      return { ...sink, need: (need) => feeding.need(need) };
    },
    feed: async (reader) => {
      const list = new EntryListWriter((piece) => collection.sink.entries(piece));
      await reader.command({ op: 'files', limits: { ...READER_LIMITS, ...folder.options.limits } });
      await feed({ reader, list, ranged });
      await ranged.drain(reader);
      list.flush();
      await reader.command({ op: 'flush' });
    },
  });
  return collection.finish(result);
}

function rangedFeed({ root, unseen }: Folder): RangedFeed {
  return new RangedFeed(root, {
    tooLarge: ({ path, maxBytes }) => unseen.add('file-too-large', `what would have to be read of it is more than ${maxBytes} bytes`, path),
    unreadable: ({ path }) => unseen.add('unreadable-path', 'reading is forbidden', path),
  });
}

async function feedWalk(folder: Folder, outlet: Outlet): Promise<void> {
  const { root, matcher, options, ctx } = folder;
  const request = {
    root,
    host: options.host ?? false,
    matcher,
    limits: { ...WALK_LIMITS, ...options.walkLimits },
    now: ctx.now,
  };
  for (const item of walk(request, folder.unseen)) {
    if (item === undefined) {
      ctx.signal?.throwIfAborted();
      await new Promise<void>((resolve) => setImmediate(resolve));
    } else if (item.kind === 'symlink') outlet.list.add(ENTRY.symlink, item.path, item.link);
    else {
      outlet.list.add(ENTRY.wanted, item.path);
      await feedFile(folder, outlet, { file: item, as: item.path });
    }
  }
}

/** Files that links lead to, under the names of the links. */
async function feedPicks(folder: Folder, outlet: Outlet, picks: readonly Pick[]): Promise<void> {
  for (const { path, as } of picks) {
    const stat = lstatOf(folder.root, path);
    if (stat?.isFile()) await feedFile(folder, outlet, { file: { kind: 'file', path, mode: stat.mode & 0o7777, size: stat.size }, as });
  }
}

async function feedFile(folder: Folder, { reader, ranged }: Outlet, { file: item, as }: { file: WalkedFile; as: string }): Promise<void> {
  const { matcher, readers } = folder;
  const wanting = matcher.match(as).map((index) => readers[index] as Cataloger);
  if (wanting.length === 0) {
    const maxBytes = Math.max(0, ...matcher.magic.map((index) => readers[index]!.wants.maxBytes));
    return await ranged.send(reader, { path: item.path, as, mode: item.mode, size: item.size, maxBytes });
  }
  const fitting = wanting.filter(({ wants }) => item.size <= wants.maxBytes);
  for (const { id, wants } of wanting) {
    if (item.size > wants.maxBytes && id !== DISTRO_READER) {
      folder.unseen.add('file-too-large', `more than the ${wants.maxBytes} bytes that ${id} reads`, item.path);
    }
  }
  if (fitting.length === 0) return;
  const basenameOf = as.slice(as.lastIndexOf('/') + 1);
  const names = [...new Set(fitting.flatMap(({ wants }) => wants.companions?.(basenameOf) ?? []))];
  const companions: [string, number][] = [];
  const parent = item.path.slice(0, item.path.lastIndexOf('/') + 1);
  for (const name of names) {
    const stat = name.includes('/') ? undefined : lstatOf(folder.root, parent + name);
    if (stat?.isFile() && stat.size <= 128 << 20) companions.push([name, stat.size]);
  }
  await reader.command({ op: 'file', path: as, mode: item.mode, size: item.size, ...(companions.length > 0 && { companions }) });
  await feedBytes(folder, reader, item.path, item.size);
  for (const [name, size] of companions) await feedBytes(folder, reader, parent + name, size);
  await reader.frame(FRAME.end, Buffer.alloc(0));
}

/** Exactly `size` bytes, padded with zeros where the file has shrunk meanwhile, so that what follows keeps its place. */
async function feedBytes(folder: Folder, reader: Reader, path: string, size: number): Promise<void> {
  const fd = openRegular(join(folder.root, path));
  if (fd === undefined) folder.unseen.add('unreadable-path', 'reading is forbidden', path);
  try {
    for (let at = 0; at < size; ) {
      const piece = Buffer.alloc(Math.min(1 << 20, size - at));
      const got = fd === undefined ? 0 : readSync(fd, piece, 0, piece.length, at);
      await reader.frame(FRAME.data, got === 0 ? piece : piece.subarray(0, got));
      at += got === 0 ? piece.length : got;
    }
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function lstatOf(root: string, path: string) {
  try {
    return lstatSync(join(root, path));
  } catch {
    return undefined;
  }
}

function isRegular(root: string, path: string): boolean {
  // Every folder above must be one as well: a link there was resolved inside the tree, never by the kernel.
  const parts = path.split('/');
  for (let i = 1; i < parts.length; i++) if (lstatOf(root, parts.slice(0, i).join('/'))?.isDirectory() !== true) return false;
  return lstatOf(root, path)?.isFile() === true;
}
