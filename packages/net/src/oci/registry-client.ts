import { createHash } from 'node:crypto';
import { AssayError } from '@assay/core/errors.ts';
import { listTags, type Place } from './listing.ts';
import { agreedType, MANIFEST_TYPES } from './manifest-type.ts';
import { type ImageReference, isDigest, referenceName } from './reference.ts';
import { listReferrers, type Referrer } from './referrers.ts';
import { ask, openSession, type RegistryOptions, requireAnswer, type Session } from './session.ts';

export interface RegistryManifest {
  readonly bytes: Buffer;
  /** Computed over the bytes, and equal to the one asked for. */
  readonly digest: string;
  readonly mediaType: string;
}

/** Registries refuse larger ones as well (distribution-spec). */
const MAX_MANIFEST_BYTES = 4 << 20;
const MAX_RESUMES = 5;

/** One repository of one registry (OCI distribution-spec), read only. What throws, throws AssayErrors as `manifest` does. */
export interface RegistryClient {
  /** Names of its tags, each once. Throws also `unknown-name`, `unlistable`, `too-large`, `bad-answer`. */
  tags(signal?: AbortSignal): AsyncIterable<string>;
  /**
   * What a tag means now, as the registry claims it: whatever is read is read by digest and checked. Undefined when the tag means nothing.
   */
  digestOf(tag: string, signal?: AbortSignal): Promise<string | undefined>;
  /** What says that it belongs to a manifest: signatures, attestations, inventories. */
  referrers(digest: string, signal?: AbortSignal): Promise<readonly Referrer[]>;
  /** By tag or digest. Throws AssayErrors `not-found`, `unauthorized`, `rate-limited`, `digest-mismatch`, `registry` and the fetcher's. */
  manifest(reference: string, signal?: AbortSignal): Promise<RegistryManifest>;
  /** Bytes of a blob, checked against digest and size as they pass; the last piece comes only after the check. Resumes broken connections. */
  blob(digest: string, size: number, signal?: AbortSignal): AsyncIterable<Buffer>;
}

export function openRegistry(reference: ImageReference, options: RegistryOptions): RegistryClient {
  const { host, repository } = reference;
  const session = openSession({ host, scope: `repository:${repository}:pull`, subject: referenceName(reference) }, options);
  const at: Place = { session, repository };
  return {
    tags: (signal) => listTags(at, signal),
    digestOf: (tag, signal) => askDigest(at, tag, signal),
    referrers: (digest, signal) => listReferrers(at, digest, signal),
    manifest: (wanted, signal) => fetchManifest(at, wanted, signal),
    blob: (digest, size, signal) => fetchBlob(at, { digest, size }, signal),
  };
}

async function fetchManifest({ session, repository }: Place, wanted: string, signal: AbortSignal | undefined): Promise<RegistryManifest> {
  const response = await ask(session, `/v2/${repository}/manifests/${wanted}`, {
    maxBytes: MAX_MANIFEST_BYTES,
    headers: { accept: MANIFEST_TYPES.join(', ') },
    signal,
  });
  requireAnswer(session, response, `has no image ${session.subject}${wanted.includes(':') ? '@' : ':'}${wanted}`);
  const bytes = await response.bytes();
  const algorithm = wanted.includes(':') ? wanted.slice(0, wanted.indexOf(':')) : 'sha256';
  const digest = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
  if (wanted.includes(':') && digest !== wanted) throw wrongDigest(session, 'manifest', wanted);
  return { bytes, digest, mediaType: agreedType(bytes, { told: response.headers.get('content-type') ?? '', host: session.host }) };
}

/**
 * Asked with HEAD, which no registry counts against a limit and Harbor does not record as a pull; where that tells no digest, the manifest
 * is read.
 */
async function askDigest(at: Place, tag: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const { session, repository } = at;
  const response = await ask(session, `/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    maxBytes: 0,
    headers: { accept: MANIFEST_TYPES.join(', ') },
    signal,
  });
  response.discard();
  const digest = response.headers.get('docker-content-digest') ?? '';
  if (response.status === 200 && isDigest(digest)) return digest;
  if (![200, 404, 405].includes(response.status)) requireAnswer(session, response, `has no image ${session.subject}:${tag}`);
  try {
    return (await fetchManifest(at, tag, signal)).digest;
  } catch (error) {
    if (error instanceof AssayError && error.code === 'not-found') return undefined;
    throw error;
  }
}

async function* fetchBlob(at: Place, wanted: { digest: string; size: number }, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const { digest, size } = wanted;
  const hash = createHash(digest.slice(0, digest.indexOf(':')));
  const state = { received: 0 };
  let last: Buffer | undefined;
  for (let attempt = 0; ; attempt++) {
    const before = state.received;
    try {
      for await (const piece of blobPart(at, wanted, { from: before, signal })) {
        state.received += piece.length;
        if (state.received > size) throw wrongDigest(at.session, 'layer', digest);
        hash.update(piece);
        if (last !== undefined) yield last;
        last = piece;
      }
      if (state.received === size) break;
      throw new AssayError('network', `${at.session.host} broke the connection before the end; try again.`);
    } catch (error) {
      const broken = error instanceof AssayError && error.code === 'network';
      if (!broken || attempt >= MAX_RESUMES || signal?.aborted === true) throw error;
    }
  }
  if (`${digest.slice(0, digest.indexOf(':'))}:${hash.digest('hex')}` !== digest) throw wrongDigest(at.session, 'layer', digest);
  if (last !== undefined) yield last;
}

interface Part {
  readonly from: number;
  readonly signal: AbortSignal | undefined;
}

/** From a position on; servers without ranges send all of it and the known part is dropped. */
async function* blobPart(
  { session, repository }: Place,
  { digest, size }: { digest: string; size: number },
  { from, signal }: Part,
): AsyncGenerator<Buffer> {
  const headers = from === 0 ? {} : { range: `bytes=${from}-${size - 1}` };
  const response = await ask(session, `/v2/${repository}/blobs/${digest}`, { maxBytes: size + 1, headers, signal });
  requireAnswer(session, response, `lacks a part of ${session.subject} (${digest})`);
  const ranged = response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${from}-`) === true;
  let skip = ranged ? 0 : from;
  for await (const piece of response.body) {
    if (skip >= piece.length) skip -= piece.length;
    else {
      yield skip === 0 ? piece : piece.subarray(skip);
      skip = 0;
    }
  }
}

function wrongDigest(session: Session, what: string, digest: string): AssayError {
  return new AssayError('digest-mismatch', `${session.host} sent a ${what} that does not have the digest ${digest}.`);
}
