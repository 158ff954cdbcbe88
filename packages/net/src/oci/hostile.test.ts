import http from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  REGISTRY_PASSWORD,
  REGISTRY_USER,
  type RegistryScript,
  type SeenRequest,
  startFakeRegistry,
} from '@assay/testkit/fake-registry.ts';
import { type Blob, buildImage, descriptorOf, sha256 } from '@assay/testkit/image-builder.ts';
import { collected, fetched } from '@assay/testkit/registry-conformance.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { createFetcher } from '../guarded-fetch.ts';
import { listRepositories } from './listing.ts';
import { requireReference } from './reference.ts';
import { openRegistry, type RegistryClient } from './registry-client.ts';
import type { RegistryOptions } from './session.ts';

const image = buildImage({ layers: [{ items: [{ name: 'a', content: 'x' }] }] });
const fetcher = createFetcher({ now: () => performance.now(), sleep: async () => {}, random: () => 0 });
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that is not the registry and writes down what it is asked. */
async function elsewhere(): Promise<{ host: string; seen: http.IncomingMessage[] }> {
  const seen: http.IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    seen.push(request);
    response.end('{"token":"stolen"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const credentialsFor = async () => ({ kind: 'basic' as const, username: REGISTRY_USER, password: REGISTRY_PASSWORD });

interface Started {
  readonly host: string;
  readonly requests: readonly SeenRequest[];
  readonly client: RegistryClient;
  readonly options: RegistryOptions;
}

async function start(script: RegistryScript, more: Partial<RegistryOptions> = {}): Promise<Started> {
  const registry = await startFakeRegistry(image.blobs, new Map([['team/app:1', image.manifest]]), script);
  closing.push(() => registry.close());
  const options = { fetcher, credentialsFor, ...more };
  return { ...registry, options, client: openRegistry(requireReference(`${registry.host}/team/app`), options) };
}

/** A registry that answers its paths with this. */
function saying(path: RegExp, answer: NonNullable<ReturnType<NonNullable<RegistryScript['instead']>>>): RegistryScript {
  return { instead: ({ url }) => (path.test(url) ? answer : undefined) };
}

describe('credentials', () => {
  it('do not go to a token server that the registry names elsewhere', async () => {
    const thief = await elsewhere();
    const { client } = await start({ auth: 'token', realm: `http://${thief.host}/token` });
    await expect(client.manifest('1')).rejects.toMatchObject({ code: 'untrusted-realm' });
    expect(thief.seen).toEqual([]);
  });

  it('go to a token server that was named', async () => {
    const { host } = await elsewhere();
    const { client } = await start({ auth: 'token', realm: `http://${host}/token` }, { trustedRealms: [host] });
    await expect(client.manifest('1')).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it.each(['http://169.254.169.254/latest/meta-data', 'http://localhost:1/token', 'http://10.0.0.1/', 'file:///etc/passwd', 'no address'])(
    'or not, a token server at %s is not asked',
    async (realm) => {
      for (const given of [{}, { credentialsFor: async () => undefined }]) {
        const { client } = await start({ auth: 'token', realm }, given);
        await expect(client.manifest('1')).rejects.toMatchObject({
          code: expect.stringMatching(/^(untrusted-realm|unauthorized|blocked-address|insecure-url)$/),
        });
      }
    },
  );

  it('stay when layers are sent from elsewhere', async () => {
    const store = await elsewhere();
    const { client } = await start({ auth: 'basic', redirectBlobs: (digest) => `http://${store.host}/${digest}` }, { named: [store.host] });
    const layer = image.blobs[0]!;
    await expect(collected(client.blob(layer.digest, layer.bytes.length))).rejects.toMatchObject({ code: 'network' });
    expect(store.seen.length).toBeGreaterThan(0);
    for (const { headers } of store.seen) expect(headers).not.toHaveProperty('authorization');
  });

  it('stay when a list goes on elsewhere', async () => {
    const thief = await elsewhere();
    const script = saying(/tags\/list/, {
      status: 200,
      headers: { link: `<http://${thief.host}/v2/x/tags/list>; rel="next"` },
      body: '{"tags":["1"]}',
    });
    const { client } = await start(script);
    await expect(collected(client.tags())).rejects.toThrow(/goes on at another host/);
    expect(thief.seen).toEqual([]);
  });

  it('are asked for once by all who wait for them', async () => {
    const { client, requests } = await start({ auth: 'token' });
    const found = await Promise.all(Array.from({ length: 12 }, () => client.digestOf('1')));
    expect(new Set(found)).toEqual(new Set([image.manifest.digest]));
    expect(requests.filter(({ url }) => url.startsWith('/token'))).toHaveLength(1);
  });

  it('are given once: a 401 for ever ends after few requests', async () => {
    for (const ask of [(one: Started) => one.client.manifest('1'), (one: Started) => collected(one.client.tags())]) {
      const started = await start({ auth: 'never' });
      await expect(ask(started)).rejects.toMatchObject({ code: 'unauthorized', message: expect.not.stringContaining(REGISTRY_PASSWORD) });
      expect(started.requests.length).toBeLessThanOrEqual(3);
    }
  });

  it('are not asked from elsewhere: a 401 of the store behind the registry is no challenge', async () => {
    const asked: string[] = [];
    const server = http.createServer((request, response) => {
      asked.push(request.headers.authorization ?? '');
      response.writeHead(401, { 'www-authenticate': 'Basic realm="mine"' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => void server.close());
    const store = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { client } = await start({ redirectBlobs: () => `http://${store}/` }, { named: [store] });
    const layer = image.blobs[0]!;
    await expect(collected(client.blob(layer.digest, layer.bytes.length))).rejects.toMatchObject({ code: 'unauthorized' });
    expect(asked).toEqual(['']);
  });
});

describe('redirects of layers', () => {
  it.each(['http://localhost:1/x', 'http://[::1]:1/x', 'http://169.254.169.254/x', 'http://2130706433:1/x', 'http://10.0.0.1/x'])(
    'to %s are not followed',
    async (location) => {
      const { client } = await start({ redirectBlobs: () => location });
      const layer = image.blobs[0]!;
      await expect(collected(client.blob(layer.digest, layer.bytes.length))).rejects.toMatchObject({
        code: expect.stringMatching(/^(blocked-address|insecure-url)$/),
      });
    },
  );
});

function asManifest(document: object): { blob: Blob; script: (contentType: string) => RegistryScript } {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...document }));
  const blob = { digest: sha256(bytes), bytes, mediaType: MANIFEST };
  return { blob, script: (contentType) => saying(/\/manifests\//, { status: 200, headers: { 'content-type': contentType }, body: bytes }) };
}

describe('a manifest', () => {
  const config = descriptorOf(image.blobs.at(-2)!, 2);

  it('that is an index as well is refused', async () => {
    const { blob, script } = asManifest({ config, layers: [], manifests: [] });
    for (const type of [MANIFEST, INDEX]) {
      const { client } = await start(script(type));
      await expect(client.manifest(blob.digest)).rejects.toMatchObject({ code: 'unsupported-manifest' });
    }
  });

  it.each([
    ['an image sent as an index', { config, layers: [] }, INDEX],
    ['an index sent as an image', { manifests: [] }, MANIFEST],
    ['an image that says it is an index', { mediaType: INDEX, config, layers: [] }, MANIFEST],
  ])('is what both it and its Content-Type say: %s is refused', async (_, document, type) => {
    const { blob, script } = asManifest(document);
    const { client } = await start(script(type));
    await expect(client.manifest(blob.digest)).rejects.toMatchObject({ code: 'unsupported-manifest' });
  });

  it.each(['application/json', 'text/plain; charset=utf-8', ''])('sent as %j says itself what it is', async (type) => {
    const { blob, script } = asManifest({ mediaType: MANIFEST, config, layers: [] });
    const { client } = await start(script(type));
    expect(await client.manifest(blob.digest)).toMatchObject({ digest: blob.digest, mediaType: MANIFEST });
  });

  it('with other bytes than its digest is refused', async () => {
    const { client } = await start({ replace: new Map([[image.manifest.digest, Buffer.from('{"schemaVersion":2}')]]) });
    await expect(client.manifest(image.manifest.digest)).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  it('has the digest of its bytes, whatever the registry claims', async () => {
    const lie = `sha256:${'0'.repeat(64)}`;
    const headers = { 'content-type': MANIFEST, 'docker-content-digest': lie };
    const { client } = await start(saying(/\/manifests\//, { status: 200, headers, body: image.manifest.bytes }));
    expect((await client.manifest('1')).digest).toBe(image.manifest.digest);
    expect(await client.digestOf('1')).toBe(lie);
    await expect(client.manifest(lie)).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  it.each(['sha256:short', 'sha256:../../x', `md5:${'0'.repeat(32)}`, ''])('whose digest is told as %j is read', async (told) => {
    const headers = { 'content-type': MANIFEST, 'docker-content-digest': told };
    const { client } = await start(saying(/\/manifests\//, { status: 200, headers, body: image.manifest.bytes }));
    expect(await client.digestOf('1')).toBe(image.manifest.digest);
  });

  it('of more than 4 MiB is not read to its end', async () => {
    const { client } = await start(saying(/\/manifests\//, { status: 200, body: Buffer.alloc((4 << 20) + 1, 0x20) }));
    await expect(client.manifest('1')).rejects.toMatchObject({ code: 'too-large' });
  });

  it('asked for by the digest of a configuration, at which distribution answers 500, ends after few requests', async () => {
    const { client, requests } = await start(saying(/\/manifests\//, { status: 500 }));
    await expect(client.manifest(image.blobs.at(-2)!.digest)).rejects.toMatchObject({ code: 'registry' });
    expect(requests.length).toBeLessThanOrEqual(4);
  });
});

/** A list without a network, page by page. */
function paged(page: (n: number) => { body: string; link?: string }): RegistryOptions {
  let n = 0;
  return {
    fetcher: async ({ url }) => {
      const { body, link } = page(n++);
      const answer = fetched(String(url), { status: 200, body });
      return link === undefined ? answer : { ...answer, headers: new Map([['link', link]]) };
    },
  };
}

describe('a list', () => {
  it('that goes in a circle is left', async () => {
    const circle = paged((n) => ({ body: `{"repositories":["a${n}"]}`, link: `</v2/_catalog?last=${n % 3}>; rel="next"` }));
    await expect(collected(listRepositories('registry.example', circle))).rejects.toThrow(/never ends/);
  });

  it('of empty pages without end is left', async () => {
    const empty = paged((n) => ({ body: '{"repositories":null}', link: `</v2/_catalog?last=${n}>; rel="next"` }));
    await expect(collected(listRepositories('registry.example', empty))).rejects.toThrow(/never ends/);
  });

  it('of names without end is left', async () => {
    const names = (n: number): string => JSON.stringify({ repositories: Array.from({ length: 1000 }, (_, at) => `r${n}-${at}`) });
    const endless = paged((n) => ({ body: names(n), link: `</v2/_catalog?last=${n}>; rel="next"` }));
    await expect(collected(listRepositories('registry.example', endless))).rejects.toMatchObject({ code: 'too-large' });
  });

  it('gives the names that can be ones, each once', async () => {
    const body = JSON.stringify({ repositories: ['a', 'a', '../etc', 'A', '', 7, null, 'a//b', '__proto__', 'x'.repeat(256), 'team/app'] });
    expect(
      await collected(
        listRepositories(
          'registry.example',
          paged(() => ({ body })),
        ),
      ),
    ).toEqual(['a', 'team/app']);
  });

  it.each([
    ['</v2/_catalog?last=a&n=1>; rel="next"', true],
    ['</v2/_catalog?last=a>; title="x"; rel=next', true],
    ['<http://registry.example/v2/_catalog?last=a>; rel="prev next"', true],
    ['</v2/_catalog?last=0>; rel="prev", <?last=a>; rel="next"', true],
    ['</v2/_catalog?last=a>; rel="nextlist"', false],
    ['</v2/_catalog?last=a', false],
  ])('goes on at %s', async (link, goesOn) => {
    const two = paged((n) => (n === 0 ? { body: '{"repositories":["a"]}', link } : { body: '{"repositories":["b"]}' }));
    expect(await collected(listRepositories('registry.example', two))).toEqual(goesOn ? ['a', 'b'] : ['a']);
  });

  it('of tags may be 10 MB on one page, and not 17', async () => {
    const tags = (count: number): string =>
      JSON.stringify({ tags: Array.from({ length: count }, (_, at) => `build-${at}-of-the-main-branch-of-the-team`) });
    const { client } = await start(saying(/tags\/list/, { status: 200, body: tags(220_000) }));
    expect(await collected(client.tags())).toHaveLength(220_000);
    const large = await start(saying(/tags\/list/, { status: 200, body: tags(400_000) }));
    await expect(collected(large.client.tags())).rejects.toMatchObject({ code: 'too-large' });
  });

  it('whose bytes drip is left', async () => {
    const server = http.createServer((_, response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.close();
      server.closeAllConnections();
    });
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(collected(listRepositories(host, { fetcher, stallMs: 200 }))).rejects.toMatchObject({ code: 'timeout' });
  });
});

describe('what belongs to a manifest', () => {
  const subject = { ...descriptorOf(image.manifest, image.manifest.bytes.length) };
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      artifactType: 'application/x-signature',
      subject,
      config: subject,
      layers: [],
    }),
  );
  const signature: Blob = { digest: sha256(bytes), bytes, mediaType: MANIFEST };
  const told = { digest: signature.digest, mediaType: MANIFEST, artifactType: 'application/x-signature', size: bytes.length };

  async function startSigned(script: RegistryScript, tags: readonly (readonly [string, Blob])[] = []): Promise<RegistryClient> {
    const registry = await startFakeRegistry([...image.blobs, signature], new Map([['team/app:1', image.manifest], ...tags]), script);
    closing.push(() => registry.close());
    return openRegistry(requireReference(`${registry.host}/team/app`), { fetcher });
  }

  it('is told by the registry', async () => {
    const client = await startSigned({});
    expect(await client.referrers(image.manifest.digest)).toEqual([told]);
    expect(await client.referrers(signature.digest)).toEqual([]);
  });

  it('or stands under a tag', async () => {
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [{ ...told }] }));
    const tag = `team/app:${image.manifest.digest.replace(':', '-')}`;
    const client = await startSigned({ referrers: false }, [[tag, { digest: sha256(index), bytes: index, mediaType: INDEX }]]);
    expect(await client.referrers(image.manifest.digest)).toEqual([told]);
    expect(await client.referrers(signature.digest)).toEqual([]);
  });

  it('is bounded, and what is no descriptor is left out', async () => {
    const many = JSON.stringify({
      manifests: [7, {}, { digest: 'sha256:x', mediaType: 'y' }, ...Array.from({ length: 3000 }, () => told)],
    });
    const client = await startSigned(saying(/\/referrers\//, { status: 200, body: many }));
    expect((await client.referrers(image.manifest.digest)).length).toBeLessThanOrEqual(1000);
    const none = await startSigned(saying(/\/referrers\//, { status: 200, body: '[]' }));
    await expect(none.referrers(image.manifest.digest)).rejects.toMatchObject({ code: 'bad-answer' });
  });
});
