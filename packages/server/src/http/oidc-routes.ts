import type { ServerResponse } from 'node:http';
import { cookieOf } from '@assay/wire/authenticate.ts';
import type { WireRequest } from '@assay/wire/principal.ts';
import { OIDC_CALLBACK, OIDC_FLOW_LIFE, type Oidc, OidcRefused } from '../accounts/oidc.ts';
import type { TokenStore } from '../accounts/tokens.ts';
import { sessionCookie } from './session-routes.ts';

const SIGN_IN_METHODS = '/sign-in/methods';
const OIDC_START = '/sign-in/oidc';

const FLOW_COOKIE = 'assay_oidc';

export interface OidcRequest {
  readonly oidc: Oidc | undefined;
  readonly tokens: TokenStore;
  readonly wire: WireRequest;
  readonly response: ServerResponse;
}

/**
 * `GET /sign-in/methods` says `{"oidc": true}` where there is an identity provider, `GET /sign-in/oidc` goes there, and its answer
 * comes back as a session cookie. Who is refused lands on the sign-in page with the reason. Undefined: not a path of these.
 */
export async function serveOidc(pathname: string, exchange: OidcRequest): Promise<number | undefined> {
  const { oidc, wire, response } = exchange;
  if (wire.method !== 'GET') return undefined;
  if (pathname === SIGN_IN_METHODS) {
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify({ oidc: oidc !== undefined }));
    return 200;
  }
  if (oidc === undefined) return undefined;
  if (pathname === OIDC_START) return leave(response, oidc, () => begin(oidc));
  if (pathname === OIDC_CALLBACK) return leave(response, oidc, () => finish(oidc, exchange));
  return undefined;
}

interface Leave {
  readonly location: string;
  readonly cookies: readonly string[];
}

async function begin(oidc: Oidc): Promise<Leave> {
  const { location, flow } = await oidc.begin();
  return { location, cookies: [flowCookie(oidc, flow, OIDC_FLOW_LIFE / 1000)] };
}

async function finish(oidc: Oidc, { wire, tokens }: OidcRequest): Promise<Leave> {
  const at = wire.target.indexOf('?');
  const owner = await oidc.finish(at < 0 ? '' : wire.target.slice(at), cookieOf(wire, FLOW_COOKIE));
  const session = await tokens.create('session', owner);
  return { location: '/', cookies: [sessionCookie(session, oidc.secure || wire.secure), flowCookie(oidc, '', 0)] };
}

async function leave(response: ServerResponse, oidc: Oidc, work: () => Promise<Leave>): Promise<number> {
  const { location, cookies } = await work().catch((error: unknown): Leave => {
    if (!(error instanceof OidcRefused)) throw error;
    return { location: `/sign-in?refused=${error.refusal}`, cookies: [flowCookie(oidc, '', 0)] };
  });
  response.writeHead(303, { location, 'set-cookie': [...cookies], 'cache-control': 'no-store' }).end();
  return 303;
}

/** Lax: the provider's answer is a navigation from another site. */
function flowCookie({ secure }: Oidc, value: string, maxAge: number): string {
  return `${FLOW_COOKIE}=${value}; Path=${OIDC_START}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}
