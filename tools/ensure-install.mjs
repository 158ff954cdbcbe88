// Plain JavaScript without dependencies: it runs on the machine's own Node.js (20 or newer), before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MARK = join(ROOT, 'node_modules', '.assay-installed');

/** Environment whose PATH finds the pinned Node.js first. */
export function toolEnvironment() {
  return { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}` };
}

/** Runs `npm ci` unless the installed tree was made from this very lock file. */
export function ensureInstall() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    fail(`Assay needs Node.js 20 or newer to install itself; this one is ${process.version}.`);
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === lock) return;
  if (existsSync(join(ROOT, 'node_modules', '.bin', 'node')) && sameTree(lock)) return void writeFileSync(MARK, lock);
  console.error('Installing dependencies (npm ci) …');
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) fail('Installing the dependencies failed; see the lines above, then start again.');
  writeFileSync(MARK, lock);
}

/** Whether npm's own record of the installed tree names the same versions as the lock file. */
function sameTree(lock) {
  const record = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(JSON.parse(lock).packages).every(
    ([path, entry]) =>
      path === '' || entry.link || entry.optional || !path.startsWith('node_modules/') || installed[path]?.version === entry.version,
  );
}

export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
