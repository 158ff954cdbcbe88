import path from 'node:path';
import { type FakeAwsMachine, fakeAwsMachine } from '@assay/testkit/fake-aws-machine.ts';
import { type BuiltImage, buildImage, buildIndex, layoutFiles, writeFiles } from '@assay/testkit/image-builder.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCOUNT, type Amazon, REGION, startAmazon } from './amazon.ts';
import { allFindings, call, inspector } from './api.ts';
import { READER, type Registry, skopeo, startRegistry } from './images.ts';
import { until } from './processes.ts';
import { hasPrograms } from './requirements.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';

const canRun = hasPrograms('docker-registry', 'skopeo', 'openssl');
const folder = scratch();
const IMAGES = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;

function image(architecture: string, version: string): BuiltImage {
  const content = JSON.stringify({ name: 'lodash', version });
  return buildImage({ architecture, layers: [{ items: [{ name: 'srv/app/node_modules/lodash/package.json', content }] }] });
}
const amd64 = image('amd64', '4.17.15');
const arm64 = image('arm64', '4.17.15');
const index = buildIndex([{ image: amd64 }, { image: arm64 }]);
const later = image('amd64', '4.17.11');

let service: Service;
let registry: Registry;
let amazon: Amazon;
let machine: FakeAwsMachine;

function push(tag: string): void {
  const roots = [
    { blob: index, tag: 'both' },
    { blob: later.manifest, tag: 'later' },
  ];
  const layout = writeFiles(path.join(folder, 'layout'), layoutFiles(roots, [...amd64.blobs, ...arm64.blobs, ...later.blobs]));
  const credentials = ['--dest-tls-verify=false', '--dest-creds', `${READER.user}:${READER.password}`];
  skopeo('copy', '--all', ...credentials, `oci:${layout}:${tag}`, `docker://${registry.host}/team/app:${tag}`);
}

beforeAll(async () => {
  if (!canRun) return;
  machine = await fakeAwsMachine();
  registry = await startRegistry(path.join(folder, 'registry'), 'basic');
  const isReader = (key: string, token: string): boolean => machine.given.includes(key) && token === 'token-of-the-session';
  amazon = await startAmazon({ folder, registry: registry.host, isReader });
  const agent = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${machine.endpoint}/v1/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: machine.podToken,
  };
  service = await startService({ data: `${folder}/data`, environment: { ...amazon.environment, ...agent } });
}, 180_000);
afterAll(async () => {
  registry?.close();
  await amazon?.close();
  await machine?.close();
  await cleanUp(folder);
});

/** Digests of the images with open findings. */
async function hit(): Promise<string[]> {
  const filterCriteria = { findingStatus: [{ comparison: 'EQUALS' as const, value: 'ACTIVE' }] };
  const found = await allFindings(inspector(service), { filterCriteria });
  return [...new Set(found.flatMap((one) => one.resources?.[0]?.details?.awsEcrContainerImage?.imageHash ?? []))].sort();
}
const told = (imageDigest: string, tag: string) => ({ imageDigest, imageTags: [tag], imagePushedAt: Date.now() / 1000 });

test.runIf(canRun)(
  'ECR as the role of the container: listed, signed in to, its layers read from where it sends, a push heard from the queue',
  async () => {
    push('both');
    amazon.images.set('team/app', [told(index.digest, 'both')]);
    const queueUrl = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/pushes`;
    const config = { region: REGION, accountId: ACCOUNT, credentials: 'machine', queueUrl };
    const wish = { name: 'aws', kind: 'ecr', config, crawlMinutes: 1440 };
    const made = await call<{ registryArn: string }>(service, '/assay/registries/create', JSON.stringify(wish));
    expect(made).toMatchObject({ status: 200 });
    const both = [amd64, arm64].map(({ manifest }) => manifest.digest);
    await until(async () => (await hit()).length === 2, { within: 90_000, what: () => JSON.stringify(amazon.asked) });
    expect(await hit()).toEqual([...both].sort());

    push('later');
    const detail = { result: 'SUCCESS', 'action-type': 'PUSH', 'repository-name': 'team/app' };
    const pushed = { ...detail, 'image-digest': later.manifest.digest, 'image-tag': 'later' };
    amazon.queue.push(JSON.stringify({ 'detail-type': 'ECR Image Action', time: new Date().toISOString(), detail: pushed }));
    await until(async () => (await hit()).includes(later.manifest.digest), { within: 90_000, what: () => JSON.stringify(amazon.asked) });

    expect(amazon.wrong).toEqual([]);
    expect(amazon.asked).toContain(`api.ecr.${REGION}.amazonaws.com GetAuthorizationToken`);
    expect(amazon.asked).toContain(`${IMAGES} GET /v2/team/app/manifests/${index.digest}`);
    expect(amazon.asked.filter((one) => /s3\..* GET .*\/blobs\//.test(one)).length).toBeGreaterThanOrEqual(3);
    const { body } = await call<{ registry: object }>(
      service,
      '/assay/registries/get',
      JSON.stringify({ registryArn: made.body.registryArn }),
    );
    expect(body.registry).toMatchObject({ host: IMAGES, status: 'ACTIVE' });
  },
  240_000,
);
