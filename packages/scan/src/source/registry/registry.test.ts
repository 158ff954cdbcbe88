import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFetcher } from '@assay/net/guarded-fetch.ts';
import { requireReference } from '@assay/net/oci/reference.ts';
import { startFakeRegistry } from '@assay/testkit/fake-registry.ts';
import { buildImage, descriptorOf, sha256 } from '@assay/testkit/image-builder.ts';
import { afterEach, expect, it } from 'vitest';
import { openRegistryImage } from './registry.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

it.each(['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip'])(
  'a layer of type %s is not fetched from where the image says, and its absence is said',
  async (mediaType) => {
    const asked: string[] = [];
    const thief = http.createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(401, { 'www-authenticate': 'Basic realm="mine"' }).end();
    });
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    closing.push(() => void thief.close());
    const url = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/layer`;

    const image = buildImage({ layers: [{ items: [{ name: 'a', content: 'x' }], mediaType }] });
    const [layer, config] = image.blobs;
    const document = {
      schemaVersion: 2,
      mediaType: image.manifest.mediaType,
      config: descriptorOf(config!, config!.bytes.length),
      layers: [{ ...descriptorOf(layer!, layer!.bytes.length), urls: [url] }],
    };
    const bytes = Buffer.from(JSON.stringify(document));
    const manifest = { digest: sha256(bytes), bytes, mediaType: image.manifest.mediaType };
    const registry = await startFakeRegistry([config!, manifest], new Map([['team/app:1', manifest]]));
    closing.push(() => registry.close());

    const fetcher = createFetcher({ now: () => performance.now(), sleep: async () => {}, random: () => 0 });
    const credentialsFor = async () => ({ kind: 'basic' as const, username: 'u', password: 'p' });
    const target = openRegistryImage(
      requireReference(`${registry.host}/team/app:1`),
      { fetcher, credentialsFor },
      {
        platform: 'all',
        platformIsDefault: true,
      },
    );
    if (target.kind !== 'images') throw new Error('no image');
    for await (const { layers } of target.images()) {
      expect(layers).toHaveLength(1);
      expect(layers[0]).toMatchObject({ gap: { code: 'unsupported-media-type' } });
      expect(layers[0]).not.toHaveProperty('bytes');
    }
    expect(asked).toEqual([]);
    expect(registry.requests.filter((request) => request.url.includes(layer!.digest))).toEqual([]);
  },
);
