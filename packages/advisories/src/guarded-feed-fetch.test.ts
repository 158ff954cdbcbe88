import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@assay/core/context.ts';
import { createFetcher } from '@assay/net/guarded-fetch.ts';
import { expect, test } from 'vitest';
import { cisaKev } from './enrichments/cisa-kev/feed.ts';
import { guardedFeedFetch } from './guarded-feed-fetch.ts';
import { runFeeds } from './run.ts';
import { startServer } from './testing/feed-server.ts';

const CATALOGUE = JSON.stringify({ vulnerabilities: [{ cveID: 'CVE-2021-44228', dateAdded: '2021-12-10', dueDate: '2021-12-24' }] });

test('through the guarded client: a server error, a cut transfer, then the file; then 304; then a refusal keeps it', async () => {
  const seen: string[] = [];
  const answers = ['500', 'cut', 'ok', '304', '403'];
  const server = await startServer((request, response) => {
    const answer = answers.shift() ?? 'none';
    seen.push(`${answer} ${request.headers['if-none-match'] ?? '-'}`);
    if (answer === 'ok') response.writeHead(200, { etag: '"1"' }).end(CATALOGUE);
    else if (answer === 'cut') {
      response.writeHead(200, { etag: '"1"', 'content-length': CATALOGUE.length });
      response.write(CATALOGUE.slice(0, 20), () => response.destroy());
    } else response.writeHead(Number(answer)).end();
  });
  const cacheDir = mkdtempSync(join(tmpdir(), 'assay-guarded-'));
  const now = () => Date.UTC(2026, 10, 21);
  const sleep = async () => {};
  const fetcher = createFetcher({ now, sleep, random: () => 0 });
  const options = {
    feeds: [cisaKev],
    cacheDir,
    fetchConditional: guardedFeedFetch(fetcher),
    sleep,
    urls: { 'cisa-kev/catalogue': server.url('/kev.json') },
  };
  try {
    const statuses: unknown[] = [];
    for (let round = 0; round < 3; round++) {
      const run = await runFeeds(options, { now, log: silentLogger });
      statuses.push([run.reports[0]?.status, run.reports[0]?.state?.counts.kept]);
    }
    expect(statuses).toEqual([
      ['imported', 1],
      ['unchanged', 1],
      ['kept', 1],
    ]);
    expect(seen).toEqual(['500 -', 'cut -', 'ok -', '304 "1"', '403 "1"']);
  } finally {
    await server.close();
    rmSync(cacheDir, { recursive: true, force: true });
  }
});
