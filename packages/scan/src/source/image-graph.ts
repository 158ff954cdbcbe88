import { AssayError } from '@assay/core/errors.ts';
import type { Gap } from '@assay/core/gap.ts';
import type { Platform } from '@assay/core/inventory.ts';
import { platformText } from '@assay/core/platform.ts';
import { verifyBytes } from './digest.ts';
import type { ImageHandle, ImageLayer, LayerBytes } from './image.ts';
import { type Descriptor, isAttestation, MAX_CONFIG_BYTES, MAX_MANIFEST_BYTES, parseConfig, parseManifest } from './manifest.ts';
import { platformFits } from './platform.ts';

/** Where the documents and layers of an image lie. */
export interface ContentStore {
  /** Whole bytes of a manifest, index or configuration; verified by the caller. */
  read(descriptor: Descriptor, kind: 'manifest' | 'blob'): Promise<Buffer>;
  layer(descriptor: Descriptor): Promise<LayerBytes | Gap>;
}

export interface GraphRequest {
  readonly store: ContentStore;
  /** One manifest or index, or several that a layout lists by platform. */
  readonly roots: readonly Descriptor[];
  readonly name: string;
  readonly tags: readonly string[];
  readonly platform: Platform | 'all';
  /** True when `platform` is only a default: an image that exists for one platform is then taken whatever it is. */
  readonly platformIsDefault: boolean;
}

const MAX_DEPTH = 3;
const MAX_MANIFESTS = 1000;

interface Leaf {
  readonly descriptor: Descriptor;
  readonly index?: string;
}

/** Images of the wanted platforms below a manifest or index. Throws AssayErrors: `no-platform`, `not-an-image`, `unsupported-manifest`, `digest-mismatch`. */
export async function* imagesOf(request: GraphRequest): AsyncGenerator<ImageHandle> {
  const leaves: Leaf[] = [];
  const seen = new Set<string>();
  for (const descriptor of request.roots) await collect(request, { descriptor }, leaves, { seen, depth: 0 });
  const chosen = choose(request, leaves);
  for (const leaf of chosen) {
    const image = await openImage(request, leaf);
    if (image !== undefined) yield image;
  }
}

async function collect(request: GraphRequest, leaf: Leaf, leaves: Leaf[], state: { seen: Set<string>; depth: number }): Promise<void> {
  const { descriptor } = leaf;
  if (state.seen.has(descriptor.digest)) return;
  state.seen.add(descriptor.digest);
  if (state.seen.size > MAX_MANIFESTS || state.depth > MAX_DEPTH) {
    throw new AssayError('unsupported-manifest', `The index of ${request.name} is nested too deeply or lists too many manifests.`);
  }
  // Only an index can hold further manifests, and an entry with a platform names an image: it is opened when it is chosen.
  if (leaf.index !== undefined && !/index|manifest\.list/.test(descriptor.mediaType)) {
    leaves.push(leaf);
    return;
  }
  const document = parseManifest(await readVerified(request, descriptor, 'manifest'), request.name);
  if (document.kind !== 'index') {
    leaves.push(leaf);
    return;
  }
  for (const entry of document.manifests) {
    if (!isAttestation(entry))
      await collect(request, { descriptor: entry, index: descriptor.digest }, leaves, { seen: state.seen, depth: state.depth + 1 });
  }
}

function choose(request: GraphRequest, leaves: readonly Leaf[]): readonly Leaf[] {
  const { platform, name } = request;
  if (leaves.length === 0) throw new AssayError('not-an-image', `${name} lists no container image.`);
  if (platform === 'all' || (leaves.length === 1 && leaves[0]?.descriptor.platform === undefined)) return leaves;
  const fitting = leaves.filter(({ descriptor }) => descriptor.platform === undefined || platformFits(platform, descriptor.platform));
  const first = fitting.find(({ descriptor }) => descriptor.platform?.variant === platform.variant) ?? fitting[0];
  if (first !== undefined) return [first];
  if (request.platformIsDefault && leaves.length === 1) return leaves;
  const have = leaves.map(({ descriptor }) => (descriptor.platform === undefined ? '?' : platformText(descriptor.platform)));
  throw new AssayError(
    'no-platform',
    `${name} has no image for ${platformText(platform)}; choose one of ${[...new Set(have)].slice(0, 20).join(', ')} with --platform.`,
  );
}

async function openImage(request: GraphRequest, leaf: Leaf): Promise<ImageHandle | undefined> {
  const { name, platform } = request;
  const bytes = await readVerified(request, leaf.descriptor, 'manifest');
  const document = parseManifest(bytes, name);
  if (document.kind === 'schema1') {
    throw new AssayError(
      'unsupported-manifest',
      `${name} is stored in Docker's old manifest format (schema 1); push it again with a current tool.`,
    );
  }
  if (document.kind !== 'image') {
    // Beside images in an index, things that are none are passed over.
    if (leaf.index !== undefined && platform === 'all') return undefined;
    const type = document.kind === 'artifact' ? document.type : 'an index';
    throw new AssayError('not-an-image', `${name} is not a container image but ${type}; scan the image itself.`);
  }
  const config = parseConfig(await readVerified(request, document.config, 'blob'), name);
  const asked = leaf.descriptor.platform ?? config.platform;
  if (leaf.index === undefined && platform !== 'all' && !request.platformIsDefault && !platformFits(platform, config.platform)) {
    throw new AssayError('no-platform', `${name} is an image for ${platformText(config.platform)}, not for ${platformText(platform)}.`);
  }
  const gaps: Gap[] = [];
  const aligned = config.diffIds.length === document.layers.length;
  if (!aligned)
    gaps.push({ code: 'unsupported-manifest', message: 'The configuration and the manifest list different numbers of layers.' });
  const commands = config.createdBy.length === document.layers.length ? config.createdBy : [];
  const layers: ImageLayer[] = [];
  for (const [position, descriptor] of document.layers.entries()) {
    const info = {
      digest: descriptor.digest,
      size: descriptor.size,
      ...(aligned && config.diffIds[position] !== '' && { diffId: config.diffIds[position] as string }),
      ...(commands[position] && { createdBy: commands[position] as string }),
    };
    layers.push(await openLayer(request.store, descriptor, info));
  }
  return {
    subject: {
      kind: 'image',
      name,
      digest: leaf.descriptor.digest,
      ...(leaf.index !== undefined && { index: leaf.index }),
      config: document.config.digest,
      tags: request.tags,
      platform: { ...asked },
      ...(config.createdAt !== undefined && { createdAt: config.createdAt }),
      ...(config.labels !== undefined && { labels: config.labels }),
      layers: layers.map((layer) => layer.info),
      size: document.layers.reduce((sum, layer) => sum + layer.size, 0),
    },
    layers,
    gaps,
  };
}

async function openLayer(store: ContentStore, descriptor: Descriptor, info: ImageLayer['info']): Promise<ImageLayer> {
  const { mediaType } = descriptor;
  if (/\+encrypted$|squashfs|^application\/vnd\.in-toto/.test(mediaType)) {
    const gap: Gap = {
      code: 'unsupported-media-type',
      message: `A layer is stored as ${mediaType}, which cannot be read.`,
      layer: info.digest,
    };
    return { info, gap, checkDigest: true };
  }
  const bytes = await store.layer(descriptor);
  return 'code' in bytes ? { info, gap: { ...bytes, layer: info.digest }, checkDigest: true } : { info, bytes, checkDigest: true };
}

async function readVerified(request: GraphRequest, descriptor: Descriptor, kind: 'manifest' | 'blob'): Promise<Buffer> {
  const limit = kind === 'manifest' ? MAX_MANIFEST_BYTES : MAX_CONFIG_BYTES;
  const what = kind === 'manifest' ? `The manifest of ${request.name}` : `The configuration of ${request.name}`;
  if (descriptor.size > limit) throw new AssayError('unsupported-manifest', `${what} is larger than ${limit} bytes.`);
  const bytes = await request.store.read(descriptor, kind);
  if (bytes.length !== descriptor.size) {
    throw new AssayError('digest-mismatch', `${what} has ${bytes.length} bytes instead of ${descriptor.size}; fetch the image again.`);
  }
  verifyBytes(bytes, descriptor.digest, what);
  return bytes;
}
