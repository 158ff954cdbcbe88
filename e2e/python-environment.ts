import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './service.ts';

const CACHE = path.join(ROOT, 'node_modules/.cache/assay-e2e');

/**
 * Folder of programs of a virtual environment with `packages`, installed once for all files of tests, since that takes a minute; undefined
 * when they cannot be installed.
 */
export function pythonEnvironment(packages: readonly string[]): string | undefined {
  const name = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 16);
  const made = path.join(CACHE, name);
  if (existsSync(path.join(made, 'bin/python3'))) return path.join(made, 'bin');
  // An environment cannot be moved, so a link says that it is whole.
  const own = `${made}-${process.pid}`;
  try {
    mkdirSync(CACHE, { recursive: true });
    execFileSync('/usr/bin/python3', ['-m', 'venv', own], { stdio: 'ignore' });
    execFileSync(path.join(own, 'bin/pip'), ['install', '--quiet', ...packages], { stdio: 'ignore', timeout: 300_000 });
    symlinkSync(own, `${own}.link`);
    renameSync(`${own}.link`, made);
    return path.join(own, 'bin');
  } catch {
    rmSync(own, { recursive: true, force: true });
    return undefined;
  }
}
