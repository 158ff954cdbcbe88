import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type FakeKubernetes, type KubernetesObject, startFakeKubernetes } from '@assay/testkit/fake-kubernetes.ts';
import { writeLayout } from '@assay/testkit/image-builder.ts';
import { GetClustersForImageCommand, ListCoverageCommand } from '@aws-sdk/client-inspector2';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { call, inspector } from './api.ts';
import { assay } from './cli.ts';
import { type Collector, startCollector } from './collectors.ts';
import { until } from './processes.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';

const folder = scratch();
const data = path.join(folder, 'data');
let service: Service;
let cluster: FakeKubernetes;
let image: { readonly arn: string; readonly digest: string };
const collectors: Collector[] = [];

beforeAll(async () => {
  [service, cluster] = await Promise.all([startService({ data }), startFakeKubernetes()]);
  writeFileSync(path.join(folder, 'kubeconfig'), cluster.kubeconfig, { mode: 0o600 });
  const items = [{ name: 'srv/node_modules/lodash/package.json', content: '{"name":"lodash","version":"4.17.15"}' }];
  const target = writeLayout(path.join(folder, 'image'), { layers: [{ items }] });
  const { out } = await command('submit', target, '--repository', 'registry.example/shop/api', '--tag', 'v1', '--format', 'json');
  const arn = (JSON.parse(out) as { resourceArn: string }).resourceArn;
  image = { arn, digest: `sha256:${arn.split('sha256:')[1]}` };
});
afterEach(() => Promise.all(collectors.splice(0).map((one) => one.end('SIGKILL'))));
afterAll(async () => {
  await cluster?.close();
  await cleanUp(folder);
});

async function command(...words: string[]): Promise<{ out: string; err: string }> {
  const door = ['--server', service.address, '--credentials', service.credentialsFile];
  const { code, out, err } = await assay([...words, ...door], { cwd: folder });
  if (code !== 0) throw new Error(`assay ${words.join(' ')} ended with ${code}: ${err}`);
  return { out, err };
}

function collect(token: string, ...more: string[]): Collector {
  const where = ['--server', service.address, '--secret-file', 'kubeconfig'];
  const collector = startCollector([...where, ...more], { folder, token });
  collectors.push(collector);
  return collector;
}

const pod = (name: string): KubernetesObject => ({
  metadata: {
    name,
    namespace: 'shop',
    labels: { 'pod-template-hash': '7f' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'api-7f', uid: 'rs', controller: true }],
  },
  spec: { containers: [{ name: 'app', image: 'registry.example/shop/api:v1' }], restartPolicy: 'Always' },
  status: {
    phase: 'Running',
    containerStatuses: [
      {
        name: 'app',
        image: 'registry.example/shop/api:v1',
        imageID: `registry.example/shop/api@${image.digest}`,
        state: { running: { startedAt: '2026-11-22T10:00:00Z' } },
      },
    ],
  },
});

/** How many pods the service says run the image. */
async function inUse(): Promise<number> {
  const filterCriteria = { resourceId: [{ comparison: 'EQUALS', value: image.arn }] } as const;
  const { coveredResources } = await inspector(service).send(new ListCoverageCommand({ filterCriteria: filterCriteria as never }));
  return coveredResources?.[0]?.resourceMetadata?.ecrImage?.inUseCount ?? 0;
}
async function untilInUse(count: number, within = 30_000): Promise<void> {
  let last = -1;
  const reached = async (): Promise<boolean> => {
    last = await inUse();
    return last === count;
  };
  await until(reached, { within, what: () => `${count} pods in use; ${last} are` });
}

describe('assay collect', () => {
  let token = '';
  test('tells what runs in a cluster, and each change within seconds', async () => {
    const added = await command('cluster', 'add', 'shop');
    token = added.out.trim();
    expect(added.err).toContain('not shown again');
    for (const name of ['api-1', 'api-2', 'api-3']) cluster.put('pods', pod(name));
    collect(token, '--health', '0');
    await untilInUse(3);
    cluster.put('pods', pod('api-4'));
    await untilInUse(4);
    const { cluster: clusters } = await inspector(service).send(new GetClustersForImageCommand({ filter: { resourceId: image.arn } }));
    expect(clusters).toMatchObject([
      {
        clusterArn: expect.stringMatching(/^arn:aws:eks:us-east-1:000000000000:cluster\//),
        clusterDetails: [
          { runningUnitCount: 4, clusterMetadata: { awsEksMetadataDetails: { namespace: 'shop', workloadInfoList: [{ name: 'api' }] } } },
        ],
      },
    ]);
    const { out } = await command('cluster', 'list', '--format', 'json');
    expect(JSON.parse(out)).toMatchObject([{ name: 'shop', kind: 'push', status: 'ACTIVE', clusters: 'fake-cluster' }]);
  });

  test('killed, nothing is said to have stopped; started again, the counts are those of a fresh list', async () => {
    const first = collect(token);
    await untilInUse(4);
    await first.end('SIGKILL');
    cluster.remove('pods', 'shop', 'api-1');
    cluster.remove('pods', 'shop', 'api-2');
    cluster.put('pods', pod('api-9'));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await inUse()).toBe(4);
    collect(token);
    await untilInUse(3);
  });

  test('what changes while the service is away is told when it is back', async () => {
    collect(token);
    await untilInUse(3);
    const { port } = new URL(service.address);
    await service.end('SIGKILL');
    for (const name of ['api-5', 'api-6']) cluster.put('pods', pod(name));
    cluster.remove('pods', 'shop', 'api-9');
    service = await startService({ data, environment: { ASSAY_PORT: port } });
    await untilInUse(4, 90_000);
  });

  test('ends with one sentence when its token does, and stops cleanly when asked to', async () => {
    const running = collect(token);
    await running.said(/told everything/);
    await running.end('SIGTERM');
    expect(await running.exited).toBe(0);
    const cut = collect(token);
    await cut.said(/told everything/);
    await command('cluster', 'remove', 'shop');
    cluster.put('pods', pod('api-7'));
    expect(await cut.exited).toBe(3);
    expect(cut.output()).toMatch(
      /assay: http:\/\/127\.0\.0\.1:\d+ does not take this token \(.*\); make one with "assay cluster add" or "renew"\.\n$/,
    );
  });

  test('says what is wrong with how it was started', async () => {
    const say = async (...words: string[]) => (await assay(['collect', ...words], { cwd: folder })).err;
    expect(await say()).toBe(
      'assay: There is no token; "assay cluster add NAME" makes one: give it with --token-file or ASSAY_COLLECTOR_TOKEN.\n',
    );
    expect(await say('--kind', 'docker', '--set', 'address=nowhere', '--set', 'colour=red')).toMatch(
      /--set colour is not known.*--set address must be/,
    );
    writeFileSync(path.join(folder, 'token'), 'short\n');
    expect(await say('--token-file', 'token')).toMatch(/is no token of a collector/);
  });
});

describe('the service', () => {
  test('watches a cluster by itself, through its kubeconfig', async () => {
    for (const { metadata } of cluster.list('pods')) cluster.remove('pods', 'shop', metadata.name);
    await command('cluster', 'add', 'own', '--kind', 'kubernetes', '--secret-file', 'kubeconfig');
    await untilInUse(0);
    for (const name of ['api-1', 'api-2']) cluster.put('pods', pod(name));
    await untilInUse(2);
    const { body } = await call<{ collectors: object[] }>(service, '/assay/collectors/list', '{}');
    expect(body.collectors).toMatchObject([{ name: 'own', kind: 'kubernetes', status: 'ACTIVE' }]);
    expect(JSON.stringify(body)).not.toContain('clusters:');
  });
});
