import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { oci } from '@assay/connectors/registries/oci/oci.ts';
import type { SourceContext } from '@assay/connectors/source.ts';
import { silentLogger } from '@assay/core/context.ts';
import { createFetcher } from '@assay/net/guarded-fetch.ts';
import { buildImage, buildIndex, layoutFiles, writeFiles } from '@assay/testkit/image-builder.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goProgram } from './go-programs.ts';
import { READER, type Registry, skopeo, startRegistry } from './images.ts';
import { has, hasPrograms } from './requirements.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'assay-registries-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const amd64 = buildImage({ layers: [{ items: [{ name: 'etc/one', content: 'amd64' }] }] });
const arm64 = buildImage({ layers: [{ items: [{ name: 'etc/one', content: 'arm64' }] }], architecture: 'arm64' });
const index = buildIndex([{ image: amd64 }, { image: arm64 }]);

/** The image of two platforms and the one that it has on amd64, in the layout that skopeo copies from. */
function layout(): string {
  const roots = [
    { blob: index, tag: 'both' },
    { blob: amd64.manifest, tag: 'one' },
  ];
  return writeFiles(path.join(folder, 'layout'), layoutFiles(roots, [...amd64.blobs, ...arm64.blobs]));
}

function context(secret = ''): SourceContext {
  const sleep = async (milliseconds: number): Promise<void> => void (await pause(milliseconds));
  const shared = { now: Date.now, random: Math.random, sleep };
  const signal = new AbortController().signal;
  return { ...shared, secret, signal, log: silentLogger, fetcher: createFetcher({ ...shared, userAgent: 'assay/test' }) };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const canCopy = hasPrograms('docker-registry', 'skopeo');
const third = goProgram('github.com/distribution/distribution/v3/cmd/registry', 'v3.0.0');
const hasThird = has('distribution 3', third !== undefined, 'install Go, and let it reach its module proxy');

describe.each([
  ['distribution 2', 'docker-registry', canCopy],
  ['distribution 3', third, canCopy && hasThird],
])('%s', (name, program, isThere) => {
  if (!isThere) return;
  let registry: Registry;
  const config = (): Record<string, string> => ({ url: registry.host, username: READER.user });

  beforeAll(async () => {
    registry = await startRegistry(path.join(folder, name.replace(' ', '')), 'basic', {
      ...(program === undefined ? {} : { program }),
      // Less than we ask for at first, and than there is.
      lines: ['catalog: {maxentries: 2}'],
    });
    const source = layout();
    const to = (target: string, tag: string): void =>
      skopeo(
        'copy',
        '--all',
        '--dest-tls-verify=false',
        '--dest-creds',
        `${READER.user}:${READER.password}`,
        `oci:${source}:${tag}`,
        `docker://${registry.host}/${target}`,
      );
    to('team/app:1', 'both');
    to('team/app:latest', 'both');
    to('team/app:amd64', 'one');
    for (const repository of ['a', 'b', 'team/web', 'z']) to(`${repository}:1`, 'one');
  });
  afterAll(() => registry.close());

  it('lists all its repositories, over pages', async () => {
    const found = await all(oci.repositories(config(), context(READER.password)));
    expect(found).toEqual(['a', 'b', 'team/app', 'team/web', 'z']);
  });

  it('tells what its tags mean', async () => {
    const images = await all(oci.images(config(), 'team/app', context(READER.password)));
    // Distribution 3 lists tags in no order.
    expect(images.sort((a, b) => (a.tags[0]! < b.tags[0]! ? -1 : 1))).toEqual([
      { digest: index.digest, tags: ['1', 'latest'] },
      { digest: amd64.manifest.digest, tags: ['amd64'] },
    ]);
  });
});
