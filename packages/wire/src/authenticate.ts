import { ApiError, accessDenied } from './errors.ts';
import type { Authenticate, Authentication, Identity, WireRequest } from './principal.ts';
import { parseAuthorization } from './sigv4/authorization.ts';
import { checkSigV4Form, checkSigV4Signature, createSigningKeys } from './sigv4/verify.ts';

export const SERVICE_HEADER = 'x-assay-service';
/** A page of another origin cannot set it without asking first, and we never say yes. */
export const PAGE_HEADER = 'x-assay-csrf';
export const SESSION_COOKIE = 'assay_session';
/** Sent over TLS: the prefix makes browsers refuse it from a subdomain or without Secure. */
export const SECURE_SESSION_COOKIE = '__Host-assay_session';

export interface AuthenticatorOptions {
  /** Undefined: no such key, or it is switched off. */
  readonly findAccessKey: (keyId: string) => Promise<{ readonly secret: string; readonly identity: Identity } | undefined>;
  readonly findSession: (token: string) => Promise<Identity | undefined>;
  readonly findBearer: (token: string) => Promise<Identity | undefined>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds; 5 minutes unless given, at most 15. */
  readonly maxSkew?: number;
  readonly regions?: readonly string[];
}

const DEFAULT_SKEW = 5 * 60_000;
const LARGEST_SKEW = 15 * 60_000;

/** One principal, three proofs: SigV4, a bearer token, or the console's session cookie. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticate {
  const signingKeys = createSigningKeys();
  const maxSkew = Math.min(options.maxSkew ?? DEFAULT_SKEW, LARGEST_SKEW);
  return async function authenticate(request) {
    const header = one(request, 'authorization');
    if (/[?&]X-Amz-(?:Signature|Algorithm|Credential)=/i.test(request.target)) {
      throw new ApiError('IncompleteSignatureException', 'Presigned requests are not accepted: sign with the Authorization header');
    }
    if (header?.startsWith('AWS4')) return sigV4(request, header);
    if (header && /^bearer /i.test(header)) return named(request, 'bearer', await options.findBearer(header.slice(7).trim()));
    if (header) throw new ApiError('IncompleteSignatureException', 'The Authorization header must be AWS4-HMAC-SHA256 or Bearer');
    const session = readSessionCookie(request);
    if (!session) throw new ApiError('MissingAuthenticationTokenException', 'The request carries no credentials', { status: 403 });
    refuseForeignPages(request);
    return named(request, 'session', await options.findSession(session));
  };

  async function sigV4(request: WireRequest, header: string): Promise<Authentication> {
    const authorization = parseAuthorization(header);
    const now = options.now();
    checkSigV4Form(request, authorization, {
      now,
      maxSkew,
      secure: request.secure,
      ...(options.regions ? { regions: options.regions } : {}),
    });
    const key = await options.findAccessKey(authorization.keyId);
    // We hand out no temporary credentials, so a session token is never one of ours.
    if (!key || one(request, 'x-amz-security-token') !== undefined) throw unknownCredentials();
    return {
      service: authorization.service,
      verify(body) {
        checkSigV4Signature({ ...request, bodyHash: body.sha256 }, authorization, signingKeys(authorization, key.secret));
        return { ...key.identity, via: 'sigv4' };
      },
    };
  }
}

function named(request: WireRequest, via: 'session' | 'bearer', identity: Identity | undefined): Authentication {
  if (!identity) throw unknownCredentials();
  const service = one(request, SERVICE_HEADER);
  if (!service) throw accessDenied(`Name the service in the header ${SERVICE_HEADER}`);
  return { service, verify: () => ({ ...identity, via }) };
}

function unknownCredentials(): ApiError {
  return new ApiError('UnrecognizedClientException', 'The security token included in the request is invalid', { status: 403 });
}

/** The cookie alone proves nothing about who wrote the request: the page must be ours, and say so in headers that forms cannot set. */
export function refuseForeignPages(request: WireRequest): void {
  if (one(request, PAGE_HEADER) === undefined) throw accessDenied(`A session needs the header ${PAGE_HEADER}`);
  const origin = one(request, 'origin');
  const site = one(request, 'sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') throw accessDenied('A session is good for pages of this service only');
  if (origin === undefined) {
    if (request.method !== 'GET') throw accessDenied('A session needs the Origin header');
    return;
  }
  if (!sameOrigin(origin, one(request, 'host'), request.secure)) throw accessDenied('A session is good for pages of this service only');
}

/** Behind a proxy that ends TLS the page is https and we are not, so only a TLS connection of our own fixes the scheme. */
function sameOrigin(origin: string, host: string | undefined, secure: boolean): boolean {
  if (!host || !URL.canParse(origin) || !URL.canParse(`http://${host}`)) return false;
  const url = new URL(origin);
  if (url.origin !== origin || (secure && url.protocol !== 'https:')) return false;
  return url.host === new URL(`${url.protocol}//${host}`).host;
}

/** The page was loaded over TLS: from us, or from a proxy that ends TLS in front of us, which only the Origin tells. */
export function isSecurePage(request: Pick<WireRequest, 'headers' | 'secure'>): boolean {
  return request.secure || String(request.headers['origin'] ?? '').startsWith('https://');
}

/** Each scheme has its cookie. A request without Origin (GET) may have come through a proxy that ends TLS, so there the stronger one counts first. */
export function readSessionCookie(request: Pick<WireRequest, 'headers' | 'secure'>): string | undefined {
  const secure = isSecurePage(request);
  const strong = secure || request.headers['origin'] === undefined ? cookieOf(request, SECURE_SESSION_COOKIE) : undefined;
  return strong ?? (secure ? undefined : cookieOf(request, SESSION_COOKIE));
}

/** The value of a cookie that the browser sent, as it is. */
export function cookieOf(request: Pick<WireRequest, 'headers'>, wanted: string): string | undefined {
  const header = request.headers['cookie'];
  if (typeof header !== 'string') return undefined;
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === wanted) return part.slice(at + 1).trim();
  }
  return undefined;
}

function one(request: WireRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
