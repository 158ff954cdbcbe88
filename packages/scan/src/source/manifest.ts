import { AssayError } from '@assay/core/errors.ts';
import type { Platform } from '@assay/core/inventory.ts';
import { isObject } from '@assay/core/json.ts';
import { parseDigest } from './digest.ts';

export interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  readonly platform?: Platform;
  /** Of Windows: `10.0.20348.2700`. */
  readonly osVersion?: string;
  readonly annotations: ReadonlyMap<string, string>;
  /** Foreign content: never fetched from where it says. */
  readonly urls: boolean;
}

export type ManifestDocument =
  | { readonly kind: 'index'; readonly manifests: readonly Descriptor[] }
  | { readonly kind: 'image'; readonly config: Descriptor; readonly layers: readonly Descriptor[] }
  /** `subject`: digest of the manifest that it is about. */
  | { readonly kind: 'artifact'; readonly type: string; readonly subject?: string }
  | { readonly kind: 'schema1' };

export const MAX_MANIFEST_BYTES = 4 << 20;
export const MAX_CONFIG_BYTES = 10 << 20;
const MAX_INDEX_ENTRIES = 1000;
const MAX_LAYERS = 1000;

const IMAGE_CONFIGS: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

/** What an attestation made by BuildKit says of itself in an index. */
export function isAttestation(entry: Descriptor): boolean {
  return entry.annotations.get('vnd.docker.reference.type') === 'attestation-manifest' || entry.platform?.os === 'unknown';
}

/** Reads a manifest or index. Throws an AssayError `unsupported-manifest` for what is neither. */
export function parseManifest(bytes: Buffer, what: string): ManifestDocument {
  const refuse = (why: string): never => {
    throw new AssayError('unsupported-manifest', `The manifest of ${what} cannot be used: ${why}.`);
  };
  const document = parseJson(bytes);
  if (!isObject(document)) return refuse('it is no JSON object');
  if (document['schemaVersion'] === 1) return { kind: 'schema1' };
  const { manifests, layers } = document;
  // A document that can be read both ways shows different things to different tools (CVE-2021-41190).
  if (manifests !== undefined && layers !== undefined) return refuse('it is both an index and an image');
  if (Array.isArray(manifests)) {
    if (manifests.length > MAX_INDEX_ENTRIES) return refuse(`it lists more than ${MAX_INDEX_ENTRIES} manifests`);
    return { kind: 'index', manifests: manifests.map((entry) => descriptor(entry) ?? refuse('an entry has no valid digest and size')) };
  }
  const config = descriptor(document['config']);
  if (config === undefined || !Array.isArray(layers)) return refuse('it names no config and layers');
  if (layers.length > MAX_LAYERS) return refuse(`it lists more than ${MAX_LAYERS} layers`);
  const artifactType = document['artifactType'];
  const subject = descriptor(document['subject'])?.digest;
  const artifact = (type: unknown): ManifestDocument => ({
    kind: 'artifact',
    type: String(type).slice(0, 200),
    ...(subject !== undefined && { subject }),
  });
  if (!IMAGE_CONFIGS.has(config.mediaType)) return artifact(artifactType ?? config.mediaType);
  const parsed = layers.map((entry) => descriptor(entry) ?? refuse('a layer has no valid digest and size'));
  // Signatures and attestations of cosign and BuildKit have the configuration of an image and nothing to run.
  const [first] = parsed;
  if (first !== undefined && !parsed.some((layer) => isFileSystem(layer.mediaType))) return artifact(artifactType ?? first.mediaType);
  return { kind: 'image', config, layers: parsed };
}

function isFileSystem(mediaType: string): boolean {
  return mediaType === '' || /^application\/vnd\.(?:oci\.image\.layer|docker\.image\.rootfs)\./.test(mediaType);
}

export interface ImageConfig {
  readonly platform: Platform;
  /** Of Windows. */
  readonly osVersion?: string;
  readonly createdAt?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly diffIds: readonly string[];
  /** Commands of the layers that have content. */
  readonly createdBy: readonly string[];
}

export function parseConfig(bytes: Buffer, what: string): ImageConfig {
  const document = parseJson(bytes);
  if (!isObject(document)) throw new AssayError('unsupported-manifest', `The configuration of ${what} is no JSON object.`);
  const os = text(document['os']) ?? 'linux';
  const architecture = text(document['architecture']) ?? 'unknown';
  const variant = text(document['variant']);
  const osVersion = text(document['os.version']);
  const created = text(document['created']);
  const rootfs = isObject(document['rootfs']) ? document['rootfs']['diff_ids'] : undefined;
  const settings = isObject(document['config']) ? document['config']['Labels'] : undefined;
  const labels = isObject(settings)
    ? Object.fromEntries(
        Object.entries(settings).filter((pair): pair is [string, string] => typeof pair[1] === 'string' && pair[0] !== '__proto__'),
      )
    : {};
  const history = Array.isArray(document['history']) ? document['history'].filter(isObject) : [];
  return {
    platform: { os, architecture, ...(variant !== undefined && { variant }) },
    ...(osVersion !== undefined && { osVersion }),
    ...(created !== undefined && !Number.isNaN(Date.parse(created)) && { createdAt: created }),
    ...(Object.keys(labels).length > 0 && { labels }),
    diffIds: Array.isArray(rootfs) ? rootfs.map((id) => (parseDigest(id) === undefined ? '' : String(id))) : [],
    createdBy: history.filter((entry) => entry['empty_layer'] !== true).map((entry) => (text(entry['created_by']) ?? '').slice(0, 4096)),
  };
}

export function descriptor(value: unknown): Descriptor | undefined {
  if (!isObject(value)) return undefined;
  const { digest, size, mediaType, annotations, urls } = value;
  if (parseDigest(digest) === undefined || typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined;
  const platform = platformOf(value['platform']);
  const osVersion = isObject(value['platform']) ? text(value['platform']['os.version']) : undefined;
  const pairs = isObject(annotations)
    ? Object.entries(annotations).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
    : [];
  return {
    digest: digest as string,
    size,
    mediaType: typeof mediaType === 'string' ? mediaType.slice(0, 255) : '',
    ...(platform !== undefined && { platform }),
    ...(osVersion !== undefined && { osVersion }),
    annotations: new Map(pairs),
    urls: Array.isArray(urls) && urls.length > 0,
  };
}

function platformOf(value: unknown): Platform | undefined {
  if (!isObject(value)) return undefined;
  const os = text(value['os']);
  const architecture = text(value['architecture']);
  const variant = text(value['variant']);
  if (os === undefined || architecture === undefined) return undefined;
  return { os, architecture, ...(variant !== undefined && { variant }) };
}

export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 4096) : undefined;
}
