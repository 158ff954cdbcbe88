import { createHash } from 'node:crypto';
import { accountDigits } from '../accounts/identity.ts';

/** Where synthetic ids live: a partition like AWS' own, a region that looks like one. */
export interface Place {
  readonly account: number;
  readonly region: string;
}

/**
 * `arn:aws:ecr:REGION:ACCOUNT:repository/HOST/PATH/sha256:…`. The model's pattern allows segments of `[a-z0-9]+([._-][a-z0-9]+)*`
 * only, so a port's colon and doubled separators are escaped, reversibly: `_p_` is `:`, `_u_` is `__`, `_d3_` is `---`, and `_e_` is an
 * underscore that would else begin an escape.
 */
export function imageArn(place: Place, image: { readonly registry: string; readonly repository: string; readonly digest: string }): string {
  return `${repositoryArn(place, image)}/${image.digest}`;
}

export function repositoryArn(place: Place, { registry, repository }: { readonly registry: string; readonly repository: string }): string {
  const path = [registry, ...repository.split('/')].map(escapeSegment).join('/');
  return `arn:aws:ecr:${place.region}:${accountDigits(place.account)}:repository/${path}`;
}

export function escapeSegment(segment: string): string {
  const escaped = segment.toLowerCase().replace(/__|:|--+|_(?=(?:[pue]|d\d+)_)/g, (found) => {
    if (found === '__') return '_u_';
    if (found === ':') return '_p_';
    return found === '_' ? '_e_' : `_d${found.length}_`;
  });
  // Names outside the grammar of registries (a folder, somebody's SBOM) only have to fit.
  const fitting = escaped
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/[._-]{2,}/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '');
  return fitting === '' ? 'unnamed' : fitting;
}

/** EC2's instance id form: `i-` and 17 hex of a hash, so that the machine id itself is not shown. */
export function hostId(machineId: string): string {
  return `i-${createHash('sha256').update(`assay host ${machineId}`).digest('hex').slice(0, 17)}`;
}

/** `…:codesecurity-integration/<uuid>/project-<uuid>`: the integration is this Assay, the project the checkout. */
export function projectArn(place: Place, name: string): string {
  const head = `arn:aws:inspector2:${place.region}:${accountDigits(place.account)}`;
  return `${head}:codesecurity-integration/${uuidOf('assay checkouts')}/project-${uuidOf(`assay project ${name}`)}`;
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** `registry.example:5000/team/app:1.2@sha256:…` → host and path; a name without a host belongs to `fallback`. */
export function splitReference(
  name: string,
  fallback: string,
): { readonly registry: string; readonly repository: string; readonly tag: string | undefined } {
  const bare = name.split('@')[0]!;
  const slash = bare.indexOf('/');
  const head = slash < 0 ? '' : bare.slice(0, slash);
  const hasHost = head.includes('.') || head.includes(':') || head === 'localhost';
  const rest = hasHost ? bare.slice(slash + 1) : bare;
  const colon = rest.lastIndexOf(':');
  const tagged = colon > rest.lastIndexOf('/');
  return {
    registry: hasHost ? head : fallback,
    repository: tagged ? rest.slice(0, colon) : rest,
    tag: tagged ? rest.slice(colon + 1) : undefined,
  };
}
