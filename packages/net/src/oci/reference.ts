import { AssayError } from '@assay/core/errors.ts';
import { isLoopbackHost } from '../address.ts';

/** An image reference in full. */
export interface ImageReference {
  /** Host (and port) that the API is asked at, e.g. `registry-1.docker.io`. */
  readonly host: string;
  /** Name of the registry as people write it, e.g. `docker.io`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const HOST = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;
const DOCKER_HUB: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/**
 * `[host[:port]/]name[:tag][@digest]` with Docker's defaults (distribution/reference): the first part is a host when it has a dot or a
 * colon or is `localhost`; otherwise the image is on Docker Hub, below `library/` when it has one part. No tag and no digest: `latest`.
 * Undefined when the text is no reference.
 */
export function parseReference(text: string): ImageReference | undefined {
  if (text.length > 1024) return undefined;
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) return undefined;
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !isTagName(tag)) return undefined;
  const path = hasTag ? named.slice(0, colon) : named;
  const slash = path.indexOf('/');
  const first = slash < 0 ? '' : path.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  if (hasHost && !HOST.test(first)) return undefined;
  const registry = hasHost ? first.toLowerCase() : 'docker.io';
  let repository = hasHost ? path.slice(slash + 1) : path;
  if (DOCKER_HUB.has(registry) && !repository.includes('/')) repository = `library/${repository}`;
  if (!isRepositoryName(repository)) return undefined;
  const hub = DOCKER_HUB.has(registry);
  return {
    host: hub ? 'registry-1.docker.io' : registry,
    registry: hub ? 'docker.io' : registry,
    repository,
    ...(tag !== undefined && { tag }),
    ...(tag === undefined && digest === undefined && { tag: 'latest' }),
    ...(digest !== undefined && { digest }),
  };
}

export function isRepositoryName(text: string): boolean {
  return text.length <= 255 && text.split('/').every((part) => COMPONENT.test(part));
}

export function isTagName(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(text);
}

export function isDigest(text: string): boolean {
  return /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/.test(text);
}

/** Throws an AssayError `bad-reference` where {@link parseReference} gives nothing. */
export function requireReference(text: string): ImageReference {
  const reference = parseReference(text);
  if (reference !== undefined) return reference;
  throw new AssayError(
    'bad-reference',
    `${JSON.stringify(text.slice(0, 200))} is not an image reference; write it like registry.example/team/app:1.2.`,
  );
}

/** `docker.io/library/debian`, the name without tag and digest. */
export function referenceName(reference: ImageReference): string {
  return `${reference.registry}/${reference.repository}`;
}

export type Scheme = 'http' | 'https';

/** Where a registry is asked: as somebody wrote it, else encrypted, but plain on this machine and where that was allowed. */
export function registryOrigin(
  { host }: Pick<ImageReference, 'host'>,
  { scheme, insecure = false }: { scheme?: Scheme; insecure?: boolean },
): string {
  return `${scheme ?? (insecure || isLoopbackHost(host.replace(/:\d+$/, '')) ? 'http' : 'https')}://${host}`;
}
