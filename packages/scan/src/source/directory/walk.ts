import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs';
import type { Gap, GapCode } from '@assay/core/gap.ts';
import { isExecutableFile, type Matcher } from '../../matcher.ts';

export interface WalkLimits {
  readonly maxEntries: number;
  readonly maxDepth: number;
  readonly maxMilliseconds: number;
}
export const WALK_LIMITS: WalkLimits = { maxEntries: 5_000_000, maxDepth: 100, maxMilliseconds: 600_000 };

export interface WalkRequest {
  readonly root: string;
  /** The root of a running machine. */
  readonly host: boolean;
  readonly matcher: Matcher;
  readonly limits: WalkLimits;
  readonly now: () => number;
}

/** What the walk met; paths are relative to the root. */
export type WalkItem =
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly size: number }
  | { readonly kind: 'symlink'; readonly path: string; readonly link: string };

/** Kernel and run-time trees of a host; what is there is no installed software. */
const HOST_SKIPPED: ReadonlySet<string> = new Set([
  'proc',
  'sys',
  'dev',
  'run',
  'tmp',
  'var/tmp',
  'var/lib/docker',
  'var/lib/containerd',
  'var/lib/containers',
]);
const MAX_EXAMPLES = 3;

/** Collects paths that could not be looked at: a count and a few examples, not thousands of gaps. */
export class Unseen {
  readonly #groups = new Map<string, { code: GapCode; what: string; count: number; examples: string[] }>();

  add(code: GapCode, what: string, path: string): void {
    let group = this.#groups.get(what);
    if (group === undefined) {
      group = { code, what, count: 0, examples: [] };
      this.#groups.set(what, group);
    }
    group.count++;
    if (group.examples.length < MAX_EXAMPLES) group.examples.push(path);
  }

  gaps(): readonly Gap[] {
    return [...this.#groups.values()].map(({ code, what, count, examples }) => ({
      code,
      message: `${count} ${count === 1 ? 'path was' : 'paths were'} not looked at (${what}), such as ${examples.map((path) => `/${path}`).join(', ')}.`,
      // A path says that nothing else is meant.
      ...(count === 1 ? { path: examples[0] as string } : {}),
    }));
  }
}

/**
 * Walks a folder on one file system without following links. Yields selected files and every link; between files it yields undefined now
 * and then, so that the caller can let other work run.
 */
export function* walk(request: WalkRequest, unseen: Unseen): Generator<WalkItem | undefined> {
  const { root, limits } = request;
  const start = request.now();
  const device = lstatSync(root).dev;
  const stack: { path: string; depth: number }[] = [{ path: '', depth: 0 }];
  let entries = 0;
  while (stack.length > 0) {
    const { path, depth } = stack.pop() as { path: string; depth: number };
    const folders: string[] = [];
    for (const entry of list(inside(root, path), path, unseen)) {
      if (++entries % 512 === 0) yield undefined;
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isSymbolicLink()) {
        const link = attempt(() => readlinkSync(inside(root, child)), child, unseen);
        if (link !== undefined) yield { kind: 'symlink', path: child, link };
      } else if (entry.isDirectory()) folders.push(child);
      else if (entry.isFile()) {
        const item = selected(request, child, unseen);
        if (item !== undefined) yield item;
      }
    }
    if (entries > limits.maxEntries || request.now() - start > limits.maxMilliseconds) {
      unseen.add('limit-reached', 'the folder is too large, this is where it was left', path);
      return;
    }
    for (const child of folders.sort().reverse()) {
      if (skipped(request, child)) continue;
      if (depth + 1 > limits.maxDepth) unseen.add('limit-reached', 'nested too deeply', child);
      else if (attempt(() => lstatSync(inside(root, child)).dev, child, unseen) === device) stack.push({ path: child, depth: depth + 1 });
      else unseen.add('skipped-path', 'on another file system', child);
    }
  }
}

/** Path of an entry; both parts are normal already, and `join` would be a tenth of the walk. */
function inside(root: string, path: string): string {
  return root.endsWith('/') ? root + path : `${root}/${path}`;
}

function skipped({ host }: WalkRequest, path: string): boolean {
  if (!host) return path.endsWith('/.git') || path === '.git';
  return HOST_SKIPPED.has(path) || /^home\/[^/]+$/.test(path) || path.endsWith('/.git');
}

function list(folder: string, path: string, unseen: Unseen) {
  return attempt(() => readdirSync(folder, { withFileTypes: true }), path, unseen) ?? [];
}

function selected(request: WalkRequest, path: string, unseen: Unseen): WalkItem | undefined {
  const byName = request.matcher.match(path).length > 0;
  if (!byName && request.matcher.magic.length === 0) return undefined;
  const stat = attempt(() => lstatSync(inside(request.root, path)), path, unseen);
  if (stat === undefined || !stat.isFile()) return undefined;
  if (!byName && !looksExecutable(request, path, stat)) return undefined;
  return { kind: 'file', path, mode: stat.mode & 0o7777, size: stat.size };
}

/** A read of a few bytes, only where the mode (or a Windows ending) says that somebody means to run it. */
function looksExecutable(request: WalkRequest, path: string, stat: Stats): boolean {
  if (stat.size < 64 || ((stat.mode & 0o111) === 0 && !path.endsWith('.exe'))) return false;
  const head = Buffer.alloc(18);
  const fd = openRegular(inside(request.root, path));
  if (fd === undefined) return false;
  try {
    return readSync(fd, head, 0, 18, 0) === 18 && isExecutableFile(head, stat.mode, path);
  } catch {
    return false;
  } finally {
    closeSync(fd);
  }
}

/** Opens a file unless it has become a link, a pipe or a device since it was listed. */
export function openRegular(path: string): number | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
  } catch {
    // Gone or forbidden.
  }
  return undefined;
}

function attempt<T>(work: () => T, path: string, unseen: Unseen): T | undefined {
  try {
    return work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT')
      unseen.add('unreadable-path', code === 'EACCES' || code === 'EPERM' ? 'reading is forbidden' : 'reading failed', path);
    return undefined;
  }
}
