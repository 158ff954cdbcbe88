import { readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError } from '@assay/core/errors.ts';

/** Process id and start time (clock ticks since boot): together they name one process, an id alone may be reused. */
interface ProcessStamp {
  readonly pid: number;
  readonly started: string;
}

export function stampOf(pid: number): ProcessStamp | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command in parentheses may hold anything; fields are counted after the last one. Field 22 is the start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : { pid, started: fields[19] ?? '' };
  } catch {
    return alive(pid) && process.platform !== 'linux' ? { pid, started: '' } : undefined;
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Makes this process the one supervisor of a data directory; returns the release. A dead owner's lock is taken over. */
export function lockDataDirectory(file: string): () => void {
  const own = stampOf(process.pid);
  const text = `${process.pid} ${own?.started ?? ''}\n`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
      return () => {
        if (readText(file) === text) rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid, started] = readText(file).trim().split(' ');
    const owner = stampOf(Number(pid));
    if (owner !== undefined && (owner.started === (started ?? '') || started === undefined)) {
      throw new AssayError(
        'data-directory-in-use',
        `Another Assay (process ${pid}) uses ${path.dirname(file)}; stop it, or give this one another ASSAY_DATA_DIR.`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new AssayError('data-directory-in-use', `${file} keeps coming back; stop the other Assay on this data directory.`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * A PostgreSQL of ours that outlived its supervisor, or undefined. It counts as ours only when it works *inside* this very
 * directory and is a `postgres` program: `postmaster.pid` alone may name a stranger who got the number since. Such a file is
 * removed, for PostgreSQL itself would refuse to start beside a live process of that number.
 */
export function findOrphan(cluster: string): ProcessStamp | undefined {
  const file = path.join(cluster, 'postmaster.pid');
  const pid = Number.parseInt(readText(file), 10);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  const stamp = stampOf(pid);
  if (stamp === undefined) return undefined;
  try {
    const program = path.basename(readlinkSync(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, '');
    const cwd = statSync(`/proc/${pid}/cwd`);
    const own = statSync(cluster);
    if (program === 'postgres' && cwd.dev === own.dev && cwd.ino === own.ino) return stamp;
    rmSync(file, { force: true });
  } catch {
    // We may not look at that process, so it is not ours; PostgreSQL decides about its file.
  }
  return undefined;
}

/** Stops it: fast (SIGINT: sessions are cut, everything committed is safe), after `patience` milliseconds at once (SIGQUIT). */
export async function stopOrphan(orphan: ProcessStamp, patience: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!same(orphan)) return;
    try {
      process.kill(orphan.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw new AssayError(
        'postgres-orphan',
        `A PostgreSQL of an earlier run (process ${orphan.pid}) belongs to another user; stop it first.`,
      );
    }
    for (let waited = 0; waited < patience; waited += 50) {
      if (!same(orphan)) return;
      await sleep(50);
    }
  }
  throw new AssayError(
    'postgres-orphan',
    `A PostgreSQL of an earlier run (process ${orphan.pid}) does not stop; end it, then start again.`,
  );
}

function same(stamp: ProcessStamp): boolean {
  return stampOf(stamp.pid)?.started === stamp.started;
}
