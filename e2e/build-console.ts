import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './service.ts';

/** The service refuses to start without its console; a fresh checkout has none yet. Once, before files run side by side. */
export function setup(): void {
  const source = path.join(ROOT, 'packages/console/src');
  const page = statSync(path.join(ROOT, 'packages/console/dist/index.html'), { throwIfNoEntry: false });
  const newest = Math.max(
    ...readdirSync(source, { recursive: true, encoding: 'utf8' }).map((name) => statSync(path.join(source, name)).mtimeMs),
  );
  if (page !== undefined && page.mtimeMs >= newest) return;
  execFileSync('npm', ['run', 'build', '-w', '@assay/console', '--loglevel=error'], { cwd: ROOT, stdio: 'pipe' });
}
