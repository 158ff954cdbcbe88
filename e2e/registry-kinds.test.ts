import { type HarborArtifact, startFakeHarbor } from '@assay/testkit/fake-harbor.ts';
import { buildImage, buildIndex } from '@assay/testkit/image-builder.ts';
import type { AssayOperations } from '@assay/wire/assay-types.ts';
import { BatchDeleteImageCommand, CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { type CoveredResource, paginateListCoverage } from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, inspector } from './api.ts';
import { motoPrograms, startMoto } from './listeners.ts';
import { until } from './processes.ts';
import { has } from './requirements.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';

type Out<K extends keyof AssayOperations> = AssayOperations[K]['output'];

const folder = scratch();
const PUSHED = '2026-11-01T10:00:00.000Z';
const PULLED = '2026-11-05T10:00:00.000Z';
const content = JSON.stringify({ name: 'lodash', version: '4.17.15' });
const layers = [{ items: [{ name: 'srv/node_modules/lodash/package.json', content }] }];
const amd64 = buildImage({ layers });
const arm64 = buildImage({ layers, architecture: 'arm64' });
const untagged = buildImage({ layers: [{ items: [{ name: 'etc/one', content: 'one' }] }] });
const index = buildIndex([{ image: amd64 }, { image: arm64 }]);

let service: Service;
beforeAll(async () => {
  // Whatever is not on this machine goes nowhere.
  const environment = { HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost' };
  service = await startService({ data: `${folder}/data`, environment });
}, 180_000);
afterAll(() => cleanUp(folder));

async function ask<K extends keyof AssayOperations>(path: string, input: object): Promise<Out<K>> {
  const { status, body } = await call<Out<K>>(service, path, JSON.stringify(input));
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}
async function watch(wish: AssayOperations['CreateRegistry']['input']): Promise<string> {
  const { registryArn } = await ask<'CreateRegistry'>('/assay/registries/create', wish);
  await until(async () => (await read(registryArn)).registry.lastCrawledAt !== undefined, { within: 60_000 });
  return registryArn;
}
const read = (registryArn: string): Promise<Out<'GetRegistry'>> => ask<'GetRegistry'>('/assay/registries/get', { registryArn });
const repositories = async (registry: string): Promise<string[]> =>
  (await ask<'ListRepositories'>('/assay/repositories/list', { registry })).repositories.map(({ repository }) => repository);
const images = async (registry: string, repository: string): Promise<Out<'ListRepositoryImages'>['images']> =>
  (await ask<'ListRepositoryImages'>('/assay/repositories/images/list', { registry, repository })).images;
async function covered(repository: string): Promise<CoveredResource[]> {
  const filterCriteria = { ecrRepositoryName: [{ comparison: 'EQUALS' as const, value: repository }] };
  const found: CoveredResource[] = [];
  for await (const page of paginateListCoverage({ client: inspector(service) }, { filterCriteria }))
    found.push(...(page.coveredResources ?? []));
  return found;
}

test('Harbor: what its own interface lists is looked at, with its dates and without its tags too', async () => {
  const dates = { push_time: PUSHED, pull_time: PULLED };
  const artifacts = new Map<string, HarborArtifact[]>([
    [
      'team/app',
      [
        { digest: index.digest, tags: ['v1'], ...dates },
        { digest: untagged.manifest.digest, push_time: PUSHED },
      ],
    ],
    ['team/deep/web', [{ digest: amd64.manifest.digest, tags: ['v2'], push_time: PUSHED }]],
    ['other/app', [{ digest: amd64.manifest.digest, tags: ['v3'], push_time: PUSHED }]],
  ]);
  const blobs = [index, ...[amd64, arm64, untagged].flatMap((image) => [image.manifest, ...image.blobs])];
  const harbor = await startFakeHarbor({ artifacts, blobs, username: 'robot$assay', secret: 'hush' });
  try {
    const config = { url: harbor.host, username: 'robot$assay' };
    const frequencies = [{ pattern: 'team/deep/*', frequency: 'SCAN_ON_PUSH' as const }];
    const wish = { name: 'harbor', kind: 'harbor', config, secret: 'hush', include: ['team/**'], frequencies, recentDays: 3650 };
    const arn = await watch(wish);
    await until(async () => (await read(arn)).counts.waiting === 0, { within: 60_000 });
    expect(await repositories(harbor.host)).toEqual(['team/app', 'team/deep/web']);
    const app = await images(harbor.host, 'team/app');
    expect(app).toHaveLength(2);
    expect(app.find(({ digest }) => digest === index.digest)).toMatchObject({
      ...{ kind: 'INDEX', tags: ['v1'], pushedAt: Date.parse(PUSHED) / 1000, pulledAt: Date.parse(PULLED) / 1000 },
      platforms: [{ platform: 'linux/amd64' }, { platform: 'linux/arm64' }],
    });
    expect(app.find(({ digest }) => digest === untagged.manifest.digest)).toMatchObject({ kind: 'IMAGE', tags: [] });
    const web = await covered('team/deep/web');
    expect(web.map(({ resourceType }) => resourceType).sort()).toEqual(['AWS_ECR_CONTAINER_IMAGE', 'AWS_ECR_REPOSITORY']);
    for (const one of web) {
      expect(one.resourceMetadata?.ecrRepository).toEqual({ name: 'team/deep/web', scanFrequency: 'SCAN_ON_PUSH' });
    }
    const pulls = (await covered('team/app')).flatMap(({ resourceMetadata }) => resourceMetadata?.ecrImage?.imagePulledAt ?? []);
    expect(pulls).toEqual([new Date(PULLED), new Date(PULLED)]);
  } finally {
    await harbor.close();
  }
}, 180_000);

const moto = motoPrograms();
test.runIf(has('moto', moto !== undefined, 'apt-get install python3-venv where pip works'))(
  'ECR: what the API of AWS lists is listed with its tags and dates',
  async () => {
    const aws = await startMoto(moto!.server);
    try {
      const [accountId, region, secret] = ['123456789012', 'eu-central-1', 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY'];
      const config = { region, accountId, accessKeyId: 'AKIAIOSFODNN7EXAMPLE', endpoint: `http://127.0.0.1:${aws.port}` };
      const credentials = { accessKeyId: config.accessKeyId, secretAccessKey: secret };
      const client = new ECRClient({ region, endpoint: config.endpoint, credentials });
      for (const repositoryName of ['team/app', 'team/web', 'other']) await client.send(new CreateRepositoryCommand({ repositoryName }));
      const { bytes, mediaType } = amd64.manifest;
      const put = { repositoryName: 'team/app', imageManifest: bytes.toString(), imageManifestMediaType: mediaType };
      for (const imageTag of ['1', '2', 'gone']) await client.send(new PutImageCommand({ ...put, imageTag }));
      await client.send(new BatchDeleteImageCommand({ repositoryName: 'team/app', imageIds: [{ imageTag: 'gone' }] }));
      const arn = await watch({ name: 'aws', kind: 'ecr', config, secret, include: ['team/*'] });
      const { registry } = await read(arn);
      expect(registry).toMatchObject({ host: `${accountId}.dkr.ecr.${region}.amazonaws.com`, status: 'ACTIVE' });
      expect(await repositories(registry.host)).toEqual(['team/app', 'team/web']);
      const [image, ...others] = await images(registry.host, 'team/app');
      expect(others).toEqual([]);
      expect(image).toMatchObject({ digest: expect.stringMatching(/^sha256:/), tags: ['1', '2'], pushedAt: expect.any(Number) });
      const inWeb = await images(registry.host, 'team/web');
      expect(inWeb).toEqual([]);
    } finally {
      await aws.stop();
    }
  },
  180_000,
);
