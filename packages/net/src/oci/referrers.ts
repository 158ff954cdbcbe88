import { AssayError } from '@assay/core/errors.ts';
import { isObject } from '@assay/core/json.ts';
import type { Place } from './listing.ts';
import { isDigest } from './reference.ts';
import { ask, requireAnswer } from './session.ts';

/** A manifest that says it belongs to another one. */
export interface Referrer {
  readonly digest: string;
  readonly mediaType: string;
  /** `application/vnd.cncf.notary.signature`; empty when it does not say. */
  readonly artifactType: string;
  readonly size: number;
}

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MAX_BYTES = 4 << 20;
const MAX_REFERRERS = 1000;

/**
 * By the referrers API, or where that is not offered by the index under the tag that clients write instead (distribution-spec, referrers tag
 * schema).
 */
export async function listReferrers(
  { session, repository }: Place,
  digest: string,
  signal: AbortSignal | undefined,
): Promise<readonly Referrer[]> {
  const asked = { maxBytes: MAX_BYTES, headers: { accept: INDEX }, signal };
  let response = await ask(session, `/v2/${repository}/referrers/${digest}`, asked);
  if (response.status === 404 || response.status === 405) {
    response.discard();
    response = await ask(session, `/v2/${repository}/manifests/${fallbackTag(digest)}`, asked);
    if (response.status === 404) {
      response.discard();
      return [];
    }
  }
  requireAnswer(session, response, `tells nothing about ${session.subject}@${digest}`);
  const answer = await response.json();
  const manifests = isObject(answer) ? answer['manifests'] : undefined;
  if (!Array.isArray(manifests))
    throw new AssayError('bad-answer', `${session.host} answered without the list of referrers; try again later.`);
  return manifests.slice(0, MAX_REFERRERS).flatMap((entry) => referrer(entry) ?? []);
}

/** `sha256-<hex>`, cut to the length of tags. */
function fallbackTag(digest: string): string {
  return digest.replace(':', '-').slice(0, 128);
}

function referrer(entry: unknown): Referrer | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { digest, mediaType, artifactType, size } = entry as Record<string, unknown>;
  if (typeof digest !== 'string' || !isDigest(digest) || typeof mediaType !== 'string') return undefined;
  return {
    digest,
    mediaType,
    artifactType: typeof artifactType === 'string' ? artifactType.slice(0, 200) : '',
    size: Number.isSafeInteger(size) ? (size as number) : 0,
  };
}
