import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { tarEntry, writeLayout } from '@assay/testkit/image-builder.ts';
import { mustRun, run } from './measure.ts';
import type { BenchContext } from './part.ts';

const RELEASE = 'bookworm';
const TOOLS: readonly (readonly [string, string])[] = [
  ['libdeflate-gunzip', 'libdeflate-tools'],
  ['mmdebstrap', 'mmdebstrap'],
  ['umoci', 'umoci'],
];
/** What makes the full image about 1 GB: a language runtime or two, as a careless build leaves them in. */
const INCLUDE = {
  small: 'python3-minimal,ca-certificates',
  full: 'build-essential,ca-certificates,curl,default-jdk-headless,git,golang-go,nodejs,npm,postgresql,python3-scipy',
};
/** Parts of the root that become layers of their own. */
const SLICES = ['usr/share', 'usr/lib/x86_64-linux-gnu'];

/** Why images cannot be made here; undefined when they can. */
export async function missingTools(): Promise<string | undefined> {
  const missing: string[] = [];
  for (const [tool, debian] of TOOLS) if ((await run('sh', ['-c', `command -v ${tool}`])).code !== 0) missing.push(debian);
  return missing.length === 0 ? undefined : `the Debian packages ${missing.join(', ')} are not installed`;
}

/** An OCI layout of a real Debian root in three layers, made once per cache. */
export async function debianImage(ctx: BenchContext): Promise<string> {
  const size = ctx.small ? 'small' : 'full';
  const layout = join(ctx.cache, `debian-${size}`);
  if (existsSync(layout)) return layout;
  ctx.say('making a Debian image with mmdebstrap');
  const work = join(ctx.cache, `making-${process.pid}`);
  const root = join(work, 'root');
  mkdirSync(root, { recursive: true });
  const archive = join(work, 'root.tar');
  await mustRun('mmdebstrap', ['--variant=minbase', `--include=${INCLUDE[size]}`, RELEASE, archive, await mirror()]);
  await mustRun('tar', ['-xf', archive, '-C', root, '--exclude=./dev/*', '--no-same-owner']);
  const image = join(work, 'image');
  await mustRun('umoci', ['init', '--layout', image]);
  await mustRun('umoci', ['new', '--image', `${image}:bench`]);
  const excluded = SLICES.map((slice) => `--exclude=./${slice}`);
  await addLayer(image, ['-C', root, ...excluded, '.'], work);
  for (const slice of SLICES) await addLayer(image, ['-C', root, `./${slice}`], work);
  renameSync(image, layout);
  rmSync(work, { recursive: true, force: true });
  return layout;
}

async function addLayer(image: string, what: readonly string[], work: string): Promise<void> {
  const file = join(work, 'layer.tar');
  await mustRun('tar', ['-cf', file, ...what]);
  await mustRun('umoci', ['raw', 'add-layer', '--image', `${image}:bench`, file]);
}

/** The mirror that apt uses on this machine. */
async function mirror(): Promise<string> {
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(REPO_URI) $(CODENAME) $(COMPONENT)', 'Created-By: Packages']);
  const line = stdout.split('\n').find((target) => target.endsWith(` ${RELEASE} main`));
  const mirror = line?.split(' ')[0];
  if (mirror === undefined) throw new Error(`apt on this machine has no source for ${RELEASE}`);
  return mirror;
}

/** One layer of an Alpine's size: an apk database of 15 packages and 8 MB of files that compress by half. */
export function alpineSizedImage(folder: string): string {
  const installed = Array.from(
    { length: 15 },
    (_, n) => `P:package-${n}\nV:1.${n}.0-r0\nA:x86_64\no:package-${n}\nF:usr/lib\nR:lib${n}.so\n`,
  ).join('\n');
  const release = 'ID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20"\n';
  const files = Array.from({ length: 80 }, (_, n) => ({ name: `usr/lib/lib${n}.so`, content: halfRandom(100_000, n) }));
  const items = [{ name: 'etc/os-release', content: release }, { name: 'lib/apk/db/installed', content: installed }, ...files];
  return writeLayout(join(folder, 'alpine-sized'), { layers: [{ items }] });
}

function halfRandom(bytes: number, seed: number): Buffer {
  const blocks: Buffer[] = [];
  for (let n = 0; n * 32 < bytes; n++)
    blocks.push(
      createHash('sha256')
        .update(`${seed} ${n >> 1}`)
        .digest(),
    );
  return Buffer.concat(blocks);
}

/** One layer of very many small files, written as it is made. */
export async function manyFilesImage(folder: string, count: number): Promise<string> {
  const layout = join(folder, `files-${count}`);
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true });
  const staged = join(layout, 'layer');
  const plain = createHash('sha256');
  const packed = createHash('sha256');
  const observe = (hash: ReturnType<typeof createHash>) =>
    async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    };
  await pipeline(Readable.from(manyFiles(count)), observe(plain), createGzip({ level: 1 }), observe(packed), createWriteStream(staged));
  const layer = packed.digest('hex');
  const { size } = statSync(staged);
  renameSync(staged, join(layout, 'blobs/sha256', layer));
  writeIndex(layout, { diffId: plain.digest('hex'), digest: layer, size });
  return layout;
}

function* manyFiles(count: number): Generator<Buffer> {
  let blocks: Buffer[] = [];
  for (let n = 0; n < count; n++) {
    blocks.push(tarEntry({ name: `srv/data/${n % 1000}/${n >> 12}/file-${n}.txt`, content: `${n}\n` }));
    if (blocks.length < 1000) continue;
    yield Buffer.concat(blocks);
    blocks = [];
  }
  yield Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function writeIndex(layout: string, layer: { readonly diffId: string; readonly digest: string; readonly size: number }): void {
  const put = (value: unknown, mediaType: string) => {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(layout, 'blobs/sha256', digest), bytes);
    return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
  };
  const config = put(
    { os: 'linux', architecture: 'amd64', config: {}, rootfs: { type: 'layers', diff_ids: [`sha256:${layer.diffId}`] }, history: [] },
    'application/vnd.oci.image.config.v1+json',
  );
  const layers = [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: `sha256:${layer.digest}`, size: layer.size }];
  const manifest = put({ schemaVersion: 2, config, layers }, 'application/vnd.oci.image.manifest.v1+json');
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
}

/** Files of an image's layers, in order: the blobs that gunzip can read. */
export function layerFiles(layout: string): string[] {
  const folder = join(layout, 'blobs/sha256');
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((file) => readFileSync(file).readUInt16BE(0) === 0x1f8b);
}
