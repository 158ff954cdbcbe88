import { AssayError } from '@assay/core/errors.ts';
import { isObject, type JsonObject } from '@assay/core/json.ts';

const INDEXES: readonly string[] = ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'];
const IMAGES: readonly string[] = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'];

/** All are asked for always: distribution answers 404 for an index when nobody accepts one. */
export const MANIFEST_TYPES: readonly string[] = [...INDEXES, ...IMAGES];

/**
 * The media type on which the Content-Type and the document agree; tools that each believe another one would see different images
 * (CVE-2021-41190). Servers that name no manifest type (`application/json`) leave it to the document. Throws an AssayError
 * `unsupported-manifest`.
 */
export function agreedType(bytes: Buffer, { told, host }: { readonly told: string; readonly host: string }): string {
  const header = told.split(';')[0]!.trim().toLowerCase();
  const document = jsonObject(bytes);
  const own = typeof document?.['mediaType'] === 'string' ? document['mediaType'] : undefined;
  if (!MANIFEST_TYPES.includes(header)) return own ?? header;
  const isBoth = document?.['manifests'] !== undefined && document['layers'] !== undefined;
  const isOther = INDEXES.includes(header) ? document?.['layers'] !== undefined : document?.['manifests'] !== undefined;
  if (isBoth || isOther || (own !== undefined && own !== header)) {
    throw new AssayError('unsupported-manifest', `${host} sent a manifest that is not what its Content-Type says; push the image again.`);
  }
  return header;
}

function jsonObject(bytes: Buffer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
