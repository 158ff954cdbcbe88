import path from 'node:path';
import { type BuiltImage, buildImage, buildIndex, layoutFiles, writeFiles } from '@assay/testkit/image-builder.ts';
import type { AssayOperations } from '@assay/wire/assay-types.ts';
import { paginateListCoverage } from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allFindings, call, inspector } from './api.ts';
import { assay } from './cli.ts';
import { READER, type Registry, skopeo } from './images.ts';
import { until } from './processes.ts';
import { hasPrograms } from './requirements.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';
import { startWatchedRegistry } from './watched-registry.ts';

const canRun = hasPrograms('docker-registry', 'skopeo');
const folder = scratch();
const name = 'registry';

let service: Service;
let registry: Registry;
let host: string;

function image(architecture: string, version: string): BuiltImage {
  const content = JSON.stringify({ name: 'lodash', version });
  return buildImage({ architecture, layers: [{ items: [{ name: 'srv/app/node_modules/lodash/package.json', content }] }] });
}
const amd64 = image('amd64', '4.17.15');
const arm64 = image('arm64', '4.17.15');
const index = buildIndex([{ image: amd64 }, { image: arm64 }]);

function push(tag: string): void {
  const layout = writeFiles(path.join(folder, 'layout'), layoutFiles([{ blob: index, tag: 'both' }], [...amd64.blobs, ...arm64.blobs]));
  const credentials = ['--dest-tls-verify=false', '--dest-creds', `${READER.user}:${READER.password}`];
  skopeo('copy', '--all', ...credentials, `oci:${layout}:both`, `docker://${host}/${tag}`);
}
async function command(...words: string[]): Promise<string> {
  const given = ['--server', service.address, '--credentials', service.credentialsFile];
  const { code, out, err } = await assay(['registry', ...words, ...given], { cwd: folder });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}
/** Digests of the images with open findings. */
async function hit(): Promise<string[]> {
  const filterCriteria = { findingStatus: [{ comparison: 'EQUALS' as const, value: 'ACTIVE' }] };
  const found = await allFindings(inspector(service), { filterCriteria });
  return [...new Set(found.flatMap((one) => one.resources?.[0]?.details?.awsEcrContainerImage?.imageHash ?? []))].sort();
}
async function images(): Promise<AssayOperations['ListRepositoryImages']['output']['images']> {
  const asked = JSON.stringify({ registry: host, repository: 'team/app' });
  return (await call<AssayOperations['ListRepositoryImages']['output']>(service, '/assay/repositories/images/list', asked)).body.images;
}

beforeAll(async () => {
  if (!canRun) return;
  service = await startService({ data: `${folder}/data` });
  registry = await startWatchedRegistry({ service, folder, name });
  host = registry.host;
}, 180_000);
afterAll(async () => {
  registry?.close();
  await cleanUp(folder);
});

test.runIf(canRun)(
  'a push is found in every platform within seconds, and what is deleted closes',
  async () => {
    const begin = performance.now();
    push('team/app:v1');
    const both = [amd64.manifest.digest, arm64.manifest.digest].sort();
    await until(async () => (await hit()).length === 2, { within: 60_000 });
    console.info(`from the push to findings on both platforms: ${Math.round(performance.now() - begin)} ms, skopeo's own time included`);
    expect(await hit()).toEqual(both);
    expect(await images()).toMatchObject([
      { digest: index.digest, kind: 'INDEX', tags: ['v1'], platforms: [{ platform: 'linux/amd64' }, { platform: 'linux/arm64' }] },
    ]);

    // A crawl finds the same and nothing more; that we read it moved no date.
    await command('crawl', name);
    await until(async () => (await command('list')).includes('ACTIVE'), { within: 60_000 });
    const pulled: unknown[] = [];
    for await (const page of paginateListCoverage({ client: inspector(service) }, {})) {
      for (const one of page.coveredResources ?? []) pulled.push(one.resourceMetadata?.ecrImage?.imagePulledAt);
    }
    expect(pulled.filter((date) => date !== undefined)).toEqual([]);

    const authorization = `Basic ${Buffer.from(`${READER.user}:${READER.password}`).toString('base64')}`;
    for (const digest of [index.digest, ...both]) {
      const deleted = await fetch(`http://${host}/v2/team/app/manifests/${digest}`, { method: 'DELETE', headers: { authorization } });
      expect(deleted.status).toBe(202);
    }
    await command('crawl', name, '--accept-missing');
    await until(async () => (await hit()).length === 0, { within: 60_000 });
    expect(await command('remove', name)).toContain('no longer');
  },
  300_000,
);
