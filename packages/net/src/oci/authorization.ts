import { AssayError } from '@assay/core/errors.ts';
import { isLoopbackHost } from '../address.ts';
import type { Fetcher } from '../guarded-fetch.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Credentials } from './credentials.ts';

export interface AuthorizationRequest {
  readonly fetcher: Fetcher;
  /** Host of the registry. */
  readonly host: string;
  /** What the token must be good for, unless the registry says so itself. */
  readonly scope: string;
  readonly credentials: Credentials | undefined;
  /** Hosts of token servers, beside the registry itself, that may see the credentials. */
  readonly trustedRealms: readonly string[];
  readonly insecure: boolean;
  readonly signal?: AbortSignal;
}

const MAX_TOKEN_BYTES = 64 * 1024;

/** Token servers that well-known registries have always used under another name. */
const KNOWN_REALMS: Readonly<Record<string, readonly string[]>> = {
  'registry-1.docker.io': ['auth.docker.io'],
  'registry.gitlab.com': ['gitlab.com'],
};

/**
 * The Authorization header that answers a 401 (distribution token and OAuth2 specification), undefined when no offer can be met.
 * Throws AssayErrors `untrusted-realm`, `unauthorized`.
 */
export async function authorize(field: string, request: AuthorizationRequest): Promise<string | undefined> {
  const { credentials } = request;
  if (credentials?.kind === 'registry-token') return `Bearer ${credentials.token}`;
  const challenges = parseChallenges(field);
  const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'));
  if (bearer !== undefined) return `Bearer ${await fetchToken(bearer, request)}`;
  if (challenges.some(({ scheme }) => scheme === 'basic') && credentials?.kind === 'basic') return basic(credentials);
  return undefined;
}

function basic(credentials: Extract<Credentials, { kind: 'basic' }>): string {
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
}

async function fetchToken(challenge: Challenge, request: AuthorizationRequest): Promise<string> {
  const realm = URL.parse(challenge.parameters.get('realm') ?? '');
  if (realm === null || !/^https?:$/.test(realm.protocol)) throw refused(request, 'names no usable token server');
  const own = realm.host === request.host;
  const trusted = own || [...request.trustedRealms, ...(KNOWN_REALMS[request.host] ?? [])].includes(realm.host);
  if (request.credentials !== undefined && !trusted) {
    throw new AssayError(
      'untrusted-realm',
      `${request.host} wants the credentials to be sent to ${realm.host}; name that host in ASSAY_TRUSTED_REALMS if this is right.`,
    );
  }
  const scope = challenge.parameters.get('scope') ?? request.scope;
  const service = challenge.parameters.get('service');
  const answer = await askTokenServer(realm, { scope, service, own, trusted }, request);
  const token = tokenOf(answer);
  if (token === undefined) throw refused(request, 'has a token server that gives no token');
  return token;
}

interface TokenQuery {
  readonly scope: string;
  readonly service: string | undefined;
  readonly own: boolean;
  readonly trusted: boolean;
}

async function askTokenServer(realm: URL, query: TokenQuery, request: AuthorizationRequest): Promise<unknown> {
  const { credentials } = request;
  const shared = {
    maxBytes: MAX_TOKEN_BYTES,
    // The address comes from the registry: only its own host may be an internal one.
    foreign: !query.trusted,
    insecure: request.insecure && query.own,
    maxRedirects: 2,
    timeoutMs: 60_000,
    ...(request.signal !== undefined && { signal: request.signal }),
  };
  if (realm.protocol === 'http:' && !query.own && !(query.trusted && isLoopbackHost(realm.hostname))) {
    throw refused(request, 'names a token server without encryption');
  }
  if (credentials?.kind === 'identity') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'assay',
      refresh_token: credentials.token,
      scope: query.scope,
    });
    if (query.service !== undefined) form.set('service', query.service);
    const response = await request.fetcher({
      ...shared,
      url: realm,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    if (response.status === 200) return response.json();
    response.discard();
    throw refused(request, `has a token server that answered ${response.status}`);
  }
  realm.searchParams.set('scope', query.scope);
  if (query.service !== undefined) realm.searchParams.set('service', query.service);
  const response = await request.fetcher({
    ...shared,
    url: realm,
    ...(credentials?.kind === 'basic' && { headers: { authorization: basic(credentials) } }),
  });
  if (response.status === 200) return response.json();
  response.discard();
  const hint = response.status === 401 || response.status === 403 ? 'refuses these credentials' : `answered ${response.status}`;
  throw refused(request, `has a token server that ${hint}`);
}

function tokenOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { token, access_token } = answer as Record<string, unknown>;
  return [token, access_token].find((value): value is string => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value));
}

function refused(request: AuthorizationRequest, what: string): AssayError {
  return new AssayError('unauthorized', `${request.host} ${what}; check the name of the image and log in to the registry.`);
}
