import { createHash } from 'node:crypto';
import { AssayError } from '@assay/core/errors.ts';
import type { Fetcher, GuardedRequest, GuardedResponse } from '../guarded-fetch.ts';
import { authorize } from './authorization.ts';
import type { Credentials, CredentialsFor } from './credentials.ts';
import { type ImageReference, referenceName, registryOrigin } from './reference.ts';

export interface RegistryOptions {
  readonly fetcher: Fetcher;
  readonly credentialsFor?: CredentialsFor;
  /** Hosts of token servers that may see the credentials. */
  readonly trustedRealms?: readonly string[];
  /** Further hosts, such as the store behind the registry, that may have internal addresses. */
  readonly named?: readonly string[];
  /** Speak http also to registries that are not on this machine. */
  readonly insecure?: boolean;
  /** Milliseconds without progress, default 30,000. */
  readonly stallMs?: number;
  readonly signal?: AbortSignal;
}

export interface RegistryManifest {
  readonly bytes: Buffer;
  /** Computed over the bytes, and equal to the one asked for. */
  readonly digest: string;
  readonly mediaType: string;
}

export const MANIFEST_TYPES: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
/** Registries refuse larger ones as well (distribution-spec). */
const MAX_MANIFEST_BYTES = 4 << 20;
const MAX_RESUMES = 5;

/** One repository of one registry (OCI distribution-spec), read only. */
export interface RegistryClient {
  /** By tag or digest. Throws AssayErrors `not-found`, `unauthorized`, `rate-limited`, `digest-mismatch`, `registry` and the fetcher's. */
  manifest(reference: string, signal?: AbortSignal): Promise<RegistryManifest>;
  /** Bytes of a blob, checked against digest and size as they pass; the last piece comes only after the check. Resumes broken connections. */
  blob(digest: string, size: number, signal?: AbortSignal): AsyncIterable<Buffer>;
}

export function openRegistry(reference: ImageReference, options: RegistryOptions): RegistryClient {
  const session: Session = { reference, options, authorization: undefined, credentials: undefined };
  return {
    manifest: (wanted, signal) => fetchManifest(session, wanted, signal),
    blob: (digest, size, signal) => fetchBlob(session, { digest, size }, signal),
  };
}

interface Session {
  readonly reference: ImageReference;
  readonly options: RegistryOptions;
  authorization: string | undefined;
  credentials: Promise<Credentials | undefined> | undefined;
}

type Asked = Pick<GuardedRequest, 'maxBytes'> & {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
};

/** Asks with what authorization there is; a 401 is answered once, with fresh authorization, and never again for this request. */
async function ask(session: Session, path: string, asked: Asked): Promise<GuardedResponse> {
  const { reference, options } = session;
  const url = `${registryOrigin(reference, options.insecure ?? false)}/v2/${reference.repository}/${path}`;
  const signal = asked.signal ?? options.signal;
  const send = (): Promise<GuardedResponse> =>
    options.fetcher({
      url,
      maxBytes: asked.maxBytes,
      named: options.named ?? [],
      insecure: options.insecure ?? false,
      ...(options.stallMs !== undefined && { stallMs: options.stallMs }),
      headers: { ...asked.headers, ...(session.authorization !== undefined && { authorization: session.authorization }) },
      ...(signal !== undefined && { signal }),
    });
  const used = session.authorization;
  const response = await send();
  if (response.status !== 401 || response.url.host !== reference.host) return response;
  response.discard();
  if (session.authorization === used) session.authorization = await answer(session, response.headers.get('www-authenticate') ?? '', signal);
  if (session.authorization === undefined) throw unauthorized(session);
  const second = await send();
  if (second.status !== 401) return second;
  second.discard();
  throw unauthorized(session);
}

async function answer(session: Session, field: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const { reference, options } = session;
  session.credentials ??= options.credentialsFor?.(reference.host) ?? Promise.resolve(undefined);
  return authorize(field, {
    fetcher: options.fetcher,
    host: reference.host,
    repository: reference.repository,
    credentials: await session.credentials,
    trustedRealms: options.trustedRealms ?? [],
    insecure: options.insecure ?? false,
    ...(signal !== undefined && { signal }),
  });
}

async function fetchManifest(session: Session, wanted: string, signal: AbortSignal | undefined): Promise<RegistryManifest> {
  const response = await ask(session, `manifests/${wanted}`, {
    maxBytes: MAX_MANIFEST_BYTES,
    headers: { accept: MANIFEST_TYPES.join(', ') },
    signal,
  });
  checkStatus(session, response, `has no image ${referenceName(session.reference)}${wanted.includes(':') ? '@' : ':'}${wanted}`);
  const bytes = await response.bytes();
  const algorithm = wanted.includes(':') ? wanted.slice(0, wanted.indexOf(':')) : 'sha256';
  const digest = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
  if (wanted.includes(':') && digest !== wanted) throw wrongDigest(session, 'manifest', wanted);
  return { bytes, digest, mediaType: (response.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? '' };
}

function checkStatus(session: Session, response: GuardedResponse, missing: string): void {
  const { status } = response;
  if (status === 200 || status === 206) return;
  response.discard();
  const { host } = session.reference;
  if (status === 404) throw new AssayError('not-found', `${host} ${missing}; check the name and the tag.`);
  if (status === 401 || status === 403) throw unauthorized(session);
  if (status === 429) throw new AssayError('rate-limited', `${host} limits how often images are read; wait, or log in for a higher limit.`);
  throw new AssayError('registry', `${host} answered ${status}; try again later.`);
}

async function* fetchBlob(
  session: Session,
  wanted: { digest: string; size: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const { digest, size } = wanted;
  const hash = createHash(digest.slice(0, digest.indexOf(':')));
  const state = { received: 0 };
  let last: Buffer | undefined;
  for (let attempt = 0; ; attempt++) {
    const before = state.received;
    try {
      for await (const piece of blobPart(session, wanted, { from: before, signal })) {
        state.received += piece.length;
        if (state.received > size) throw wrongDigest(session, 'layer', digest);
        hash.update(piece);
        if (last !== undefined) yield last;
        last = piece;
      }
      if (state.received === size) break;
      throw new AssayError('network', `${session.reference.host} broke the connection before the end; try again.`);
    } catch (error) {
      const broken = error instanceof AssayError && error.code === 'network';
      if (!broken || attempt >= MAX_RESUMES || signal?.aborted === true) throw error;
    }
  }
  if (`${digest.slice(0, digest.indexOf(':'))}:${hash.digest('hex')}` !== digest) throw wrongDigest(session, 'layer', digest);
  if (last !== undefined) yield last;
}

interface Part {
  readonly from: number;
  readonly signal: AbortSignal | undefined;
}

/** From a position on; servers without ranges send all of it and the known part is dropped. */
async function* blobPart(
  session: Session,
  { digest, size }: { digest: string; size: number },
  { from, signal }: Part,
): AsyncGenerator<Buffer> {
  const headers = from === 0 ? {} : { range: `bytes=${from}-${size - 1}` };
  const response = await ask(session, `blobs/${digest}`, { maxBytes: size + 1, headers, signal });
  checkStatus(session, response, `lacks a part of ${referenceName(session.reference)} (${digest})`);
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

function unauthorized(session: Session): AssayError {
  return new AssayError(
    'unauthorized',
    `${session.reference.host} does not let us read ${session.reference.repository}; check the name, or log in with docker login.`,
  );
}

function wrongDigest(session: Session, what: string, digest: string): AssayError {
  return new AssayError('digest-mismatch', `${session.reference.host} sent a ${what} that does not have the digest ${digest}.`);
}
