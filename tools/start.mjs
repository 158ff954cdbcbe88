// `npm start`: installs what is missing, builds what changed, then becomes the service.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstall, fail, ROOT, toolEnvironment } from './ensure-install.mjs';

ensureInstall();
const env = toolEnvironment();
buildConsole();

const server = spawn('node', [join(ROOT, 'packages/cli/bin/assay.js'), 'serve', ...process.argv.slice(2)], {
  cwd: process.env.INIT_CWD ?? ROOT,
  env,
  // The channel tells the service when this script is killed.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
// The terminal sends Ctrl-C to the whole group; the service stops cleanly and this script only waits for it.
let asked = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    asked = true;
    if (signal !== 'SIGINT') server.kill(signal);
  });
}
server.on('exit', (code) => process.exit(code ?? (asked ? 0 : 1)));

// A killed npm cannot pass anything on: notice that we were given to another parent.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && server.kill('SIGTERM'), 1000).unref();

function buildConsole() {
  const built = join(ROOT, 'packages/console/dist/index.html');
  const newest = newestChange(join(ROOT, 'packages/console/src'));
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return;
  console.error('Building the console …');
  const done = spawnSync('npm', ['run', 'build', '-w', 'packages/console', '--loglevel=error', '--', '--logLevel', 'error'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'ignore', 2],
  });
  if (done.status !== 0) fail('Building the console failed; see the lines above.');
}

function newestChange(folder) {
  return readdirSync(folder, { recursive: true }).reduce((newest, name) => Math.max(newest, statSync(join(folder, name)).mtimeMs), 0);
}
