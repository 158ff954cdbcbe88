import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './service.ts';

const CACHE = path.join(ROOT, 'node_modules/.cache/assay-e2e/go');
/** Debian's Go is older than what modules of today need. */
const TOOLCHAIN = 'golang.org/toolchain@v0.0.1-go1.24.4.linux-amd64';

/** A program built from a Go module once for all files of tests; undefined when it cannot be built. */
export function goProgram(module: string, version: string): string | undefined {
  const name = path.basename(module);
  const made = path.join(CACHE, `${name}-${version}`);
  if (existsSync(made)) return made;
  const own = path.join(CACHE, String(process.pid));
  try {
    mkdirSync(own, { recursive: true });
    const env = { ...process.env, GOBIN: own, GOFLAGS: '-mod=mod' };
    execFileSync(goTool(), ['install', `${module}@${version}`], { env, stdio: 'ignore', timeout: 900_000 });
    renameSync(path.join(own, name), made);
    return made;
  } catch {
    return undefined;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function goTool(): string {
  const version = /go1\.(\d+)/.exec(execFileSync('go', ['version'], { encoding: 'utf8' }))?.[1];
  if (Number(version) >= 24) return 'go';
  const told = execFileSync('go', ['mod', 'download', '-json', TOOLCHAIN], { encoding: 'utf8', cwd: CACHE });
  const folder = (JSON.parse(told) as { Dir: string }).Dir;
  // Modules are unpacked without permission to run.
  execFileSync('chmod', ['-R', 'a+x', path.join(folder, 'bin'), path.join(folder, 'pkg/tool')]);
  return path.join(folder, 'bin/go');
}
