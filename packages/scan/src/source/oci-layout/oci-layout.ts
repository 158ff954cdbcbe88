import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import type { Platform } from '@assay/core/inventory.ts';
import { platformText } from '@assay/core/platform.ts';
import { parseDigest } from '../digest.ts';
import type { Target } from '../image.ts';
import { type ContentStore, imagesOf } from '../image-graph.ts';
import { type Descriptor, isAttestation, MAX_MANIFEST_BYTES, parseManifest } from '../manifest.ts';

export interface LocalRequest {
  readonly platform: Platform | 'all';
  readonly platformIsDefault: boolean;
  /** Chooses one of several images: a tag, a name, or a digest. */
  readonly tag?: string;
}

const REF_NAME = 'org.opencontainers.image.ref.name';
const IMAGE_NAME = 'io.containerd.image.name';

/** An OCI image layout directory (image-spec, image-layout.md). Throws AssayErrors when it holds no image or several and none is chosen. */
export function openOciLayout(folder: string, request: LocalRequest): Target {
  const index = parseManifest(readBounded(join(folder, 'index.json'), MAX_MANIFEST_BYTES), folder);
  if (index.kind !== 'index') throw new AssayError('unsupported-manifest', `The index.json of ${folder} is no image index.`);
  const roots = chooseRoots(index.manifests, folder, request.tag);
  const tag = tagOf(roots[0]);
  const descriptors: number[] = [];
  const store = directoryStore(folder, descriptors);
  const name = roots[0]?.annotations.get(IMAGE_NAME) ?? basename(folder);
  return {
    kind: 'images',
    name,
    images: () => imagesOf({ store, roots, name, tags: tag === undefined ? [] : [tag], ...request }),
    close: () => {
      for (const fd of descriptors.splice(0)) closeSync(fd);
    },
  };
}

/** The one image of a list, the one that was named, or the same image for several platforms. Also serves archives. */
export function chooseRoots(manifests: readonly Descriptor[], where: string, tag: string | undefined): readonly Descriptor[] {
  const real = manifests.filter((entry) => !isAttestation(entry));
  const wanted = tag === undefined ? real : real.filter((entry) => names(entry).includes(tag));
  const distinct = [...new Map(wanted.map((entry) => [entry.digest, entry])).values()];
  if (distinct.length === 1) return distinct;
  const list = [...new Set(real.map((entry) => tagOf(entry) ?? entry.digest))].slice(0, 20).join(', ');
  if (real.length === 0) throw new AssayError('not-an-image', `${where} holds no image.`);
  if (distinct.length === 0) throw new AssayError('not-found', `${where} holds no image ${tag}; it has ${list}.`);
  const platforms = new Set(distinct.map(({ platform }) => (platform === undefined ? '' : platformText(platform))));
  if (!platforms.has('') && platforms.size === distinct.length && new Set(distinct.map(tagOf)).size === 1) return distinct;
  throw new AssayError('ambiguous-target', `${where} holds several images; choose one by adding :TAG, with TAG one of ${list}.`);
}

function names(entry: Descriptor): readonly string[] {
  const full = entry.annotations.get(IMAGE_NAME);
  const short = entry.annotations.get(REF_NAME);
  return [entry.digest, full, short, short?.slice(short.lastIndexOf(':') + 1)].filter((name) => name !== undefined);
}

function tagOf(entry: Descriptor | undefined): string | undefined {
  return entry?.annotations.get(REF_NAME);
}

function directoryStore(folder: string, descriptors: number[]): ContentStore {
  const pathOf = (digest: string): string => {
    const parsed = parseDigest(digest);
    if (parsed === undefined) throw new AssayError('unsupported-manifest', `${folder} names a blob by an unusable digest.`);
    return join(folder, 'blobs', parsed.algorithm, parsed.hex);
  };
  return {
    read: async (descriptor) => readBounded(pathOf(descriptor.digest), descriptor.size + 1),
    layer: async (descriptor) => {
      try {
        const fd = openSync(pathOf(descriptor.digest), constants.O_RDONLY | constants.O_NONBLOCK);
        descriptors.push(fd);
        const stat = fstatSync(fd);
        if (!stat.isFile()) return { code: 'unreadable-layer', message: 'The blob of a layer is no file.' };
        if (stat.size !== descriptor.size) {
          return { code: 'digest-mismatch', message: `A layer has ${stat.size} bytes instead of ${descriptor.size}.` };
        }
        return { kind: 'range', fd, offset: 0, length: stat.size };
      } catch (error) {
        return { code: 'unreadable-layer', message: `A layer is not in the layout (${(error as NodeJS.ErrnoException).code ?? 'error'}).` };
      }
    },
  };
}

/** A whole small file. Throws an AssayError when it is missing, no file, or larger than `max` bytes. */
function readBounded(path: string, max: number): Buffer {
  let size: number;
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new AssayError('not-found', `${path} is not a file.`);
    size = stat.size;
    if (size <= max) return readFileSync(path);
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw new AssayError('not-found', `${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  throw new AssayError('unsupported-manifest', `${path} is larger than ${max} bytes.`);
}
