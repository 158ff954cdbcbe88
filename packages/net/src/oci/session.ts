import { AssayError } from '@assay/core/errors.ts';
import type { Fetcher, GuardedRequest, GuardedResponse } from '../guarded-fetch.ts';
import { authorize } from './authorization.ts';
import type { Credentials, CredentialsFor } from './credentials.ts';
import { registryOrigin, type Scheme } from './reference.ts';

export interface RegistryOptions {
  readonly fetcher: Fetcher;
  readonly credentialsFor?: CredentialsFor;
  /** Hosts of token servers that may see the credentials. */
  readonly trustedRealms?: readonly string[];
  /** Further hosts, such as the store behind the registry, that may have internal addresses. */
  readonly named?: readonly string[];
  /** Speak http also to registries that are not on this machine. */
  readonly insecure?: boolean;
  /** As somebody wrote it before the host; else https, but http to this machine. */
  readonly scheme?: Scheme;
  /** Milliseconds without progress, default 30,000. */
  readonly stallMs?: number;
  readonly signal?: AbortSignal;
}

/** A conversation with one registry for one purpose: its authorization is asked for once and used until it is refused. */
export interface Session {
  readonly host: string;
  /** What a token must be good for, where the registry does not say: `repository:team/app:pull`. */
  readonly scope: string;
  /** What we want to read, for messages: `team/app`. */
  readonly subject: string;
  readonly options: RegistryOptions;
  authorization: string | undefined;
  credentials: Promise<Credentials | undefined> | undefined;
  /** Under way, for all who wait for it. */
  renewal: Promise<void> | undefined;
}

export function openSession(of: Pick<Session, 'host' | 'scope' | 'subject'>, options: RegistryOptions): Session {
  return { ...of, options, authorization: undefined, credentials: undefined, renewal: undefined };
}

export type Asked = Pick<GuardedRequest, 'maxBytes' | 'method'> & {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
};

/** Of the registry, with which its paths begin. */
function originOf({ host, options }: Session): string {
  return registryOrigin({ host }, options);
}

/**
 * Asks for a path, from the first `/` on, with what authorization there is; a 401 is answered once, with fresh authorization, and never again for this
 * request. Throws AssayErrors `unauthorized`, `untrusted-realm` and the fetcher's.
 */
export async function ask(session: Session, path: string, asked: Asked): Promise<GuardedResponse> {
  const { options } = session;
  const signal = asked.signal ?? options.signal;
  const send = (): Promise<GuardedResponse> =>
    options.fetcher({
      url: `${originOf(session)}${path}`,
      method: asked.method ?? 'GET',
      maxBytes: asked.maxBytes,
      named: options.named ?? [],
      insecure: options.insecure ?? false,
      ...(options.stallMs !== undefined && { stallMs: options.stallMs }),
      headers: { ...asked.headers, ...(session.authorization !== undefined && { authorization: session.authorization }) },
      ...(signal !== undefined && { signal }),
    });
  const used = session.authorization;
  const response = await send();
  if (response.status !== 401 || response.url.host !== session.host) return response;
  response.discard();
  if (session.authorization === used) {
    session.renewal ??= renew(session, response.headers.get('www-authenticate') ?? '');
    await session.renewal;
  }
  if (session.authorization === undefined) throw unauthorized(session);
  const second = await send();
  if (second.status !== 401) return second;
  second.discard();
  throw unauthorized(session);
}

async function renew(session: Session, challenge: string): Promise<void> {
  try {
    session.authorization = await answer(session, challenge);
  } finally {
    session.renewal = undefined;
  }
}

async function answer(session: Session, field: string): Promise<string | undefined> {
  const { host, options } = session;
  session.credentials ??= options.credentialsFor?.(host) ?? Promise.resolve(undefined);
  return authorize(field, {
    fetcher: options.fetcher,
    host,
    scope: session.scope,
    credentials: await session.credentials,
    trustedRealms: options.trustedRealms ?? [],
    insecure: options.insecure ?? false,
    ...(options.signal !== undefined && { signal: options.signal }),
  });
}

/** Throws unless the status is 200 or 206: AssayErrors `not-found`, `unauthorized`, `rate-limited`, `registry`. */
export function requireAnswer(session: Session, response: GuardedResponse, missing: string): void {
  const { status } = response;
  if (status === 200 || status === 206) return;
  response.discard();
  const { host } = session;
  if (status === 404) throw new AssayError('not-found', `${host} ${missing}; check the name and the tag.`);
  if (status === 401 || status === 403) throw unauthorized(session);
  if (status === 429) throw new AssayError('rate-limited', `${host} limits how often images are read; wait, or log in for a higher limit.`);
  throw new AssayError('registry', `${host} answered ${status}; try again later.`);
}

function unauthorized({ host, subject }: Session): AssayError {
  return new AssayError(
    'unauthorized',
    `${host} does not let us read ${subject}; check the name and the credentials (the command line has those of docker login).`,
  );
}
