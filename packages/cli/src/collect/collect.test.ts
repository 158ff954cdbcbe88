import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { CLUSTERS } from '@assay/connectors/clusters.ts';
import { silentLogger } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { RunningReport } from '@assay/core/running-report.ts';
import { fetcherOf } from '@assay/engine/network.ts';
import { afterEach, expect, test } from 'vitest';
import { cluster } from '../commands/cluster.ts';
import { collect } from '../commands/collect.ts';
import { type CollectorState, openHealth } from './health.ts';
import { sendReports } from './send-report.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

test('the commands offer every kind of cluster there is', () => {
  const kinds = CLUSTERS.map(({ id }) => id);
  expect(kinds.length).toBeGreaterThan(0);
  expect(collect.options?.['kind']?.choices).toEqual(expect.arrayContaining(kinds));
  const add = cluster.subcommands?.find(({ name }) => name === 'add');
  expect(add?.options?.['kind']?.choices).toEqual(expect.arrayContaining(['push', ...kinds]));
});

/** A service that gives this answer to everything. */
async function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const heard: { url: string | undefined; headers: http.IncomingHttpHeaders; body: string }[] = [];
  const server = http.createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    heard.push({ url: request.url, headers: request.headers, body: text });
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const network = { proxy: { http: undefined, https: undefined, none: undefined }, certificateFile: undefined };
  const fetcher = fetcherOf(network, { now: () => 0, log: silentLogger });
  return { heard, send: sendReports(fetcher, { server: `http://127.0.0.1:${port}/`, token: 'the-token', insecure: false }) };
}

const REPORT: RunningReport = {
  cluster: { provider: 'kubernetes', uid: 'u', name: 'shop' },
  epoch: 5,
  sequence: 6,
  observedAt: 1_500,
  part: 'snapshot-page',
  images: [
    {
      ...{
        namespace: 'web',
        workload: { kind: 'Deployment', name: 'api' },
        definition: '',
        image: 'a:1',
        imageId: 'sha256:aa',
        platform: '',
      },
      ...{ running: 2, lastSeen: 1_250, stopped: [{ hour: 3_600_000, count: 1 }], reach: 'NONE' },
    },
  ],
};
const signal = new AbortController().signal;

test('a report goes with its token, and its times in seconds', async () => {
  const { heard, send } = await answering(200, '{"answer":"TAKEN"}');
  expect(await send(REPORT, signal)).toBe('taken');
  expect(await send({ ...REPORT, part: 'snapshot-begin', scope: { all: true }, images: [] }, signal)).toBe('taken');
  expect(heard[0]).toMatchObject({
    url: '/assay/collectors/report',
    headers: { authorization: 'Bearer the-token', 'x-assay-service': 'assay' },
  });
  expect(JSON.parse(heard[0]!.body)).toMatchObject({
    part: 'SNAPSHOT_PAGE',
    observedAt: 1.5,
    images: [{ lastSeen: 1.25, stopped: [{ hour: 3600, count: 1 }] }],
  });
  expect(JSON.parse(heard[1]!.body)).toMatchObject({ part: 'SNAPSHOT_BEGIN', scope: {} });
});

test.each([
  [403, '{"message":"no such token"}', /does not take this token \(no such token\); make one/],
  [409, '{"message":"This token belongs to the cluster x."}', /refuses: This token belongs/],
  [404, '<html>', /takes no reports \(it answered 404\); is it an Assay service/],
  [400, '{"message":"sequence is wrong"}', /takes no reports \(sequence is wrong\)/],
  [200, '<html>a portal to sign in at</html>', /takes no reports/],
  [302, '', /redirect/],
])('what only a person can mend ends it: %s %s', async (status, body, words) => {
  const { send } = await answering(status, body, status === 302 ? { location: 'http://127.0.0.1:1/' } : {});
  const error = await send(REPORT, signal).catch((problem: unknown) => problem);
  expect(error).toBeInstanceOf(AssayError);
  expect((error as AssayError).message).toMatch(words);
  if (status !== 302) expect((error as AssayError).code).toBe('collector-refused');
});

test.each([
  [429, '{"message":"slow down"}'],
  [500, ''],
  [503, 'starting'],
])('what passes is tried again by the pump: %s', async (status, body) => {
  const { send } = await answering(status, body);
  const error = await send(REPORT, signal).catch((problem: unknown) => problem);
  expect(error).not.toBeInstanceOf(AssayError);
});

test('the probes tell that it runs, and whether the service hears of the cluster', async () => {
  const state: CollectorState = { takenAt: undefined, problem: undefined };
  let now = 1_000;
  const door = await openHealth('0', state, () => now);
  closing.push(door.close);
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${door.port}${path}`);
    return [answer.status, (await answer.text()).trim()];
  };
  expect(await ask('/healthz')).toEqual([200, 'ok']);
  expect(await ask('/readyz')).toEqual([503, 'the service has heard nothing yet']);
  state.takenAt = now;
  expect(await ask('/readyz')).toEqual([200, 'ok']);
  state.problem = 'connection refused';
  expect(await ask('/readyz')).toEqual([503, 'connection refused']);
  state.problem = undefined;
  now += 300_001;
  expect(await ask('/readyz')).toEqual([503, 'the cluster was not seen for five minutes']);
  expect(await ask('/healthz')).toEqual([200, 'ok']);
  expect((await ask('/other'))[0]).toBe(404);
  await expect(openHealth(String(door.port), state, () => now)).rejects.toThrow(/cannot be listened on/);
  await expect(openHealth('nowhere', state, () => now)).rejects.toThrow(/is no address/);
});
