import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './service.ts';

const CACHE = path.join(ROOT, 'node_modules/.cache/assay-e2e/go');

/** A program built from a Go module once for all files of tests; undefined when it cannot be built. */
export function goProgram(module: string, version: string): string | undefined {
  const name = path.basename(module);
  const made = path.join(CACHE, `${name}-${version}`);
  if (existsSync(made)) return made;
  const own = path.join(CACHE, String(process.pid));
  try {
    mkdirSync(own, { recursive: true });
    execFileSync('go', ['install', `${module}@${version}`], {
      env: { ...process.env, GOBIN: own, GOFLAGS: '-mod=mod' },
      stdio: 'ignore',
      timeout: 900_000,
    });
    renameSync(path.join(own, name), made);
    return made;
  } catch {
    return undefined;
  }
}
