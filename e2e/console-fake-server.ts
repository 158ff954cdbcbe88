import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { type FakeState, HANDLERS, type Mode, type Row } from './console-fake-answers.ts';
import { makeFindings } from './console-fake-data.ts';

/** What the service must send with the console; the test fails on any violation that the browser reports. */
const CONSOLE_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const TOKEN = 'one-time-token-of-the-test';
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const PAGES = new Set(['/', '/images', '/resources', '/status', '/sign-in']);

export interface FakeService {
  readonly url: string;
  readonly signInLink: string;
  /** Bodies of every API call, for assertions about what the console asked. */
  readonly calls: { path: string; service: string | undefined; body: Row }[];
  mode: Mode;
  close(): Promise<void>;
}

export async function startFakeService(dist: string): Promise<FakeService> {
  const state = { findings: makeFindings(), sampleGone: false, signedIn: false, tokenUsed: false };
  const service: { mode: Mode; calls: FakeService['calls'] } = { mode: 'normal', calls: [] };
  const server = createServer((request, response) => {
    answer({ request, response, dist, state, service }).catch((error: unknown) =>
      fail(response, 500, 'InternalServerException', String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return Object.assign(service, { url, signInLink: `${url}/sign-in#token=${TOKEN}`, close: () => stop(server) });
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  dist: string;
  state: FakeState;
  service: Pick<FakeService, 'mode' | 'calls'>;
}

async function answer({ request, response, dist, state, service }: Exchange): Promise<unknown> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (path === '/sign-in/methods') return send(response, 200, { oidc: false });
  if (request.method === 'GET') return serveFile(dist, path, response);
  if (request.headers['x-assay-csrf'] !== '1') return fail(response, 403, 'AccessDeniedException', 'the header x-assay-csrf is missing');
  const body = JSON.parse((await read(request)) || '{}') as Row;
  if (path === '/session') return session({ request, response, state, body });
  if (!(request.headers.cookie ?? '').includes('assay_session=yes') || !state.signedIn)
    return fail(response, 401, 'UnrecognizedClientException', 'no session');
  const header = request.headers['x-assay-service'];
  service.calls.push({ path, service: typeof header === 'string' ? header : undefined, body });
  const handler = HANDLERS[path];
  if (handler === undefined) return fail(response, 404, 'UnknownOperationException', path);
  send(response, 200, handler(body, state, service.mode));
}

function session({
  request,
  response,
  state,
  body,
}: {
  request: IncomingMessage;
  response: ServerResponse;
  state: FakeState;
  body: Row;
}): unknown {
  if (request.method === 'DELETE') {
    state.signedIn = false;
    response.setHeader('set-cookie', 'assay_session=; Max-Age=0; Path=/');
    return send(response, 200, {});
  }
  if (body['token'] !== TOKEN || state.tokenUsed) return fail(response, 403, 'AccessDeniedException', 'the link was used or has expired');
  state.tokenUsed = true;
  state.signedIn = true;
  response.setHeader('set-cookie', 'assay_session=yes; Path=/; HttpOnly; SameSite=Strict');
  send(response, 200, {});
}

async function serveFile(dist: string, path: string, response: ServerResponse): Promise<unknown> {
  const file = PAGES.has(path) ? 'index.html' : path.slice(1);
  if (file.includes('..')) return fail(response, 404, 'NotFound', path);
  const bytes = await readFile(join(dist, file)).catch(() => null);
  if (bytes === null) return fail(response, 404, 'NotFound', path);
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': CONSOLE_CSP,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': file.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  response.end(bytes);
}
async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
function send(response: ServerResponse, code: number, body: Row): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
function fail(response: ServerResponse, code: number, type: string, message: string): void {
  response.writeHead(code, { 'content-type': 'application/json', 'x-amzn-errortype': type });
  response.end(JSON.stringify({ message }));
}
