import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Context, silentLogger } from '@assay/core/context.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import { createFetcher } from '@assay/net/guarded-fetch.ts';
import { REGISTRY_PASSWORD, REGISTRY_USER, type RegistryScript, startFakeRegistry } from '@assay/testkit/fake-registry.ts';
import {
  type BuiltImage,
  buildImage,
  buildIndex,
  descriptorOf,
  dockerSave,
  type ImageSpec,
  layoutFiles,
  type Packing,
  sha256,
  type TarItem,
  tarArchive,
  writeFiles,
  writeLayout,
} from '@assay/testkit/image-builder.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { executableWith } from './catalogers/go-binary/testdata/executable-writer.ts';
import { type ScanOptions, scanTarget } from './scan.ts';

const base = mkdtempSync(join(tmpdir(), 'assay-scan-'));
afterAll(() => rmSync(base, { recursive: true }));
let count = 0;
const fresh = (): string => join(base, String(count++));
const ctx: Context = { now: () => performance.now(), log: silentLogger };

const OS_RELEASE = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n';
const stanza = (name: string, version: string): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nMaintainer: Nobody <n@example.org>\nVersion: ${version}\n\n`;
const system: TarItem[] = [
  { name: 'usr/lib/os-release', content: OS_RELEASE },
  { name: 'etc/os-release', type: '2', link: '../usr/lib/os-release' },
  { name: 'var/lib/dpkg/status', content: stanza('libc6', '2.36-9') + stanza('curl', '7.88.1-10') },
];
const upgrade: TarItem[] = [{ name: 'var/lib/dpkg/status', content: stanza('libc6', '2.36-9') + stanza('curl', '7.88.1-11') }];

async function scan(target: string, options: ScanOptions = {}): Promise<Inventory[]> {
  const found: Inventory[] = [];
  for await (const inventory of scanTarget(target, { platform: 'linux/amd64', ...options }, ctx)) found.push(inventory);
  return found;
}

const names = (inventory: Inventory | undefined): string[] =>
  (inventory?.packages ?? []).map(({ identity }) => `${identity.name} ${identity.version}`);
const codes = (inventory: Inventory | undefined): string[] => (inventory?.gaps ?? []).map((gap) => gap.code);

describe('an image', () => {
  it('in a layout becomes an inventory', async () => {
    const [inventory] = await scan(writeLayout(fresh(), { layers: [{ items: system, createdBy: 'COPY' }, { items: upgrade }] }));
    expect(inventory?.distro).toMatchObject({ id: 'debian', version: '12', namespace: 'debian:12' });
    expect(names(inventory)).toEqual(['curl 7.88.1-11', 'libc6 2.36-9']);
    expect(inventory?.packages[0]?.identity).toMatchObject({
      type: 'deb',
      namespace: 'debian:12',
      owner: 'none',
      purl: 'pkg:deb/debian/curl@7.88.1-11?arch=amd64&distro=debian-12',
    });
    expect(inventory?.gaps).toEqual([]);
    expect(inventory?.subject).toMatchObject({
      kind: 'image',
      tags: ['test'],
      platform: { os: 'linux', architecture: 'amd64' },
      labels: { purpose: 'test' },
    });
    expect(inventory?.stats?.isolation).toMatch(/process/);
  });

  it('has the same packages however it is packed', async () => {
    const inventories = await Promise.all(
      (['none', 'gzip', 'zstd'] as Packing[]).map(
        async (packing) => (await scan(writeLayout(fresh(), { layers: [{ items: system, packing }] })))[0],
      ),
    );
    for (const inventory of inventories) expect(names(inventory)).toEqual(['curl 7.88.1-10', 'libc6 2.36-9']);
  });

  it('has the same packages when its layers are squashed, re-ordered, or an empty one is added', async () => {
    const specs: ImageSpec[] = [
      { layers: [{ items: system }, { items: upgrade }] },
      { layers: [{ items: [...system].reverse() }, { items: [] }, { items: upgrade }] },
      { layers: [{ items: [system[0] as TarItem, system[1] as TarItem, ...upgrade] }] },
    ];
    for (const spec of specs) expect(names((await scan(writeLayout(fresh(), spec)))[0])).toEqual(['curl 7.88.1-11', 'libc6 2.36-9']);
  });

  it('says of each package which layer first had it', async () => {
    const again: TarItem[] = [
      { name: 'var/lib/dpkg/status', content: stanza('libc6', '2.36-9') + stanza('curl', '7.88.1-11') + stanza('jq', '1.6') },
    ];
    const [inventory] = await scan(writeLayout(fresh(), { layers: [{ items: system }, { items: upgrade }, { items: again }] }));
    const layers = inventory?.subject.kind === 'image' ? inventory.subject.layers.map((layer) => layer.digest) : [];
    const origin = Object.fromEntries(
      (inventory?.packages ?? []).map((one) => [one.identity.name, layers.indexOf(one.evidence[0]?.layer ?? '')]),
    );
    expect(origin).toEqual({ libc6: 0, curl: 1, jq: 2 });
  });

  it('whose database lies behind links is read all the same', async () => {
    const moved = system.map((item) => (item.name.startsWith('var/') ? { ...item, name: 'srv/db/status' } : item));
    const [inventory] = await scan(
      writeLayout(fresh(), { layers: [{ items: moved }, { items: [{ name: 'var/lib/dpkg', type: '2', link: '/srv/db' }] }] }),
    );
    expect(names(inventory)).toEqual(['curl 7.88.1-10', 'libc6 2.36-9']);
  });

  it('of which nothing can be said has gaps', async () => {
    expect(codes((await scan(writeLayout(fresh(), { layers: [{ items: [{ name: 'bin/x', content: 'y' }] }] })))[0])).toEqual([
      'no-packages',
      'no-package-database',
    ]);
    const [lost] = await scan(writeLayout(fresh(), { layers: [{ items: system.slice(2) }] }));
    expect(codes(lost)).toEqual(['unknown-distribution']);
    expect(lost?.packages[0]?.identity.namespace).toBe('unknown');
  });

  it('with a layer that is not what its digest says gives nothing of that layer', async () => {
    const evil = gzipSync(tarArchive([{ name: 'var/lib/dpkg/status', content: stanza('evil', '1') }]));
    const right = gzipSync(tarArchive(upgrade), { level: 1 });
    const stored = Buffer.concat([evil, Buffer.alloc(Math.max(0, right.length - evil.length))]).subarray(0, right.length);
    const [inventory] = await scan(writeLayout(fresh(), { layers: [{ items: system }, { items: upgrade, stored }] }));
    expect(codes(inventory)).toContain('digest-mismatch');
    expect(names(inventory)).not.toContain('evil 1');
  });

  it('with a layer cut short has a gap', async () => {
    const right = gzipSync(tarArchive(upgrade), { level: 1 });
    const [inventory] = await scan(
      writeLayout(fresh(), { layers: [{ items: system }, { items: upgrade, stored: right.subarray(0, -20) }] }),
    );
    expect(codes(inventory)).toEqual(['digest-mismatch']);
  });

  it('that hides a gigabyte header has a gap', async () => {
    const tar = tarArchive([...system, { name: 'x', type: 'x', size: 1 << 30 }]);
    const [inventory] = await scan(writeLayout(fresh(), { layers: [{ tar }] }));
    expect(codes(inventory)).toEqual(['limit-reached']);
    expect(names(inventory)).toHaveLength(2);
  });
});

describe('archives', () => {
  const spec: ImageSpec = { layers: [{ items: system }, { items: upgrade }] };
  const image = buildImage(spec);
  const layout = tarArchive(
    [...layoutFiles([{ blob: image.manifest, tag: 'test' }], image.blobs)].map(([name, content]) => ({ name, content })),
  );

  it.each([
    ['docker save', dockerSave(spec)],
    ['docker save, gzipped', gzipSync(dockerSave(spec))],
    ['an OCI layout', layout],
    ['an OCI layout, gzipped', gzipSync(layout)],
  ])('of %s are read', async (_, bytes) => {
    const path = fresh();
    writeFileSync(path, bytes);
    const [inventory] = await scan(path);
    expect(names(inventory)).toEqual(['curl 7.88.1-11', 'libc6 2.36-9']);
    expect(inventory?.gaps).toEqual([]);
  });

  it.each([
    ['cut short', layout.subarray(0, 3000), /ends too early/],
    ['cut short and gzipped', gzipSync(layout).subarray(0, 500), /damaged or ends too early/],
    ['of something else', tarArchive([{ name: 'README', content: 'x' }]), /neither manifest.json nor index.json/],
    ['that are no archives', Buffer.from('\x7fELF and so on'), /neither an image archive/],
  ])('%s are refused in one sentence', async (_, bytes, message) => {
    const path = fresh();
    writeFileSync(path, bytes);
    await expect(scan(path)).rejects.toThrow(message);
  });
});

describe('indexes', () => {
  const arm = buildImage({ layers: [{ items: upgrade }], architecture: 'arm64', variant: 'v8' });
  const amd = buildImage({ layers: [{ items: system }] });
  const attestation = buildImage({ layers: [{ items: [], mediaType: 'application/vnd.in-toto+json' }] });
  const index = buildIndex([
    { image: arm },
    { image: amd },
    {
      image: attestation,
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    },
  ]);
  const blobs = [arm, amd, attestation].flatMap((image: BuiltImage) => image.blobs);
  const write = (): string => writeFiles(fresh(), layoutFiles([{ blob: index, tag: 'many' }], blobs));

  it('give the platform that was asked for', async () => {
    const [inventory] = await scan(write(), { platform: 'linux/arm64' });
    expect(inventory?.subject).toMatchObject({ digest: arm.manifest.digest, index: index.digest });
  });

  it('give every real platform', async () => {
    expect(
      (await scan(write(), { platform: 'all' })).map(({ subject }) => subject.kind === 'image' && subject.platform.architecture),
    ).toEqual(['arm64', 'amd64']);
  });

  it('name what they have when they lack the platform', async () => {
    await expect(scan(write(), { platform: 'linux/s390x' })).rejects.toThrow(
      'has no image for linux/s390x; choose one of linux/arm64/v8, linux/amd64 with --platform.',
    );
  });

  it('may be the layout itself', async () => {
    const manifests = [arm, amd].map((image) => ({
      ...descriptorOf(image.manifest, image.manifest.bytes.length),
      platform: image.platform,
    }));
    const folder = writeFiles(fresh(), layoutFiles([], blobs));
    writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
    expect((await scan(folder, { platform: 'linux/arm64' }))[0]?.subject).toMatchObject({ digest: arm.manifest.digest });
    expect(await scan(folder, { platform: 'all' })).toHaveLength(2);
  });

  it('of several images want one to be named', async () => {
    const folder = writeFiles(
      fresh(),
      layoutFiles(
        [
          { blob: arm.manifest, tag: 'a' },
          { blob: amd.manifest, tag: 'b' },
        ],
        blobs,
      ),
    );
    await expect(scan(folder)).rejects.toThrow('choose one by adding :TAG, with TAG one of a, b.');
    expect((await scan(`${folder}:b`))[0]?.subject).toMatchObject({ digest: amd.manifest.digest });
    await expect(scan(`${folder}:c`)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('that point to themselves or nest for ever end', async () => {
    let inner = index;
    for (let i = 0; i < 6; i++) {
      const bytes = Buffer.from(
        JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: inner.mediaType, digest: inner.digest, size: inner.bytes.length }] }),
      );
      blobs.push(inner);
      inner = { ...inner, bytes, digest: sha256(bytes) };
    }
    const folder = writeFiles(fresh(), layoutFiles([{ blob: inner }], blobs));
    await expect(scan(folder)).rejects.toMatchObject({ code: 'unsupported-manifest' });
  });

  it('of things that are no images say so', async () => {
    const chart = { layers: [{ items: [] }], configMediaType: 'application/vnd.cncf.helm.config.v1+json' };
    await expect(scan(writeLayout(fresh(), chart))).rejects.toMatchObject({
      code: 'not-an-image',
      message: expect.stringContaining('helm'),
    });
  });

  it('whose digests are paths are refused', async () => {
    const folder = fresh();
    const manifests = [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: 'sha256:../../../etc/passwd', size: 5 }];
    writeFiles(
      folder,
      new Map([
        ['oci-layout', Buffer.from('{}')],
        ['index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests }))],
      ]),
    );
    await expect(scan(folder)).rejects.toMatchObject({ code: 'unsupported-manifest' });
  });
});

describe('a directory', () => {
  it('is read without following links out of it', async () => {
    const root = fresh();
    const outside = fresh();
    mkdirSync(join(root, 'var/lib'), { recursive: true });
    mkdirSync(join(root, 'srv/db'), { recursive: true });
    mkdirSync(outside);
    writeFileSync(join(outside, 'package-lock.json'), '{}');
    writeFileSync(join(outside, 'status'), stanza('outside', '1'));
    writeFileSync(join(root, 'srv/db/status'), stanza('inside', '1'));
    mkdirSync(join(root, 'usr/lib'), { recursive: true });
    writeFileSync(join(root, 'usr/lib/os-release'), OS_RELEASE);
    symlinkSync('../../srv/db', join(root, 'var/lib/dpkg'));
    symlinkSync(outside, join(root, 'elsewhere'));
    mkdirSync(join(root, 'x/lib/dpkg'), { recursive: true });
    symlinkSync(join(outside, 'status'), join(root, 'x/lib/dpkg/status'));
    const [inventory] = await scan(root);
    expect(names(inventory)).toEqual(['inside 1']);
    expect(inventory?.subject).toMatchObject({ kind: 'directory', path: root });
  });

  it('that is a machine leaves out other people and what the kernel makes up', async () => {
    const root = fresh();
    for (const folder of ['proc/1/root', 'home/someone', 'run/x', 'opt']) {
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, folder, 'requirements.txt'), `in-${folder.split('/')[0]}==1\n`);
    }
    expect(names((await scan(root, { host: true }))[0])).toEqual(['in-opt 1']);
    expect(names((await scan(root))[0])).toHaveLength(4);
  });

  it('that is a machine has one system: the package databases of others below it are left out and said', async () => {
    const root = fresh();
    for (const folder of ['.', 'srv/container/rootfs']) {
      mkdirSync(join(root, folder, 'var/lib/dpkg'), { recursive: true });
      writeFileSync(join(root, folder, 'var/lib/dpkg/status'), stanza(folder === '.' ? 'own' : 'other', '1'));
    }
    const [host] = await scan(root, { host: true });
    expect(names(host)).toEqual(['own 1']);
    expect(host?.gaps.find((gap) => gap.code === 'skipped-path')?.message).toContain('/srv/container/rootfs');
    expect(names((await scan(root))[0])).toEqual(['other 1', 'own 1']);
  });

  it('has programs larger than any limit, of which only parts are read', async () => {
    const root = fresh();
    mkdirSync(root);
    const program = executableWith({
      format: 'elf64le',
      style: 'inline',
      section: true,
      goVersion: 'go1.22.5',
      modules: 'path\tm\nmod\tm\tv1.0.0\n',
    });
    for (const name of ['small', 'large']) writeFileSync(join(root, name), program, { mode: 0o755 });
    truncateSync(join(root, 'large'), 700 << 20);
    writeFileSync(join(root, 'plain'), program, { mode: 0o644 });
    const [inventory] = await scan(root);
    expect(names(inventory).sort()).toEqual(['m v1.0.0', 'stdlib 1.22.5']);
    expect(inventory?.packages[0]?.evidence.map(({ path }) => path).sort()).toEqual(['large', 'small']);
    expect(inventory?.gaps.filter(({ code }) => code !== 'unknown-distribution')).toEqual([]);
    expect(inventory?.stats?.bytesRead).toBeLessThan(1 << 20);
  });

  it('with too much in it is cut off, and says where', async () => {
    const root = fresh();
    for (let i = 0; i < 9; i++) {
      mkdirSync(join(root, `d${i}/lib/dpkg`), { recursive: true });
      writeFileSync(join(root, `d${i}/lib/dpkg/status`), stanza('x', `${i}`));
    }
    const [inventory] = await scan(root, { walkLimits: { maxEntries: 20 } });
    expect(codes(inventory)).toContain('limit-reached');
    expect(inventory?.packages.length).toBeLessThan(9);
    expect(inventory?.packages.length).toBeGreaterThan(0);
  });

  it('that is not there is an error of one sentence', async () => {
    await expect(scan('/nonexistent/place')).rejects.toMatchObject({ code: 'not-found', message: expect.stringMatching(/^[^\n]*\.$/) });
  });
});

describe('a registry', () => {
  const image = buildImage({ layers: [{ items: system }, { items: upgrade }] });
  const fetcher = createFetcher({ now: () => performance.now(), sleep: async () => {}, random: () => 0 });

  async function pull(script: RegistryScript, credentials = false): Promise<{ inventories: Inventory[]; requests: number }> {
    const registry = await startFakeRegistry(image.blobs, new Map([['team/app:1', image.manifest]]), script);
    const credentialsFor = async () => ({ kind: 'basic' as const, username: REGISTRY_USER, password: REGISTRY_PASSWORD });
    try {
      const options = { registry: { fetcher, stallMs: 400, ...(credentials && { credentialsFor }) } };
      return { inventories: await scan(`${registry.host}/team/app:1`, options), requests: registry.requests.length };
    } finally {
      await registry.close();
    }
  }

  it.each<[string, RegistryScript, boolean]>([
    ['open', {}, false],
    ['with a password', { auth: 'basic' }, true],
    ['with tokens', { auth: 'token' }, true],
    ['with tokens under the other name', { auth: 'token', tokenField: 'access_token' }, true],
    ['whose tokens expire in the middle', { auth: 'token', tokenUses: 2 }, true],
    ['that breaks connections', { breakAfter: { bytes: 100, times: 3 } }, false],
    ['that breaks connections and knows no ranges', { breakAfter: { bytes: 100, times: 2 }, ranges: false }, false],
    ['that is busy', { failures: [{ status: 503 }, { status: 429, headers: { 'retry-after': '1' } }] }, false],
  ])('%s gives its image', async (_, script, credentials) => {
    const { inventories } = await pull(script, credentials);
    expect(names(inventories[0])).toEqual(['curl 7.88.1-11', 'libc6 2.36-9']);
    expect(inventories[0]?.gaps).toEqual([]);
  });

  it('that answers 401 for ever ends in one sentence, after few requests', async () => {
    await expect(pull({ auth: 'never' }, true)).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringMatching(/^[^\n]*\.$/),
    });
  });

  it('that sends a byte now and then ends in a gap that says so', async () => {
    const { inventories } = await pull({ drip: 30, replace: new Map() }).catch((error: Error) => ({ inventories: [error] as never[] }));
    const [answer] = inventories as unknown as [Inventory | Error];
    expect(answer instanceof Error ? answer.message : JSON.stringify(answer.gaps)).toMatch(/too slowly/);
  });

  it('that sends other bytes than promised gives nothing of them', async () => {
    const layer = image.blobs[1]!;
    const wrong = Buffer.from(layer.bytes);
    wrong[40]! ^= 1;
    const { inventories } = await pull({ replace: new Map([[layer.digest, wrong]]) });
    expect(codes(inventories[0])).toEqual(['digest-mismatch']);
    expect(names(inventories[0])).toEqual(['curl 7.88.1-10', 'libc6 2.36-9']);
  });
});
