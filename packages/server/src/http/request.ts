import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Logger } from '@assay/core/context.ts';
import { SERVICE_HEADER } from '@assay/wire/authenticate.ts';
import { ApiError, internalError } from '@assay/wire/errors.ts';
import type { Gateway, Outcome } from '@assay/wire/gateway.ts';
import type { Oidc } from '../accounts/oidc.ts';
import type { TokenStore } from '../accounts/tokens.ts';
import type { Inbox } from '../registries/inbox.ts';
import { type Span, traced } from '../telemetry/spans.ts';
import type { RequestFacts } from '../telemetry/telemetry.ts';
import { answerError, answerText } from './answers.ts';
import { isOurHost } from './host.ts';
import { type MetricsRoute, serveMetrics } from './metrics-route.ts';
import { serveOidc } from './oidc-routes.ts';
import { HOOKS, serveRegistryHook } from './registry-hooks.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { serveSession } from './session-routes.ts';
import type { StaticFiles } from './static-files.ts';

/** What a request is served with. */
export interface Site {
  readonly gateway: Gateway;
  /** Absent: there is no `/metrics`. */
  readonly metrics?: MetricsRoute;
  /** Told of every answer. */
  readonly onAnswer?: (outcome: RequestFacts, milliseconds: number) => void;
  readonly tokens: TokenStore;
  /** Takes what registries tell by themselves. */
  readonly inbox?: Inbox;
  /** Sign-in through an identity provider, where one is configured. */
  readonly oidc?: Oidc | undefined;
  readonly staticFiles: StaticFiles;
  readonly notReady: () => string | undefined;
  readonly hostNames?: readonly string[];
  readonly log: Logger;
  readonly elapsed: () => number;
  readonly newRequestId: () => string;
  readonly isDraining: () => boolean;
}

/** Answers one request and writes one line about it. Never rejects. */
export async function handleRequest(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const start = site.elapsed();
  const requestId = site.newRequestId();
  const secure = (request.socket as TLSSocket).encrypted === true;
  setSecurityHeaders(response, secure);
  if (site.isDraining()) response.setHeader('connection', 'close');
  let outcome: Partial<Outcome> & { status: number };
  try {
    outcome = await inSpan(site, { request, response, requestId, secure });
  } catch (error) {
    site.log.error('request failed', { requestId, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    outcome = { status: answerError(response, internalError(requestId, error), requestId) };
  }
  const ms = site.elapsed() - start;
  site.onAnswer?.(outcome, ms);
  const pathname = (request.url ?? '').split('?')[0]!;
  site.log.info('request', {
    method: request.method,
    // Log lines are for people and grep: no control characters, no kilobytes.
    path: pathname.slice(0, 200).replace(/[^\x20-\x7e]/g, '?'),
    ...outcome,
    requestId,
    ms: Math.round(ms),
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly secure: boolean;
}

function inSpan(site: Site, exchange: Exchange): ReturnType<typeof dispatch> {
  const { method = 'GET', headers } = exchange.request;
  const parent = headers['traceparent'];
  const begin = (): Span => ({
    ...{ name: method, kind: 'server', attributes: { 'http.request.method': method } },
    parent: typeof parent === 'string' ? parent : undefined,
  });
  return traced(begin, async (span) => {
    const outcome = await dispatch(site, exchange);
    if (span !== undefined) {
      if (outcome.operation !== undefined) span.name = `${outcome.service}.${outcome.operation}`;
      span.attributes['http.response.status_code'] = outcome.status;
      if (outcome.errorCode !== undefined) span.attributes['error.type'] = outcome.errorCode;
    }
    return outcome;
  });
}

async function dispatch(site: Site, exchange: Exchange): Promise<Partial<Outcome> & { status: number }> {
  const { request, response, requestId, secure } = exchange;
  const method = request.method ?? 'GET';
  const pathname = (request.url ?? '/').split('?')[0]!;
  if (pathname === '/health/live') return { status: answerText(response, 200, 'alive') };
  if (pathname === '/health/ready') return { status: health(site, response) };
  // A signature covers the Host header, so only browsers need to be asked by which name they came.
  if (request.headers.authorization === undefined && !isOurHost(request.headers.host, site.hostNames)) {
    const error = new ApiError('AccessDeniedException', 'This name is not served here', { status: 421 });
    return { status: answerError(response, error, requestId), errorCode: 'WrongHost' };
  }
  if (pathname === '/metrics' && site.metrics !== undefined) return { status: await serveMetrics(site.metrics, request, response) };
  if (pathname.startsWith(HOOKS) && site.inbox !== undefined) {
    return { status: await serveRegistryHook(site.inbox, { pathname, request, response }) };
  }
  const wire = { method, target: request.url ?? '/', rawHeaders: request.rawHeaders, headers: request.headers, secure };
  if (pathname === '/session') {
    return { status: await serveSession(site.tokens, { request, response, wire, requestId }) };
  }
  const { oidc, tokens } = site;
  const signedIn = pathname.startsWith('/sign-in/') ? await serveOidc(pathname, { oidc, tokens, wire, response }) : undefined;
  if (signedIn !== undefined) return { status: signedIn };
  if (isApiCall(request, method)) return site.gateway(request, response, requestId);
  if (await site.staticFiles.serve(request, response, decodePath(pathname))) return { status: response.statusCode };
  return { status: answerText(response, 404, 'Nothing is here.') };
}

/** Pages are asked for with GET and without any proof; whatever else comes is for the API, which says what is missing. */
function isApiCall(request: IncomingMessage, method: string): boolean {
  if (method !== 'GET' && method !== 'HEAD') return true;
  return (
    request.headers.authorization !== undefined || request.headers[SERVICE_HEADER] !== undefined || /[?&]X-Amz-/i.test(request.url ?? '')
  );
}

function health(site: Site, response: ServerResponse): number {
  const missing = site.isDraining() ? 'stopping' : site.notReady();
  return missing === undefined ? answerText(response, 200, 'ready') : answerText(response, 503, missing);
}

function decodePath(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
