import { clusterConformance, rowsOf, watchUntil } from '@assay/testkit/cluster-conformance.ts';
import { containerId, type FakeDocker, fakeDocker, imageId } from '@assay/testkit/fake-docker.ts';
import { localMachine, sourceContext } from '@assay/testkit/source-context.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SourceConfig } from '../../source.ts';
import { docker } from './docker.ts';

let host: FakeDocker;
const ago = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString();
const container = (name: string, image: string, more: object = {}) => ({
  id: containerId(name),
  name,
  image,
  startedAt: ago(60_000),
  ...more,
});
const worldOf = (there: FakeDocker, config: SourceConfig = {}, machine = localMachine()) => ({
  config: { address: `unix://${there.socketPath}`, ...config },
  context: { machine },
});

clusterConformance(docker, async () => {
  const there = await fakeDocker();
  there.put(container('web', 'registry.example/shop/web:2'));
  return {
    ...worldOf(there),
    answer: (reply) => {
      there.reply = reply;
    },
    start: () => there.put(container('db', 'postgres:17')),
    close: there.close,
  };
});

describe('a host with Docker', () => {
  beforeEach(async () => {
    host = await fakeDocker();
  });
  afterEach(() => host.close());
  const settled = (reports: readonly { kind: string }[]): boolean => reports.at(-1)?.kind === 'health';
  const rows = async (config: SourceConfig = {}) => [...rowsOf(await watchUntil(docker, worldOf(host, config), settled)).values()];

  it('tells images with all their names, what runs and what ended when', async () => {
    const web = 'registry.example/shop/web:2';
    const digest = `registry.example/shop/web@sha256:${'a'.repeat(64)}`;
    host.images.set(web, { id: imageId(web), digests: [digest] });
    host.put(container('web-1', web, { labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' } }));
    host.put(container('web-2', web, { labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' } }));
    const finishedAt = ago(2 * 3_600_000);
    host.put(container('job', 'job:1', { startedAt: ago(3 * 3_600_000), finishedAt }));
    host.put(container('never', 'idle:1', { startedAt: undefined }));
    const [first, ...more] = (await rows()).sort((a, b) => b.running - a.running);
    expect(first).toMatchObject({
      ...{ namespace: '', workload: { kind: 'Container', name: 'shop/web' }, definition: '', image: web, imageId: imageId(web) },
      ...{ platform: 'linux/arm64/v8', digests: [digest, imageId(web)], running: 2, stopped: [], reach: 'UNKNOWN' },
    });
    const at = Date.parse(finishedAt);
    const ended = {
      image: 'job:1',
      running: 0,
      lastSeen: at,
      stopped: [{ hour: at - (at % 3_600_000), count: 1 }],
      platform: 'linux/amd64',
    };
    expect(more).toMatchObject([ended]);
  });

  it('passes by a container over a folder, which Podman gives an id without digits', async () => {
    host.images.set('/srv/root', { id: 'sha256:', digests: [] });
    host.put(container('bare', '/srv/root'));
    host.put(container('web', 'web:1'));
    expect(await rows()).toMatchObject([{ image: 'web:1' }]);
    expect(host.requests.filter((request) => request.includes('/images/'))).toHaveLength(1);
  });

  it('knows whose containers they are', async () => {
    const pod = (name: string, type: string) => ({
      labels: {
        'io.kubernetes.pod.uid': 'u1',
        'io.kubernetes.pod.name': name,
        'io.kubernetes.pod.namespace': 'web',
        'io.kubernetes.docker.type': type,
      },
    });
    host.put(container('k8s_app', 'app:1', pod('app-7d', 'container')));
    host.put(container('k8s_pause', 'pause:3.9', pod('app-7d', 'podsandbox')));
    host.put(container('quirky_darwin', 'registry.example/ci/lint:v3', { autoRemove: true }));
    host.put(container('blue_green', 'kept:1'));
    host.put(container('api-3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'api:1', { labels: { 'com.hashicorp.nomad.alloc_id': 'x' } }));
    host.put(container('svc.1.x', 'svc:1', { labels: { 'com.docker.swarm.service.name': 'svc' } }));
    const named = async (config: SourceConfig) =>
      (await rows(config)).map(({ namespace, workload: { kind, name } }) => `${namespace} ${kind} ${name}`).sort();
    const hosts = [' Container blue_green', ' Container lint', ' Job api', ' Service svc'];
    expect(await named({})).toEqual([...hosts, 'web Pod app-7d']);
    expect(await named({ pods: 'omit' })).toEqual(hosts);
  });

  it('hears what starts, ends and came and went between two looks', async () => {
    host.put(container('web', 'web:1'));
    host.images.set('job:1', { id: imageId('job:1'), digests: [] });
    const steps = [
      () => host.put(container('web', 'web:1', { finishedAt: ago(0) }), 'die'),
      () => host.put(container('web', 'web:1', { startedAt: ago(0) })),
      () => {
        const job = container('eager_bell', 'job:1');
        host.put({ ...job, id: containerId('eager_bell') });
        host.remove(job.id);
      },
      () => host.remove(containerId('web')),
      () => {
        // What was counted as gone is not counted again.
        host.say(JSON.stringify({ Action: 'destroy', Actor: { ID: containerId('web'), Attributes: { image: 'web:1', name: 'web' } } }));
        host.put(container('db', 'db:1'));
      },
    ];
    const told: string[] = [];
    await watchUntil(docker, worldOf(host), (reports) => {
      const now = [...rowsOf(reports).values()]
        .map(({ image, running, stopped }) => `${image} ${running}/${stopped.reduce((sum, { count }) => sum + count, 0)}`)
        .sort()
        .join(', ');
      if (reports.at(-1)?.kind === 'snapshot') return false;
      if (now !== told.at(-1)) {
        told.push(now);
        steps.shift()?.();
      }
      return told.length === 6;
    });
    expect(told).toEqual([
      'web:1 1/0',
      'web:1 0/1',
      'web:1 1/0',
      'job:1 0/1, web:1 1/0',
      'job:1 0/1, web:1 0/1',
      'db:1 1/0, job:1 0/1, web:1 0/1',
    ]);
  });

  it('lists again when the events end, and says so when they never work', async () => {
    host.put(container('web', 'web:1'));
    let lists = 0;
    const sleep = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
    const world = worldOf(host);
    const reports = await watchUntil(docker, { ...world, context: { ...world.context, sleep } }, (told) => {
      const last = told.at(-1)!;
      if (last.kind !== 'health') return false;
      if (++lists === 1) host.put(container('db', 'db:1'), 'nothing we follow');
      if (lists === 2) host.say('{"Type": "container", ');
      if (lists <= 2) host.hangUp();
      return last.health.problems.length > 0;
    });
    expect([...rowsOf(reports).values()].map(({ image }) => image).sort()).toEqual(['db:1', 'web:1']);
    expect(reports.at(-1)).toMatchObject({ health: { units: 2, problems: [expect.stringContaining('Events cannot be followed')] } });
  });

  it('asks for nothing but reading', async () => {
    host.put(container('web', '../../../etc:1'));
    host.put(container('odd', 'x?y=z#'));
    await rows();
    expect(host.requests.length).toBeGreaterThan(4);
    for (const request of host.requests)
      expect(request).toMatch(
        /^GET \/(version|info|events\?\S+|containers\/json\?all=1|containers\/[0-9a-f]{64}\/json|images\/sha256%3A[0-9a-f]{64}\/json)$/,
      );
  });

  it('tells a host from its clones only when it can', async () => {
    const cluster = async (config: SourceConfig = {}, machine = localMachine()) =>
      (await watchUntil(docker, worldOf(host, config, machine), () => true))[0]!.cluster;
    expect(await cluster()).toEqual({ provider: 'docker', uid: 'AAAA:BBBB', name: 'build-7', version: '27.1.1' });
    expect(await cluster({ hostId: 'host-0042', hostName: 'seven' })).toMatchObject({ uid: 'host-0042', name: 'seven' });
    host.version['Components'] = [{ Name: 'Podman Engine' }];
    expect(await cluster()).toMatchObject({ provider: 'podman', uid: 'machine-0001' });
    await expect(cluster({}, localMachine({ id: undefined }))).rejects.toMatchObject({ code: 'config' });
  });

  it('reads no socket for whoever does not administer the machine, and says who may not open one', async () => {
    const nobody = docker.watch({ address: `unix://${host.socketPath}` }, sourceContext());
    await expect(
      (async () => {
        for await (const _ of nobody);
      })(),
    ).rejects.toMatchObject({ code: 'config' });
    host.reply = { status: 403, body: Buffer.from('no') };
    await expect(rows()).rejects.toMatchObject({ code: 'denied', message: expect.stringContaining('allow the collector to read') });
    expect(host.requests.length).toBe(1);
  });
});
