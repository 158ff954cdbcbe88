import { type HarborArtifact, startFakeHarbor } from '@assay/testkit/fake-harbor.ts';
import { REGISTRY_PASSWORD, REGISTRY_USER, startFakeRegistry } from '@assay/testkit/fake-registry.ts';
import { buildImage } from '@assay/testkit/image-builder.ts';
import { collected, registryContents, registryFailures, sourceContext } from '@assay/testkit/registry-conformance.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { REGISTRIES } from '../registries.ts';
import { ecr } from './ecr/ecr.ts';
import { harbor } from './harbor/harbor.ts';
import { oci } from './oci/oci.ts';
import { PRODUCTS } from './oci/products.ts';

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

const one = buildImage({ layers: [{ items: [{ name: 'a', content: '1' }] }] });
const two = buildImage({ layers: [{ items: [{ name: 'a', content: '2' }] }] });
const D = (digit: string): string => `sha256:${digit.repeat(64)}`;
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const AWS = { region: 'eu-central-1', accessKeyId: 'AKIAEXAMPLE000000000', accountId: '123456789012' };

registryFailures(oci, { config: { url: 'http://registry.example:5000', username: 'reader' }, secret: 'pass:word-of-reader' });
registryFailures(harbor, { config: { url: 'https://harbor.example', username: 'robot$assay' }, secret: 'secret-of-robot' });
registryFailures(ecr, { config: AWS, secret: 'secret-access-key-of-reader' });

async function startOci(script: Parameters<typeof startFakeRegistry>[2] = {}): ReturnType<typeof startFakeRegistry> {
  const tags = new Map([
    ['shop/app:1', one.manifest],
    ['shop/app:latest', one.manifest],
    ['shop/app:2', two.manifest],
    ...['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}:x`, two.manifest] as const),
  ]);
  const registry = await startFakeRegistry([...one.blobs, ...two.blobs], tags, script);
  closing.push(() => registry.close());
  return registry;
}

const OCI_WORLD = {
  secret: REGISTRY_PASSWORD,
  repositories: ['a', 'b', 'c', 'd', 'e', 'shop/app'],
  repository: 'shop/app',
  images: [
    { digest: one.manifest.digest, tags: ['1', 'latest'] },
    { digest: two.manifest.digest, tags: ['2'] },
  ],
};

registryContents(oci, 'tokens, pages of two', async () => {
  const { host } = await startOci({ auth: 'token', page: 2 });
  return { ...OCI_WORLD, config: { url: host, username: REGISTRY_USER } };
});

registryContents(oci, 'a password, no digests told', async () => {
  const { host } = await startOci({ auth: 'basic', digestHeader: false });
  return { ...OCI_WORLD, config: { url: `http://${host}/`, username: REGISTRY_USER } };
});

const ARTIFACTS = [
  {
    digest: D('1'),
    tags: ['2', '1'],
    push_time: '2026-11-01T10:00:00.123Z',
    pull_time: '2026-11-02T10:00:00.000Z',
    manifest_media_type: MANIFEST,
  },
  { digest: D('2'), push_time: '2026-10-01T10:00:00.000Z' },
];

registryContents(harbor, 'two projects', async () => {
  const many = Array.from({ length: 230 }, (_, at) => [`wide/r${at}`, []] as const);
  const artifacts = new Map<string, readonly HarborArtifact[]>([['shop/app', []], ['shop/team/web', ARTIFACTS], ...many]);
  const fake = await startFakeHarbor({ artifacts, username: 'robot$assay', secret: 'geheim' });
  closing.push(() => fake.close());
  return {
    config: { url: fake.host, username: 'robot$assay' },
    secret: 'geheim',
    repositories: [...artifacts.keys()],
    repository: 'shop/team/web',
    images: [
      ...[
        {
          digest: D('1'),
          tags: ['1', '2'],
          pushedAt: Date.UTC(2026, 10, 1, 10, 0, 0, 123),
          pulledAt: Date.UTC(2026, 10, 2, 10),
          mediaType: MANIFEST,
        },
      ],
      { digest: D('2'), tags: [], pushedAt: Date.UTC(2026, 9, 1, 10) },
    ],
  };
});

describe('a list of Harbor', () => {
  const account = { username: 'robot$assay', secret: 'geheim' };
  const projects = async (script: Partial<Parameters<typeof startFakeHarbor>[0]>): Promise<string[]> => {
    const artifacts = new Map(Array.from({ length: 100 }, (_, at) => [`p/r${at}`, []] as const));
    const fake = await startFakeHarbor({ ...account, artifacts, ...script });
    closing.push(() => fake.close());
    return await collected(
      harbor.repositories({ url: fake.host, username: account.username, projects: 'p' }, sourceContext(account.secret)),
    );
  };

  it('that shrank while it was read is not taken for whole', async () => {
    await expect(projects({ total: 101 })).rejects.toThrow(/changed while it was read/);
    expect(await projects({})).toHaveLength(100);
  });

  it('that never ends is left', async () => {
    await expect(projects({ stuck: true })).rejects.toThrow(/never ends/);
  });
});

describe('a registry of the registry protocol', () => {
  const ctx = (): ReturnType<typeof sourceContext> => sourceContext();

  it('without a list of repositories says so, and is read by names', async () => {
    const { host } = await startOci({ catalog: false });
    await expect(collected(oci.repositories({ url: host }, ctx()))).rejects.toMatchObject({ code: 'unlistable' });
    expect(await collected(oci.repositories({ url: host, repositories: 'shop/app, a' }, ctx()))).toEqual(['shop/app', 'a']);
  });

  it('may list a repository that is gone, but what was named by hand is a mistake', async () => {
    const { host } = await startOci();
    expect(await collected(oci.images({ url: host }, 'gone', ctx()))).toEqual([]);
    await expect(collected(oci.images({ url: host, repositories: 'gone' }, 'gone', ctx()))).rejects.toMatchObject({ code: 'unknown-name' });
  });

  it('with one damaged manifest tells the rest, and that the tag is there', async () => {
    const damaged = await startOci({ instead: ({ url }) => (url.endsWith('/manifests/2') ? { status: 500 } : undefined) });
    const found = await collected(oci.images({ url: damaged.host }, 'shop/app', ctx()));
    expect(found).toEqual([{ digest: one.manifest.digest, tags: ['1', 'latest'] }, { tags: ['2'] }]);
  });

  it('in which nothing can be read fails', async () => {
    const { host } = await startOci({ instead: ({ url }) => (url.includes('/manifests/') ? { status: 500 } : undefined) });
    await expect(collected(oci.images({ url: host }, 'shop/app', ctx()))).rejects.toMatchObject({ code: 'registry' });
  });

  it('forgets a tag that went while they were listed', async () => {
    const { host } = await startOci({ instead: ({ url }) => (url.endsWith('/manifests/2') ? { status: 404 } : undefined) });
    expect(await collected(oci.images({ url: host }, 'shop/app', ctx()))).toEqual([OCI_WORLD.images[0]]);
  });

  it('is only looked at: no manifest is read where the digest is told', async () => {
    const registry = await startOci();
    await collected(oci.images({ url: registry.host }, 'shop/app', ctx()));
    expect(registry.requests.filter(({ method, url }) => method === 'GET' && url.includes('/manifests/'))).toEqual([]);
    expect(registry.requests.every(({ headers }) => headers['user-agent'] === 'assay/0.0.0')).toBe(true);
  });

  it.each([
    ['docker.io', 'docker-hub'],
    ['https://ghcr.io', 'ghcr'],
    ['registry.gitlab.com', 'gitlab.com'],
    ['quay.io', 'quay'],
    ['shop.azurecr.io', 'acr'],
    ['europe-docker.pkg.dev', 'gar'],
    ['registry.example', 'distribution'],
    ['docker.io.example', 'distribution'],
  ])('at %s is taken for %s', (url, product) => {
    expect(oci.capabilities({ url })).toEqual(oci.capabilities({ url: 'registry.example', product }));
  });

  it('that lists nothing says so without being asked', async () => {
    const fetcher = async () => Promise.reject(new Error('was asked'));
    const ctxOfNone = sourceContext('', { fetcher });
    for (const url of ['docker.io', 'ghcr.io']) {
      await expect(collected(oci.repositories({ url }, ctxOfNone))).rejects.toMatchObject({ code: 'unlistable' });
      expect(await collected(oci.repositories({ url, repositories: 'nginx,team/app' }, ctxOfNone))).toContain('team/app');
    }
    expect(await collected(oci.repositories({ url: 'docker.io', repositories: 'nginx' }, ctxOfNone))).toEqual(['library/nginx']);
  });

  it.each([
    ['registry.example', 'registry.example', undefined],
    ['https://localhost:5000', 'localhost:5000', 'https'],
    ['http://registry.example:5000/', 'registry.example:5000', 'http'],
    ['docker.io', 'docker.io', undefined],
  ])('is asked as %s says', (url, host, scheme) => {
    expect(oci.host({ url })).toBe(host);
    expect(oci.reach({ url }).scheme).toBe(scheme);
  });

  it.each(['registry', 'https://', 'ftp://registry.example', 'registry.example/path', 'user@registry.example', 'reg_istry.example'])(
    'is not named %s',
    (url) => {
      expect(oci.config['url']?.check?.(url)).toMatch(/^must be/);
    },
  );

  it.each(Object.keys(PRODUCTS))('of the product %s says what it cannot tell', (product) => {
    const told = oci.capabilities({ product });
    expect(told).toMatchObject({ untagged: false, pullTimes: false, referrers: true });
    expect(oci.capabilities({ product, repositories: 'a' }).repositories).toBe(false);
    expect(oci.config['product']?.check?.(product)).toBeUndefined();
  });
});

it('the registry of an account in China is in China', () => {
  expect(ecr.host(AWS)).toBe('123456789012.dkr.ecr.eu-central-1.amazonaws.com');
  expect(ecr.host({ ...AWS, region: 'cn-north-1' })).toBe('123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn');
});

it('every kind is its folder', () => {
  expect(REGISTRIES.map(({ id }) => id)).toEqual(['oci', 'harbor', 'ecr']);
});
