import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@assay/core/context.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cisaKev } from './enrichments/cisa-kev/feed.ts';
import { runFeeds } from './run.ts';
import { httpFetch, startServer } from './testing/feed-server.ts';

const DAY = 24 * 3600 * 1000;
let cacheDir: string;
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'assay-crash-'));
});
afterEach(() => rmSync(cacheDir, { recursive: true, force: true }));

/** The feed run of another process, to be killed. */
const PROGRAM = `
const [here, cacheDir, url] = process.argv.slice(1);
const { runFeeds } = await import(here + '/run.ts');
const { httpFetch } = await import(here + '/testing/feed-server.ts');
const { cisaKev } = await import(here + '/enrichments/cisa-kev/feed.ts');
const { silentLogger } = await import('@assay/core/context.ts');
await runFeeds({ feeds: [cisaKev], cacheDir, fetchConditional: httpFetch, urls: { 'cisa-kev/catalogue': url } }, { now: () => Date.now(), log: silentLogger });
`;

test('kill -9 in the middle of a transfer leaves the last good copy; the rest is swept a day later', async () => {
  const entry = (number: number) => ({ cveID: `CVE-2021-${1000 + number}`, dateAdded: '2021-12-10', dueDate: '2021-12-24' });
  const catalogue = (count: number) => JSON.stringify({ vulnerabilities: Array.from({ length: count }, (_, i) => entry(i)) });
  let hang = false;
  let reached = () => {};
  const server = await startServer((_, response) => {
    if (!hang) return response.writeHead(200).end(catalogue(30));
    response.writeHead(200).write(catalogue(31).slice(0, 900), () => reached());
    return undefined;
  });
  const run = (now: number) =>
    runFeeds(
      { feeds: [cisaKev], cacheDir, fetchConditional: httpFetch, urls: { 'cisa-kev/catalogue': server.url('/') } },
      { now: () => now, log: silentLogger },
    );
  try {
    const now = Date.now();
    expect((await run(now)).reports[0]).toMatchObject({ status: 'imported', state: { counts: { kept: 30 } } });
    hang = true;
    const transferring = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, import.meta.dirname, cacheDir, server.url('/')], {
      cwd: import.meta.dirname,
    });
    await transferring;
    await until(() => leftovers().length > 0);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    expect(leftovers()).toHaveLength(1);
    hang = false;
    const after = await run(now);
    expect(after.reports[0]).toMatchObject({ status: 'unchanged', state: { counts: { kept: 30 } } });
    expect(leftovers()).toHaveLength(1);
    await run(now + 2 * DAY);
    expect(leftovers()).toEqual([]);
  } finally {
    await server.close();
  }
});

function leftovers(): readonly string[] {
  return readdirSync(join(cacheDir, 'feeds/cisa-kev')).filter((name) => name.startsWith('tmp-'));
}
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
