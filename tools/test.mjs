// `npm test`: installs what is missing and runs every test that needs no special component; says what it left out and why.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstall, ROOT, toolEnvironment } from './ensure-install.mjs';

ensureInstall();
const env = toolEnvironment();
env.ASSAY_TEST_DATA ??= join(ROOT, '../shared/data');

const left = [];
if (!existsSync(env.ASSAY_TEST_DATA))
  left.push(`tests on real feeds and inventories: no data at ${env.ASSAY_TEST_DATA} (set ASSAY_TEST_DATA)`);
left.push('e2e: real processes, registries and browser need Debian packages that .ci/run installs (`npm run e2e` when you have them)');

const run = (command, args) => spawnSync(command, args, { cwd: ROOT, env, stdio: 'inherit' }).status ?? 1;
const status =
  run('biome', ['check', '.']) ||
  run('tsc', ['-p', 'tsconfig.json']) ||
  run('tsc', ['-p', 'packages/console/tsconfig.json']) ||
  run('vitest', ['run', '--project', 'unit', '--project', 'db', ...process.argv.slice(2)]);
for (const reason of left) console.log(`not run: ${reason}`);
process.exit(status);
