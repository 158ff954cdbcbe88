import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { clusterConformance, rowsOf, watchUntil } from '@assay/testkit/cluster-conformance.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nomad } from './nomad.ts';

interface FakeNomad {
  readonly address: string;
  readonly requests: string[];
  readonly allocations: object[];
  /** `NAMESPACE JOB` → versions. */
  readonly jobs: Map<string, object[]>;
  index: number;
  token: string;
  reply: { readonly status: number; readonly body: Buffer } | undefined;
  /** Answers whoever waits for a change. */
  changed(): void;
  close(): Promise<void>;
}

/** A scripted Nomad server with blocking queries. */
async function fakeNomad(): Promise<FakeNomad> {
  const waiting = new Set<() => void>();
  const there: FakeNomad & { address: string } = {
    ...{ address: '', requests: [], allocations: [], jobs: new Map(), index: 10, token: '', reply: undefined },
    changed: () => {
      there.index++;
      for (const answer of waiting) answer();
      waiting.clear();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://nomad');
    there.requests.push(url.pathname);
    if (there.reply !== undefined) return response.writeHead(there.reply.status).end(there.reply.body);
    if ((request.headers['x-nomad-token'] ?? '') !== there.token) return response.writeHead(403).end('Permission denied');
    const end = (): void => {
      const answer = answerOf(there, url);
      response.writeHead(answer === undefined ? 404 : 200, { 'x-nomad-index': String(there.index) }).end(JSON.stringify(answer));
    };
    const waits = url.pathname === '/v1/allocations' && Number(url.searchParams.get('index')) === there.index;
    if (waits) waiting.add(end);
    else end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  there.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return there;
}

function answerOf({ allocations, jobs }: FakeNomad, { pathname, searchParams }: URL): unknown {
  if (pathname === '/v1/agent/self') return { config: { Region: 'global', Version: { Version: '1.9.3' } } };
  if (pathname === '/v1/allocations') return allocations;
  const job = decodeURIComponent(/^\/v1\/job\/([^/]+)\/versions$/.exec(pathname)?.[1] ?? '');
  const versions = jobs.get(`${searchParams.get('namespace')} ${job}`);
  return versions && { Versions: versions };
}

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
const NEVER = '0001-01-01T00:00:00Z';
const state = (more: object = {}) => ({ State: 'running', StartedAt: ago(600), FinishedAt: NEVER, ...more });
const allocation = (ID: string, JobID: string, more: object = {}) => ({
  ...{ ID, JobID, Namespace: 'default', JobVersion: 0, ClientStatus: 'running', TaskStates: { app: state() } },
  ...more,
});
const version = (Version: number, image: string) => ({
  Version,
  TaskGroups: [
    {
      Tasks: [
        { Name: 'app', Config: { image } },
        { Name: 'helper', Config: { image: `docker://helper:${Version}` } },
        { Name: 'batch', Config: {} },
      ],
    },
  ],
});
const sleep = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const worldOf = (there: FakeNomad, secret = '') => ({ config: { address: there.address }, context: { secret, sleep } });

clusterConformance(nomad, async () => {
  const there = await fakeNomad();
  there.allocations.push(allocation('a1', 'web'));
  there.jobs.set('default web', [version(0, 'web:1')]);
  there.jobs.set('default db', [version(0, 'db:1')]);
  return {
    ...worldOf(there),
    answer: (reply) => {
      there.reply = reply;
    },
    start: () => {
      there.allocations.push(allocation('a2', 'db'));
      there.changed();
    },
    close: there.close,
  };
});

describe('a Nomad cluster', () => {
  let there: FakeNomad;
  beforeEach(async () => {
    there = await fakeNomad();
  });
  afterEach(() => there.close());
  const whole = (told: readonly { kind: string }[]): boolean => told.at(-1)?.kind === 'health';

  it('tells images by tag with the version of the job, and that it tells no digests', async () => {
    there.jobs.set('default web', [version(2, 'web:2'), version(1, 'web:1')]);
    there.jobs.set('prod nightly/periodic-1700000000', [version(0, 'nightly:$' + '{NOMAD_META_tag}')]);
    const ended = ago(60);
    there.allocations.push(
      allocation('a1', 'web', { JobVersion: 1 }),
      allocation('a2', 'web', {
        JobVersion: 2,
        TaskStates: { app: state(), helper: state({ State: 'dead', FinishedAt: ended }), batch: state() },
      }),
      allocation('a3', 'web', { JobVersion: 1, ClientStatus: 'lost', ModifyTime: (Date.now() - 5000) * 1e6 }),
      allocation('a4', 'web', {
        JobVersion: 2,
        ClientStatus: 'pending',
        TaskStates: { app: state({ State: 'pending', StartedAt: NEVER }) },
      }),
      allocation('a5', 'nightly/periodic-1700000000', { Namespace: 'prod', TaskStates: { app: state(), helper: state() } }),
    );
    const reports = await watchUntil(nomad, worldOf(there), whole);
    const told = [...rowsOf(reports).values()]
      .map((row) => [row.workload.name, row.image, row.imageId, row.running, row.stopped.length])
      .sort();
    expect(told).toEqual([
      ['prod/nightly', 'helper:0', '', 1, 0],
      ['web', 'helper:2', '', 0, 1],
      ['web', 'web:1', '', 1, 1],
      ['web', 'web:2', '', 1, 0],
    ]);
    expect(reports.at(-1)).toMatchObject({
      cluster: { provider: 'nomad', uid: `nomad:${new URL(there.address).host}:global`, name: 'global', version: '1.9.3' },
      health: { problems: [expect.stringContaining('no digests')] },
    });
  });

  it('waits for changes instead of asking again and again, and reads a version once', async () => {
    there.jobs.set('default web', [version(0, 'web:1')]);
    there.allocations.push(allocation('a1', 'web'));
    let healths = 0;
    const reports = await watchUntil(nomad, worldOf(there), (told) => {
      if (told.at(-1)?.kind !== 'health') return false;
      if (++healths < 4) {
        there.allocations.splice(
          0,
          1,
          allocation('a1', 'web', healths === 2 ? { TaskStates: { app: state({ State: 'dead', FinishedAt: ago(1) }) } } : {}),
        );
        setTimeout(there.changed, 20);
      }
      return healths === 4;
    });
    expect(reports.map(({ kind }) => kind)).toEqual(['snapshot', 'health', 'health', 'change', 'health', 'change', 'health']);
    expect(there.requests.filter((path) => path === '/v1/allocations').length).toBe(4);
    expect(there.requests.filter((path) => path.startsWith('/v1/job/')).length).toBe(1);
  });

  it('begins anew when the index went back', async () => {
    there.jobs.set('default web', [version(0, 'web:1')]);
    there.allocations.push(allocation('a1', 'web'));
    let healths = 0;
    await watchUntil(nomad, worldOf(there), (told) => {
      if (told.at(-1)?.kind !== 'health') return false;
      if (++healths === 1) {
        // Nomad answers when the time to wait is over, with the index it has.
        there.index = 3;
      }
      if (healths === 2) setTimeout(there.changed, 20);
      return healths === 3;
    });
    expect(healths).toBe(3);
  });

  it('shows its token, and says what a token must allow', async () => {
    there.token = 'secret-token';
    there.jobs.set('default web', [version(0, 'web:1')]);
    there.allocations.push(allocation('a1', 'web'));
    expect((await watchUntil(nomad, worldOf(there, 'secret-token'), whole)).length).toBe(2);
    const refused = watchUntil(nomad, worldOf(there, 'other'), whole);
    await expect(refused).rejects.toMatchObject({ code: 'denied', message: expect.not.stringContaining('other') });
  });
});
