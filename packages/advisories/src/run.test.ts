import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Context, silentLogger } from '@assay/core/context.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rustsec } from './feeds/rustsec/feed.ts';
import { type FeedRun, type RunOptions, runFeeds } from './run.ts';
import { httpFetch, startServer } from './testing/feed-server.ts';
import { makeZip } from './testing/make-zip.ts';

type Handler = (response: ServerResponse, headers: Readonly<Record<string, unknown>>) => void;

const ctx: Context = { now: () => Date.UTC(2026, 10, 21), log: silentLogger };
let folder: string;
let server: Awaited<ReturnType<typeof startServer>>;
let handler: Handler;
let requests: number;
let pauses: number[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-run-'));
  requests = 0;
  pauses = [];
  server = await startServer((request, response) => {
    requests += 1;
    handler(response, request.headers);
  });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function advisory(number: number, extra: object = {}): string {
  const affected = [
    { package: { ecosystem: 'crates.io', name: `crate-${number}` }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }] },
  ];
  return JSON.stringify({ id: `RUSTSEC-2026-${String(number).padStart(4, '0')}`, modified: '2026-01-02T00:00:00Z', affected, ...extra });
}
function database(count: number): Buffer {
  return makeZip(Object.fromEntries(Array.from({ length: count }, (_, i) => [`advisory-db-osv/crates/${i}.json`, advisory(i)])));
}
const serve =
  (body: Buffer | string, etag?: string): Handler =>
  (response) =>
    response.writeHead(200, etag === undefined ? {} : { etag }).end(body);

function run(options: Partial<RunOptions> = {}): Promise<FeedRun> {
  return runFeeds(
    {
      feeds: [rustsec],
      cacheDir: join(folder, 'cache'),
      fetchConditional: httpFetch,
      urls: { 'rustsec/repository': server.url('/osv.zip') },
      sleep: async (milliseconds) => void pauses.push(milliseconds),
      ...options,
    },
    ctx,
  );
}
async function names(made: FeedRun): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const item of made.advisories()) found.push(item.id);
  return found;
}
async function outcome(made: FeedRun): Promise<readonly unknown[]> {
  return [made.reports[0]?.status, (await names(made)).length];
}

test('downloads, parses, stages; a second run asks with the ETag and parses nothing again', async () => {
  handler = serve(database(30), '"v1"');
  expect(await outcome(await run())).toEqual(['imported', 30]);
  let asked: unknown;
  handler = (response, headers) => {
    asked = headers['if-none-match'];
    response.writeHead(304).end();
  };
  expect(await outcome(await run())).toEqual(['unchanged', 30]);
  expect(asked).toBe('"v1"');
});

test('the same bytes under a new ETag are unchanged', async () => {
  handler = serve(database(30), '"v1"');
  const first = await run();
  handler = serve(database(30), '"v2"');
  const second = await run();
  expect(second.reports[0]?.status).toBe('unchanged');
  expect(second.reports[0]?.state?.fingerprint).toBe(first.reports[0]?.state?.fingerprint);
});

test('a server error passes: tried again with growing pauses', async () => {
  handler = (response) => (requests < 3 ? response.writeHead(500).end() : serve(database(5))(response, {}));
  expect(await outcome(await run())).toEqual(['imported', 5]);
  expect(pauses).toEqual([1000, 2000]);
});

test('a refusal is not tried again', async () => {
  handler = (response) => response.writeHead(404).end();
  const made = await run();
  expect([made.reports[0]?.status, requests]).toEqual(['failed', 1]);
  expect(made.reports[0]?.problem).toMatch(/HTTP 404/);
});

const BAD: readonly (readonly [string, Handler, RegExp])[] = [
  ['500 for ever', (response) => response.writeHead(500).end(), /HTTP 500/],
  ['a connection cut in the middle', (response) => cut(response, database(50)), /could not be downloaded/],
  ['half an archive with a full answer', serve(database(50).subarray(0, 2000)), /zip archive/],
  ['a web page', serve('<html>please sign in</html>'), /zip archive/],
  ['an archive of something else', serve(makeZip({ 'other/readme.json': '{}' })), /no usable record/],
  ['nine tenths and less of before', serve(database(26)), /shrank from 30 to 26/],
];
function cut(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { 'content-length': body.length });
  response.write(body.subarray(0, 1000), () => response.destroy());
}

test.each(BAD)('%s keeps the last good copy', async (_, bad, problem) => {
  handler = serve(database(30), '"v1"');
  await run();
  handler = bad;
  const made = await run();
  expect((await names(made)).length).toBe(30);
  if (made.reports[0]?.status !== 'unchanged')
    expect(made.reports[0]).toMatchObject({ status: 'kept', problem: expect.stringMatching(problem) });
  handler = serve(database(31));
  expect(await outcome(await run())).toEqual(['imported', 31]);
});

test.each(BAD.slice(0, 5))('%s without a copy fails and gives nothing', async (_, bad, problem) => {
  handler = bad;
  const made = await run();
  expect(made.reports[0]).toMatchObject({ status: 'failed', problem: expect.stringMatching(problem) });
  expect(await names(made)).toEqual([]);
});

test('a shrunk feed is taken when a person agrees, for that feed only', async () => {
  handler = serve(database(30));
  await run();
  handler = serve(database(20));
  expect(await outcome(await run({ acceptShrink: ['golang'] }))).toEqual(['kept', 30]);
  expect(await outcome(await run({ acceptShrink: ['rustsec'] }))).toEqual(['imported', 20]);
});

test('a transfer that stands still is given up', async () => {
  handler = (response) => void response.writeHead(200).write('PK');
  const made = await run({ idleMilliseconds: 30 });
  expect(made.reports[0]).toMatchObject({ status: 'failed', problem: expect.stringMatching(/nothing arrived for 30 ms/) });
  expect(requests).toBe(4);
});

test('a server that never answers is given up', async () => {
  handler = () => {};
  expect((await run({ idleMilliseconds: 30 })).reports[0]?.problem).toMatch(/nothing arrived/);
});

test('a download beyond the size of the feed is stopped and not tried again', async () => {
  handler = serve(Buffer.alloc(4096));
  const [input] = rustsec.urls;
  const made = await run({ feeds: [{ ...rustsec, urls: [{ ...input!, maxBytes: 1000 }] }] });
  expect(made.reports[0]?.problem).toMatch(/larger than the 1000 bytes/);
  expect(requests).toBe(1);
});

test('nothing half-written stays behind, and the names on disk are ours', async () => {
  handler = serve(makeZip({ 'advisory-db-osv/crates/evil.json': advisory(1, { id: '../../evil' }) }));
  await run();
  const left = readdirSync(join(folder, 'cache/feeds/rustsec'));
  expect(left.filter((name) => !/^(?:online\.json|[0-9a-f]{64}\.(?:raw|items))$/.test(name))).toEqual([]);
  expect(readdirSync(folder)).toEqual(['cache']);
});

test('a feed that fails does not take the others with it', async () => {
  handler = (response) => (requests === 1 ? response.writeHead(404).end() : serve(database(3))(response, {}));
  const other = { ...rustsec, id: 'other' };
  const urls = { 'rustsec/repository': server.url('/a'), 'other/repository': server.url('/b') };
  const made = await run({ feeds: [rustsec, other], urls });
  expect(made.reports.map((report) => report.status)).toEqual(['failed', 'imported']);
});

test('reads a folder, keeps its count apart from downloads, and says what the folder does not hold', async () => {
  handler = serve(database(30));
  await run();
  mkdirSync(join(folder, 'from/rustsec-osv/crates'), { recursive: true });
  writeFileSync(join(folder, 'from/rustsec-osv/crates/a.json'), advisory(1));
  const local = await run({ from: join(folder, 'from') });
  expect(await outcome(local)).toEqual(['imported', 1]);
  expect((await run({ from: folder })).reports[0]?.status).toBe('absent');
  expect(await outcome(await run())).toEqual(['unchanged', 30]);
});

test('inputs that may not be shipped on are left out when asked', async () => {
  const closed = { ...rustsec, archives: [{ name: 'rustsec-osv', licence: 'NOASSERTION', redistributable: false }] };
  mkdirSync(join(folder, 'from/rustsec-osv/crates'), { recursive: true });
  writeFileSync(join(folder, 'from/rustsec-osv/crates/a.json'), advisory(1));
  const made = await run({ feeds: [closed], from: join(folder, 'from'), onlyRedistributable: true });
  expect(made.reports[0]?.status).toBe('absent');
});
