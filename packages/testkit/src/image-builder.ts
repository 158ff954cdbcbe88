import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';

/** One entry of a tar archive as a test wants it, right or wrong. */
export interface TarItem {
  readonly name: string;
  /** Type flag: `0` file (default), `1` hard link, `2` symlink, `5` directory, `3` character device. */
  readonly type?: string;
  readonly content?: string | Buffer;
  readonly link?: string;
  readonly mode?: number;
  /** Records of an extended header before the entry. */
  readonly pax?: Readonly<Record<string, string>>;
  /** Size to claim instead of the content's. */
  readonly size?: number;
  readonly device?: readonly [major: number, minor: number];
}

function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, '0')}\0`;
}

function header(item: TarItem, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(item.name, 0, 100, 'utf8');
  block.write(octal(item.mode ?? (item.type === '5' ? 0o755 : 0o644), 8), 100, 'latin1');
  block.write(octal(0, 8) + octal(0, 8), 108, 'latin1');
  if (size > 0o77777777777) {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(size), 128);
  } else block.write(octal(size, 12), 124, 'latin1');
  block.write(octal(0, 12), 136, 'latin1');
  block.write('        ', 148, 'latin1');
  block.write(item.type ?? '0', 156, 'latin1');
  block.write(item.link ?? '', 157, 100, 'utf8');
  block.write('ustar\x0000', 257, 'latin1');
  const [major, minor] = item.device ?? [0, 0];
  block.write(octal(major, 8) + octal(minor, 8), 329, 'latin1');
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** `LENGTH KEY=VALUE\n` records; the length counts itself. */
export function paxRecords(records: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = Buffer.byteLength(rest) + 1;
    while (String(length).length + Buffer.byteLength(rest) !== length) length = String(length).length + Buffer.byteLength(rest);
    return `${length}${rest}`;
  });
  return Buffer.from(lines.join(''));
}

/** Blocks of one entry, its extended header included. Names beyond 100 bytes get a `path` record by themselves. */
export function tarEntry(item: TarItem): Buffer {
  const content = Buffer.from(item.content ?? '');
  const long = {
    ...(Buffer.byteLength(item.name) > 100 && { path: item.name }),
    ...(Buffer.byteLength(item.link ?? '') > 100 && { linkpath: item.link ?? '' }),
  };
  const records = { ...long, ...item.pax };
  const blocks: Buffer[] = [];
  if (Object.keys(records).length > 0) {
    const bytes = paxRecords(records);
    blocks.push(header({ name: 'PaxHeaders/x', type: 'x' }, bytes.length), padded(bytes));
  }
  blocks.push(header(item, item.size ?? content.length), padded(content));
  return Buffer.concat(blocks);
}

export function tarArchive(items: readonly TarItem[]): Buffer {
  return Buffer.concat([...items.map(tarEntry), Buffer.alloc(1024)]);
}

export type Packing = 'none' | 'gzip' | 'zstd';

export function pack(bytes: Buffer, packing: Packing): Buffer {
  return packing === 'gzip' ? gzipSync(bytes, { level: 1 }) : packing === 'zstd' ? zstdCompressSync(bytes) : bytes;
}

export interface LayerSpec {
  readonly items?: readonly TarItem[];
  /** The tar itself, instead of items. */
  readonly tar?: Buffer;
  readonly packing?: Packing;
  readonly mediaType?: string;
  readonly createdBy?: string;
  /** Bytes to store under the digest instead of the right ones. */
  readonly stored?: Buffer;
}

export interface ImageSpec {
  readonly layers: readonly LayerSpec[];
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly configMediaType?: string;
  readonly artifactType?: string;
}

export interface Blob {
  readonly digest: string;
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** An image as blobs: the last is its manifest. */
export interface BuiltImage {
  readonly manifest: Blob;
  readonly blobs: readonly Blob[];
  readonly platform: { readonly os: string; readonly architecture: string; readonly variant?: string };
}

export function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function blob(bytes: Buffer, mediaType: string, stored?: Buffer): Blob {
  return { digest: sha256(bytes), bytes: stored ?? bytes, mediaType };
}

export function buildImage(spec: ImageSpec): BuiltImage {
  const tars = spec.layers.map((layer) => layer.tar ?? tarArchive(layer.items ?? []));
  const sizes: number[] = [];
  const layers = spec.layers.map((layer, position) => {
    const packing = layer.packing ?? 'gzip';
    const bytes = pack(tars[position] as Buffer, packing);
    sizes.push(bytes.length);
    const suffix = packing === 'none' ? '' : `+${packing}`;
    return blob(bytes, layer.mediaType ?? `application/vnd.oci.image.layer.v1.tar${suffix}`, layer.stored);
  });
  const platform = {
    os: spec.os ?? 'linux',
    architecture: spec.architecture ?? 'amd64',
    ...(spec.variant !== undefined && { variant: spec.variant }),
  };
  const config = blob(
    Buffer.from(
      JSON.stringify({
        ...platform,
        created: '2026-01-02T03:04:05Z',
        config: { Labels: { purpose: 'test' } },
        rootfs: { type: 'layers', diff_ids: tars.map(sha256) },
        history: spec.layers.map((layer) => ({ created_by: layer.createdBy ?? 'test' })),
      }),
    ),
    spec.configMediaType ?? 'application/vnd.oci.image.config.v1+json',
  );
  const manifest = blob(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        ...(spec.artifactType !== undefined && { artifactType: spec.artifactType }),
        config: descriptorOf(config, config.bytes.length),
        layers: layers.map((layer, position) => descriptorOf(layer, sizes[position] as number)),
      }),
    ),
    'application/vnd.oci.image.manifest.v1+json',
  );
  return { manifest, blobs: [...layers, config, manifest], platform };
}

export function descriptorOf({ digest, mediaType }: Blob, size: number): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest, size };
}

export interface IndexEntry {
  readonly image: BuiltImage;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An image index over images, as a blob of its own. */
export function buildIndex(entries: readonly IndexEntry[]): Blob {
  const manifests = entries.map(({ image, platform, annotations }) => ({
    ...descriptorOf(image.manifest, image.manifest.bytes.length),
    platform: platform ?? image.platform,
    ...(annotations !== undefined && { annotations }),
  }));
  return blob(
    Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests })),
    'application/vnd.oci.image.index.v1+json',
  );
}

export interface LayoutRoot {
  readonly blob: Blob;
  readonly tag?: string;
}

/** Files of an OCI layout, by path. */
export function layoutFiles(roots: readonly LayoutRoot[], blobs: readonly Blob[]): ReadonlyMap<string, Buffer> {
  const manifests = roots.map(({ blob: root, tag }) => ({
    ...descriptorOf(root, root.bytes.length),
    ...(tag !== undefined && { annotations: { 'org.opencontainers.image.ref.name': tag } }),
  }));
  const files = new Map<string, Buffer>();
  files.set('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  files.set('index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })));
  for (const { digest, bytes } of [...roots.map((root) => root.blob), ...blobs]) files.set(`blobs/${digest.replace(':', '/')}`, bytes);
  return files;
}

export function writeFiles(folder: string, files: ReadonlyMap<string, Buffer>): string {
  for (const [path, bytes] of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

/** An OCI layout directory with one image. */
export function writeLayout(folder: string, spec: ImageSpec): string {
  const image = buildImage(spec);
  return writeFiles(folder, layoutFiles([{ blob: image.manifest, tag: 'test' }], image.blobs));
}

/** The tar of `docker save` before version 25: layers uncompressed, manifest.json last. */
export function dockerSave(spec: ImageSpec, tags: readonly string[] = ['example/app:1']): Buffer {
  const tars = spec.layers.map((layer) => layer.tar ?? tarArchive(layer.items ?? []));
  const config = buildImage({ ...spec, layers: tars.map((tar) => ({ tar, packing: 'none' as const })) }).blobs.at(-2) as Blob;
  const items: TarItem[] = tars.map((tar, position) => ({ name: `layer${position}/layer.tar`, content: tar }));
  const name = `${config.digest.slice(7)}.json`;
  const manifest = [{ Config: name, RepoTags: tags, Layers: tars.map((_, position) => `layer${position}/layer.tar`) }];
  return tarArchive([...items, { name, content: config.bytes }, { name: 'manifest.json', content: JSON.stringify(manifest) }]);
}
