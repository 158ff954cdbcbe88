import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSecurePage, readSessionCookie, refuseForeignPages, SECURE_SESSION_COOKIE, SESSION_COOKIE } from '@assay/wire/authenticate.ts';
import { readBody } from '@assay/wire/body.ts';
import { ApiError, accessDenied } from '@assay/wire/errors.ts';
import type { WireRequest } from '@assay/wire/principal.ts';
import { TOKEN_LIFE, type TokenStore } from '../accounts/tokens.ts';
import { answerError } from './answers.ts';

export interface SessionRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly wire: WireRequest;
  readonly requestId: string;
}

const LARGEST_BODY = 2048;

/**
 * `POST /session {"token": …}` turns a one-time sign-in token into a session cookie; `DELETE /session` ends the session.
 * Both only for pages of ours. Answers 204, or an error in the form of the API.
 */
export async function serveSession(tokens: TokenStore, exchange: SessionRequest): Promise<number> {
  const { request, response, wire, requestId } = exchange;
  try {
    refuseForeignPages(wire);
    if (request.method === 'POST') await signIn(tokens, exchange);
    else if (request.method === 'DELETE') await signOut(tokens, exchange);
    else throw new ApiError('UnknownOperationException', 'Use POST to sign in and DELETE to sign out', { status: 405 });
    response.writeHead(204, { 'cache-control': 'no-store', 'x-amzn-requestid': requestId }).end();
    return 204;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return answerError(response, error, requestId);
  }
}

async function signIn(tokens: TokenStore, { request, response, wire }: SessionRequest): Promise<void> {
  const { bytes } = await readBody(request, LARGEST_BODY, { free: LARGEST_BODY });
  const owner = await tokens.take('sign-in', tokenOf(bytes));
  if (!owner) throw accessDenied('The sign-in link was used before, or is too old; make a new one');
  response.setHeader('set-cookie', sessionCookie(await tokens.create('session', owner), isSecurePage(wire)));
}

async function signOut(tokens: TokenStore, { response, wire }: SessionRequest): Promise<void> {
  const session = readSessionCookie(wire);
  if (session) await tokens.remove('session', session);
  const secure = isSecurePage(wire);
  response.setHeader('set-cookie', `${cookieName(secure)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`);
}

function tokenOf(body: Uint8Array): string {
  try {
    const token = (JSON.parse(Buffer.from(body).toString('utf8')) as { token?: unknown } | null)?.token;
    return typeof token === 'string' ? token : '';
  } catch {
    return '';
  }
}

function cookieName(secure: boolean): string {
  return secure ? SECURE_SESSION_COOKIE : SESSION_COOKIE;
}

export function sessionCookie(token: string, secure: boolean): string {
  const age = Math.floor(TOKEN_LIFE.session / 1000);
  return `${cookieName(secure)}=${token}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
