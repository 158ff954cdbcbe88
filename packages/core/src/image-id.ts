/** What a runtime's word for an image says. Neither member: a form that nobody knows, which is kept as it was written. */
export interface ImageId {
  /** `sha256:…`, `sha512:…` of an index, a manifest or a configuration: the text does not tell of which. */
  readonly digest?: string;
  /** What stands before the digest, or the whole where there is none: `registry.example/team/app`, `nginx:1.27`. */
  readonly name?: string;
}

/** How many hexadecimal digits each algorithm gives. */
const LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
const DIGEST = /^(sha256|sha384|sha512):([0-9a-f]+)$/i;
const BARE = /^[0-9a-f]{64}$/i;
/** `docker-pullable://`, `docker://`, `containerd://`, `cri-o://`: which runtime it was; says nothing about the digest. */
const RUNTIME = /^[a-z][a-z0-9+.-]{0,31}:\/\//i;
/** Of references; anything else before a digest is no name: `<none>`. */
const NAME = /^[a-zA-Z0-9[][a-zA-Z0-9._:/[\]-]*$/;
const LONGEST = 1024;

/** Takes apart any form in which Kubernetes, ECS, Docker, Podman, containerd and CRI-O name an image that they run. Never fails. */
export function parseImageId(text: string): ImageId {
  const bare = text.trim().replace(RUNTIME, '');
  if (bare.length > LONGEST) return {};
  const at = bare.lastIndexOf('@');
  const digest = digestOf(at < 0 ? bare : bare.slice(at + 1));
  // What stands behind an @ and is no digest makes the whole a form that nobody knows.
  if (digest === undefined && at >= 0) return {};
  const name = digest === undefined ? bare : bare.slice(0, Math.max(at, 0)).split('@', 1)[0]!;
  return { ...(digest === undefined ? {} : { digest }), ...(NAME.test(name) ? { name } : {}) };
}

function digestOf(text: string): string | undefined {
  if (BARE.test(text)) return `sha256:${text.toLowerCase()}`;
  const [, algorithm, hex] = DIGEST.exec(text.toLowerCase()) ?? [];
  return algorithm !== undefined && hex?.length === LENGTHS[algorithm] ? `${algorithm}:${hex}` : undefined;
}
