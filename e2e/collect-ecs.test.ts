import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type FakeEcs, fakeEcs } from '@assay/testkit/fake-ecs.ts';
import { CreateClusterCommand, ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { GetClustersForImageCommand } from '@aws-sdk/client-inspector2';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bomOf, call, inspector, submit, submitted } from './api.ts';
import { assay } from './cli.ts';
import { type Collector, startCollector } from './collectors.ts';
import { type Listener, motoPrograms, startMoto } from './listeners.ts';
import { until } from './processes.ts';
import { has } from './requirements.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';

const folder = scratch();
const SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY';
const KEY = 'AKIAIOSFODNN7EXAMPLE';
const IMAGE = 'registry.example/shop/api';
const REGION = 'eu-central-1';

let service: Service;
let arn = '';
let collector: Collector | undefined;
const digest = () => `sha256:${arn.split('sha256:')[1]}`;

beforeAll(async () => {
  service = await startService({ data: path.join(folder, 'data') });
  const job = await submit(service, bomOf(['pkg:npm/lodash@4.17.15']), { repository: IMAGE, tag: 'v1' });
  arn = (await submitted(service, job)).resourceArn ?? '';
  writeFileSync(path.join(folder, 'secret'), SECRET, { mode: 0o600 });
});
afterEach(() => collector?.end());
afterAll(() => cleanUp(folder));

async function collect(name: string, endpoint: string, more: Readonly<Record<string, string>> = {}): Promise<Collector> {
  const added = await assay(['cluster', 'add', name, '--server', service.address, '--credentials', service.credentialsFile], {
    cwd: folder,
  });
  const settings = { regions: REGION, accessKeyId: KEY, endpoint, pollSeconds: '15', ...more };
  const set = Object.entries(settings).flatMap(([member, value]) => ['--set', `${member}=${value}`]);
  collector = startCollector(['--server', service.address, '--kind', 'ecs', '--secret-file', 'secret', ...set], {
    folder,
    token: added.out.trim(),
  });
  return collector;
}

describe('ECS', () => {
  let ecs: FakeEcs;
  beforeAll(async () => {
    ecs = await fakeEcs();
  });
  afterAll(() => ecs?.close());

  const shop = `arn:aws:ecs:${REGION}:123456789012:cluster/shop`;
  const task = (id: string, more: object = {}) => ({
    taskArn: `${shop.replace(':cluster/', ':task/')}/${id}`,
    clusterArn: shop,
    taskDefinitionArn: `arn:aws:ecs:${REGION}:123456789012:task-definition/web:7`,
    ...{ group: 'service:web', lastStatus: 'RUNNING', desiredStatus: 'RUNNING', version: 1, startedAt: Date.now() / 1000 - 60 },
    containers: [{ name: 'app', image: `${IMAGE}:v1`, imageDigest: digest(), runtimeId: id, lastStatus: 'RUNNING' }],
    ...more,
  });
  const details = async () => {
    const { cluster } = await inspector(service).send(new GetClustersForImageCommand({ filter: { resourceId: arn } }));
    return cluster?.[0]?.clusterDetails?.[0];
  };

  test('tells where an image runs by service and definition, and what stopped', async () => {
    const clusters = new Map([[shop, [task('a'), task('b')]]]);
    ecs.accounts.set(`${KEY} ${REGION}`, clusters as never);
    const running = await collect('ecs', ecs.endpoint);
    await until(async () => (await details())?.runningUnitCount === 2, { within: 60_000, what: () => running.output() });
    expect(await details()).toMatchObject({
      lastInUse: expect.any(Date),
      clusterMetadata: {
        awsEcsMetadataDetails: { detailsGroup: 'service:web', taskDefinitionArn: expect.stringMatching(/:task-definition\/web:7$/) },
      },
    });
    const stopped = { lastStatus: 'STOPPED', desiredStatus: 'STOPPED', version: 2, stoppedAt: Date.now() / 1000 };
    clusters.set(shop, [
      task('a'),
      task('b', { ...stopped, containers: [{ ...task('b').containers[0], lastStatus: 'STOPPED' }] }),
    ] as never);
    await until(async () => (await details())?.runningUnitCount === 1, { within: 60_000, what: () => running.output() });
    expect(await details()).toMatchObject({ runningUnitCount: 1, stoppedUnitCount: 1 });
  });
});

describe('ECS of moto', () => {
  const moto = motoPrograms();
  if (!has('moto', moto !== undefined, 'apt-get install python3-venv where pip works') || moto === undefined) return;
  let aws: Listener;
  beforeAll(async () => {
    aws = await startMoto(moto.server);
  });
  afterAll(() => aws?.stop());

  // Its tasks never start: they have no start time and no digest. What never started is not in use.
  test('is understood: its clusters are told, the empty one too, tasks that never started count for nothing until an event says so', async () => {
    const endpoint = `http://127.0.0.1:${aws.port}`;
    const client = new ECSClient({ region: REGION, endpoint, credentials: { accessKeyId: KEY, secretAccessKey: SECRET } });
    for (const clusterName of ['moto-empty', 'moto-shop']) await client.send(new CreateClusterCommand({ clusterName }));
    const containerDefinitions = [{ name: 'app', image: `${IMAGE}@${digest()}`, memory: 64, cpu: 10 }];
    await client.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions }));
    const { tasks: [task] = [] } = await client.send(
      new RunTaskCommand({ cluster: 'moto-shop', taskDefinition: 'web', launchType: 'FARGATE', count: 2 }),
    );
    const sqs = new SQSClient({ region: REGION, endpoint, credentials: { accessKeyId: KEY, secretAccessKey: SECRET } });
    const { QueueUrl: queueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'tasks' }));
    const running = await collect('moto', endpoint, { queueUrl, pollSeconds: '120' });
    const told = async () =>
      (await call<{ clusters: { name: string; runningUnitCount: number }[] }>(service, '/assay/clusters/list', '{}')).body.clusters.filter(
        (one) => one.name.startsWith('moto-'),
      );
    await until(async () => (await told()).length === 2, { within: 60_000, what: () => running.output() });
    expect(await told()).toMatchObject([
      { name: 'moto-empty', runningUnitCount: 0 },
      { name: 'moto-shop', runningUnitCount: 0 },
    ]);
    // What EventBridge would tell of it once it runs.
    const containers = [{ name: 'app', image: `${IMAGE}:v1`, imageDigest: digest(), runtimeId: 'r', lastStatus: 'RUNNING' }];
    const { taskArn, clusterArn, taskDefinitionArn } = task!;
    const state = { lastStatus: 'RUNNING', desiredStatus: 'RUNNING', version: 99, startedAt: new Date().toISOString() };
    const detail = { taskArn, clusterArn, taskDefinitionArn, group: 'family:web', ...state, containers };
    const event = { 'detail-type': 'ECS Task State Change', source: 'aws.ecs', time: new Date().toISOString(), detail };
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(event) }));
    const counts = async () => (await told()).map(({ runningUnitCount }) => runningUnitCount);
    await until(async () => (await counts()).join() === '0,1', { within: 60_000, what: () => running.output() });
  });
});
