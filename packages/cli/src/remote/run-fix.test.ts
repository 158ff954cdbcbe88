import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { silentLogger } from '@assay/core/context.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Arguments, Cli } from '../command.ts';
import { readEnvironment } from '../environment.ts';
import { fixFirst, listUpgrades } from './run-fix.ts';
import { whereItRan } from './run-running.ts';

const asked: { path: string; input: unknown }[] = [];
const counts = { all: 9, critical: 1, high: 0 };
const place = { places: ['r/shop/web'], placeCount: 3, inUseCount: 12 };
const ran: object[] = [
  {
    ...{ clusterName: 'prod', namespace: 'shop', workloadKind: 'Job', workloadName: 'j', image: 'i:1' },
    ...{ runningMost: 1, stoppedCount: 2, lastAt: 1_767_225_600 },
  },
];
const ANSWERS: Readonly<Record<string, object>> = {
  '/assay/fix-first/list': {
    actions: [
      {
        ...place,
        package: { name: 'openssl', fixedInVersion: '3.1' },
        running: true,
        exposure: 'PRIVATE_NETWORK',
        exploitation: 'KNOWN',
        severity: 'HIGH',
        findingCounts: counts,
      },
      {
        ...place,
        package: { name: 'zlib' },
        running: false,
        exposure: 'INTERNET',
        exploitation: 'NONE',
        severity: 'LOW',
        findingCounts: counts,
      },
    ],
  },
  '/assay/fix-first/upgrades': {
    upgrades: [{ ...place, baseImage: { layerCount: 4, estimated: true }, removedFindingCount: 7, riskShare: 0.421 }],
  },
  '/assay/history/running': { workloads: ran },
};
let server: Server;
let address = '';
let out = '';

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += String(piece);
    asked.push({ path: request.url ?? '', input: JSON.parse(text) });
    response.end(JSON.stringify(ANSWERS[request.url ?? '']));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

async function run(
  command: (given: Arguments, cli: Cli) => Promise<number>,
  values: Record<string, string>,
  positionals: string[] = [],
): Promise<string> {
  out = '';
  const write = (text: string): void => {
    out += text;
  };
  const terminal = { width: undefined, colors: false, write };
  const cli: Cli = {
    environment: readEnvironment({ AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT0', AWS_SECRET_ACCESS_KEY: 'secret' }),
    terminal: { out: terminal, err: terminal },
    input: Readable.from([]),
    ctx: { now: () => Date.parse('2026-06-01T12:00:00Z'), log: silentLogger },
    cwd: '/',
    starter: undefined,
  };
  const given: Arguments = {
    positionals,
    flag: () => false,
    value: (name) => ({ server: address, limit: '5', ...values })[name],
    values: () => [],
  };
  expect(await command(given, cli)).toBe(0);
  return out;
}

test('the queue is a table of what to upgrade, and why', async () => {
  const lines = (await run(fixFirst, { by: 'package' })).split('\n').map((line) => line.split(/ {2,}/));
  expect(lines.slice(0, 3)).toEqual([
    ['FIX', 'RUNNING', 'REACHED', 'ATTACKS', 'SEVERITY', 'FINDINGS', 'WHERE'],
    ['openssl → 3.1', '12', 'private network', 'known', 'HIGH', '9', 'r/shop/web and 2 more'],
    ['zlib (no fix)', '12', 'internet', 'none', 'LOW', '9', 'r/shop/web and 2 more'],
  ]);
  expect(asked.at(-1)?.input).toEqual({ groupBy: 'PACKAGE', maxResults: 5 });
  expect(JSON.parse(await run(fixFirst, { by: 'package', format: 'json' }))).toMatchObject([{ package: { name: 'openssl' } }, {}]);
  await expect(run(fixFirst, { by: 'package', limit: '101' })).rejects.toMatchObject({ code: 'usage' });
});

test('upgrades tell their part of the risk', async () => {
  const [, line] = (await run(listUpgrades, {})).split('\n');
  expect(line?.split(/ {2,}/)).toEqual(['base of 4 shared layers (estimated)', '7', '42.1 %', '12', 'r/shop/web and 2 more']);
});

test('where it ran is asked for a day', async () => {
  const [, line] = (await run(whereItRan, { on: '2026-01-01' }, ['CVE-1'])).split('\n');
  expect(line?.split(/ {2,}/)).toEqual(['prod', 'shop', 'Job', 'j', '1', '2', '2026-01-01T00:00:00Z', 'i:1']);
  const day = Date.UTC(2026, 0, 1) / 1000;
  expect(asked.at(-1)?.input).toEqual({ vulnerabilityId: 'CVE-1', startTime: day, endTime: day + 86_400 });
  ran.length = 0;
  expect(await run(whereItRan, {}, ['CVE-1'])).toBe('Nothing that was seen running on 2026-06-01 (UTC) had an open finding of CVE-1.\n');
  await expect(run(whereItRan, { on: 'yesterday' }, ['CVE-1'])).rejects.toMatchObject({ code: 'usage' });
});
