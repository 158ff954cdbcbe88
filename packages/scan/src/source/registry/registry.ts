import { type ImageReference, referenceName } from '@assay/net/oci/reference.ts';
import { openRegistry } from '@assay/net/oci/registry-client.ts';
import type { RegistryOptions } from '@assay/net/oci/session.ts';
import type { Target } from '../image.ts';
import { type ContentStore, imagesOf } from '../image-graph.ts';
import type { LocalRequest } from '../oci-layout/oci-layout.ts';

/** An image in a registry. The tag is resolved once; everything after goes by digest. */
export function openRegistryImage(reference: ImageReference, registry: RegistryOptions, request: LocalRequest): Target {
  const client = openRegistry(reference, registry);
  const name = referenceName(reference);
  const known = new Map<string, Buffer>();
  const store: ContentStore = {
    read: async ({ digest, size }, kind) => {
      const before = known.get(digest);
      if (before !== undefined) return before;
      if (kind === 'manifest') return (await client.manifest(digest)).bytes;
      const pieces: Buffer[] = [];
      for await (const piece of client.blob(digest, size)) pieces.push(piece);
      return Buffer.concat(pieces);
    },
    layer: async (descriptor) => {
      if (descriptor.urls && /foreign|nondistributable/.test(descriptor.mediaType)) {
        return { code: 'unsupported-media-type', message: 'A layer is kept outside the registry, from where nothing is fetched.' };
      }
      return { kind: 'stream', open: (signal) => client.blob(descriptor.digest, descriptor.size, signal) };
    },
  };
  return {
    kind: 'images',
    name,
    close: () => {},
    images: async function* () {
      const root = await client.manifest(reference.digest ?? reference.tag ?? 'latest');
      known.set(root.digest, root.bytes);
      yield* imagesOf({
        store,
        roots: [{ digest: root.digest, size: root.bytes.length, mediaType: root.mediaType, annotations: new Map(), urls: false }],
        name,
        tags: reference.tag === undefined ? [] : [reference.tag],
        ...request,
      });
    },
  };
}
