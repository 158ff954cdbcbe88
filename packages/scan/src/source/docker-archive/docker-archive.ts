import { closeSync, constants, createReadStream, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import { isObject } from '@assay/core/json.ts';
import { platformText } from '@assay/core/platform.ts';
import { sniffCompression } from '../../layers/decompress.ts';
import { digestOf, parseDigest } from '../digest.ts';
import type { ImageHandle, ImageLayer, Target } from '../image.ts';
import { type ContentStore, imagesOf } from '../image-graph.ts';
import { MAX_CONFIG_BYTES, MAX_MANIFEST_BYTES, parseConfig, parseJson, parseManifest } from '../manifest.ts';
import { chooseRoots, type LocalRequest } from '../oci-layout/oci-layout.ts';
import { platformFits } from '../platform.ts';
import { indexTar, type TarIndex } from './tar-index.ts';

/** Unpacked bytes of a compressed archive that are spooled to disk. */
const MAX_SPOOL = 20e9;

interface Archive {
  readonly path: string;
  readonly fd: number;
  readonly index: TarIndex;
}

/**
 * The tar of `docker save` or of an OCI layout, plain or gzipped (zstd as well). The order of its entries does not matter. A compressed
 * archive is unpacked once into a nameless temporary file. Throws AssayErrors when it holds no image, or several and none is chosen.
 */
export async function openArchive(path: string, request: LocalRequest): Promise<Target> {
  const fd = await openSeekable(path);
  try {
    const index = indexTar(fd, fstatSync(fd).size, path);
    const archive: Archive = { path, fd, index };
    // Docker 25 and later writes both; its manifest.json names the tags.
    if (index.find('index.json') !== undefined && index.find('oci-layout') !== undefined) return openLayout(archive, request);
    if (index.find('manifest.json') !== undefined) return openDockerSave(archive, request);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  throw new AssayError(
    'not-an-image',
    `${path} is an archive with neither manifest.json nor index.json; make it with docker save or as an OCI layout.`,
  );
}

async function openSeekable(path: string): Promise<number> {
  const fd = openSync(path, constants.O_RDONLY);
  const head = Buffer.alloc(6);
  readSync(fd, head, 0, 6, 0);
  const kind = sniffCompression(head);
  if (kind === 'none') return fd;
  closeSync(fd);
  if (kind !== 'gzip' && kind !== 'zstd')
    throw new AssayError('unreadable-archive', `${path} is compressed with ${kind}; unpack it first.`);
  return spool(path, kind);
}

/** Unpacks into a file that has no name any more once it is open, so that nothing is left behind. */
async function spool(path: string, kind: 'gzip' | 'zstd'): Promise<number> {
  const zlib = await import('node:zlib');
  const folder = mkdtempSync(join(tmpdir(), 'assay-'));
  const fd = openSync(join(folder, 'archive'), constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  rmSync(folder, { recursive: true });
  let written = 0;
  try {
    const inflate = kind === 'gzip' ? zlib.createGunzip({ chunkSize: 1 << 18 }) : zlib.createZstdDecompress({ chunkSize: 1 << 18 });
    const source = createReadStream(path);
    source.on('error', (error) => inflate.destroy(error));
    for await (const piece of source.pipe(inflate) as AsyncIterable<Buffer>) {
      for (let at = 0; at < piece.length; ) at += writeSync(fd, piece, at, piece.length - at);
      written += piece.length;
      if (written > MAX_SPOOL) throw new AssayError('limit-reached', `${path} unpacks to more than ${MAX_SPOOL} bytes.`);
    }
    return fd;
  } catch (error) {
    closeSync(fd);
    if (error instanceof AssayError) throw error;
    throw new AssayError(
      'unreadable-archive',
      `${path} is damaged or ends too early (${(error as NodeJS.ErrnoException).code ?? 'error'}).`,
    );
  }
}

function readEntry(archive: Archive, path: string, max: number): Buffer {
  const range = archive.index.find(path);
  if (range === undefined) throw new AssayError('unreadable-archive', `${archive.path} lacks ${path.slice(0, 200)}.`);
  if (range.length > max)
    throw new AssayError('unsupported-manifest', `${path.slice(0, 200)} in ${archive.path} is larger than ${max} bytes.`);
  const bytes = Buffer.alloc(range.length);
  const got = readSync(archive.fd, bytes, 0, range.length, range.offset);
  if (got !== range.length) throw new AssayError('unreadable-archive', `${archive.path} ends too early.`);
  return bytes;
}

function openLayout(archive: Archive, request: LocalRequest): Target {
  const index = parseManifest(readEntry(archive, 'index.json', MAX_MANIFEST_BYTES), archive.path);
  if (index.kind !== 'index') throw new AssayError('unsupported-manifest', `The index.json of ${archive.path} is no image index.`);
  const roots = chooseRoots(index.manifests, archive.path, request.tag);
  const tag = roots[0]?.annotations.get('org.opencontainers.image.ref.name');
  const name = roots[0]?.annotations.get('io.containerd.image.name') ?? basename(archive.path).replace(/\.(tar|tgz|tar\.gz|tar\.zst)$/, '');
  const place = (digest: string): string => {
    const parsed = parseDigest(digest);
    return parsed === undefined ? '' : `blobs/${parsed.algorithm}/${parsed.hex}`;
  };
  const store: ContentStore = {
    read: async (descriptor) => readEntry(archive, place(descriptor.digest), descriptor.size + 1),
    layer: async (descriptor) => {
      const range = archive.index.find(place(descriptor.digest));
      if (range === undefined) return { code: 'unreadable-layer', message: 'A layer is not in the archive.' };
      if (range.length !== descriptor.size) {
        return { code: 'digest-mismatch', message: `A layer has ${range.length} bytes instead of ${descriptor.size}.` };
      }
      return { kind: 'range', fd: archive.fd, ...range };
    },
  };
  const images = (): AsyncIterable<ImageHandle> => imagesOf({ store, roots, name, tags: tag === undefined ? [] : [tag], ...request });
  return { kind: 'images', name, images, close: () => closeSync(archive.fd) };
}

interface Saved {
  readonly config: string;
  readonly tags: readonly string[];
  readonly layers: readonly string[];
}

function openDockerSave(archive: Archive, request: LocalRequest): Target {
  const list = parseJson(readEntry(archive, 'manifest.json', MAX_MANIFEST_BYTES));
  const saved = (Array.isArray(list) ? list : []).map(savedOf).filter((entry) => entry !== undefined);
  if (saved.length === 0) throw new AssayError('not-an-image', `The manifest.json of ${archive.path} lists no image.`);
  const chosen = saved.filter(
    (entry) => request.tag === undefined || entry.tags.some((tag) => tag === request.tag || tag.endsWith(`:${request.tag}`)),
  );
  if (chosen.length !== 1) {
    const tags = saved
      .flatMap((entry) => entry.tags)
      .slice(0, 20)
      .join(', ');
    const code = chosen.length === 0 ? 'not-found' : 'ambiguous-target';
    throw new AssayError(
      code,
      `${archive.path} holds ${saved.length} images; choose one by adding :TAG, with TAG one of ${tags || '(none has a tag)'}.`,
    );
  }
  const image = openSaved(archive, chosen[0] as Saved, request);
  return {
    kind: 'images',
    name: image.subject.name,
    images: async function* () {
      yield image;
    },
    close: () => closeSync(archive.fd),
  };
}

function savedOf(entry: unknown): Saved | undefined {
  if (!isObject(entry) || typeof entry['Config'] !== 'string' || !Array.isArray(entry['Layers'])) return undefined;
  const strings = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);
  return { config: entry['Config'], tags: strings(entry['RepoTags']), layers: strings(entry['Layers']) };
}

function openSaved(archive: Archive, saved: Saved, request: LocalRequest): ImageHandle {
  const configBytes = readEntry(archive, saved.config, MAX_CONFIG_BYTES);
  const config = parseConfig(configBytes, archive.path);
  if (request.platform !== 'all' && !request.platformIsDefault && !platformFits(request.platform, config.platform)) {
    throw new AssayError(
      'no-platform',
      `${archive.path} is an image for ${platformText(config.platform)}, not for ${platformText(request.platform)}.`,
    );
  }
  const layers = saved.layers.map((path, position): ImageLayer => {
    const range = archive.index.find(path);
    const diffId = config.diffIds.length === saved.layers.length ? config.diffIds[position] : undefined;
    const stored = /^blobs\/(sha256)\/([0-9a-f]{64})$/.exec(path);
    const digest = stored === null ? (diffId ?? '') : `${stored[1]}:${stored[2]}`;
    const command = config.createdBy.length === saved.layers.length ? config.createdBy[position] : undefined;
    const info = { digest, size: range?.length ?? 0, ...(diffId && { diffId }), ...(command && { createdBy: command }) };
    if (range === undefined)
      return { info, gap: { code: 'unreadable-layer', message: 'A layer is not in the archive.', layer: digest }, checkDigest: false };
    return { info, bytes: { kind: 'range', fd: archive.fd, ...range }, checkDigest: stored !== null };
  });
  const digest = digestOf(configBytes);
  const first = saved.tags[0];
  const colon = first === undefined ? -1 : first.lastIndexOf(':');
  return {
    // This format has no manifest; Docker itself calls the image by the digest of its configuration.
    subject: {
      kind: 'image',
      name: first === undefined ? basename(archive.path) : colon > first.lastIndexOf('/') ? first.slice(0, colon) : first,
      digest,
      config: digest,
      tags: saved.tags,
      platform: config.platform,
      ...(config.createdAt !== undefined && { createdAt: config.createdAt }),
      ...(config.labels !== undefined && { labels: config.labels }),
      layers: layers.map((layer) => layer.info),
      size: layers.reduce((sum, layer) => sum + layer.info.size, 0),
    },
    layers,
    gaps:
      config.diffIds.length === saved.layers.length
        ? []
        : [{ code: 'unsupported-manifest', message: 'The configuration and the archive list different numbers of layers.' }],
  };
}
