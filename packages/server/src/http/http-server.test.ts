import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';
import { type Logger, silentLogger } from '@assay/core/context.ts';
import type { Gateway } from '@assay/wire/gateway.ts';
import { afterEach, describe, expect, test } from 'vitest';
import type { TokenStore } from '../accounts/tokens.ts';
import { isLoopback, isOurHost, LOOPBACK_NAMES } from './host.ts';
import { type HttpServer, type HttpServerOptions, startHttpServer } from './http-server.ts';
import { loadStaticFiles } from './static-files.ts';

const noTokens: TokenStore = {
  create: async () => 'session-token-of-the-test',
  find: async () => undefined,
  take: async (_kind, token) => (token === 'good' ? { account: 0, name: 'admin', role: 'admin' } : undefined),
  remove: async () => {},
};
const open: HttpServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close(0);
});

async function serve(options: Partial<HttpServerOptions> = {}, host = '127.0.0.1'): Promise<HttpServer> {
  const gateway: Gateway = async (_request, response, requestId = '') => {
    response.writeHead(200).end('{}');
    return { requestId, status: 200 };
  };
  const base = {
    gateway,
    tokens: noTokens,
    staticFiles: loadStaticFiles('/nonexistent'),
    notReady: () => undefined,
    log: silentLogger,
    elapsed: () => 0,
  };
  const server = await startHttpServer({ ...base, ...options }, { host, port: 0 });
  open.push(server);
  return server;
}

describe('slow senders', () => {
  const limits = { headersTimeout: 150, requestTimeout: 300, connectionsCheckingInterval: 30 };
  test.each([
    ['headers that never end', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: '],
    ['a body that never ends', 'POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{'],
  ])('%s are cut', async (_name, bytes) => {
    const server = await serve({ limits });
    expect(await untilClosed(server, bytes)).toBe('closed');
  });

  test('headers beyond 32 kB are refused', async () => {
    const server = await serve();
    const answer = await fetch(`${server.address}/`, { headers: { 'x-long': 'x'.repeat(40_000) } }).then(
      (response) => response.status,
      () => 'cut',
    );
    expect([400, 'cut']).toContain(answer);
  });
});

describe('stopping', () => {
  test('lets a running request finish, tells readiness, and takes no new connection', async () => {
    let release = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      release = resolve;
    });
    let entered = (): void => {};
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const gateway: Gateway = async (_request, response, requestId = '') => {
      entered();
      await waiting;
      response.writeHead(200).end('done');
      return { requestId, status: 200 };
    };
    const server = await serve({ gateway });
    const running = fetch(`${server.address}/x`, { method: 'POST' });
    await inside;
    const closed = server.close(600_000);
    await expect(fetch(`${server.address}/health/live`)).rejects.toThrow();
    release();
    expect(await (await running).text()).toBe('done');
    await closed;
  });

  test('cuts what does not finish in time', async () => {
    let entered = (): void => {};
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const gateway: Gateway = () => {
      entered();
      return new Promise(() => {});
    };
    const server = await serve({ gateway });
    const running = fetch(`${server.address}/x`, { method: 'POST' }).catch(() => 'cut');
    await inside;
    await server.close(20);
    expect(await running).toBe('cut');
  });
});

test('readiness says what is missing', async () => {
  const server = await serve({ notReady: () => 'waiting for the database' });
  const answer = await fetch(`${server.address}/health/ready`);
  expect([answer.status, await answer.text()]).toEqual([503, 'waiting for the database\n']);
  expect((await fetch(`${server.address}/health/live`)).status).toBe(200);
});

test('a port that is taken is told in one sentence', async () => {
  const server = await serve();
  const port = Number(new URL(server.address).port);
  const second = startHttpServer(
    {
      gateway: async () => ({ requestId: '', status: 200 }),
      tokens: noTokens,
      staticFiles: loadStaticFiles('/nonexistent'),
      notReady: () => undefined,
      log: silentLogger,
      elapsed: () => 0,
    },
    { host: '127.0.0.1', port },
  );
  await expect(second).rejects.toMatchObject({
    code: 'listen',
    message: `Port ${port} is taken; stop the other program or set ASSAY_PORT.`,
  });
});

test('over TLS the cookie is Secure with its prefix, and HSTS is sent', async () => {
  const file = (name: string): string => readFileSync(new URL(`./testdata/${name}`, import.meta.url), 'utf8');
  const server = await serve({ tls: { cert: file('test-only.crt'), key: file('test-only.key') } });
  expect(server.address).toMatch(/^https:/);
  const body = JSON.stringify({ token: 'good' });
  const headers = { origin: server.address, 'x-assay-csrf': '1', 'content-length': body.length };
  const answer = await new Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
    const sent = https.request(`${server.address}/session`, { method: 'POST', headers, ca: file('test-only.crt') }, (response) => {
      response.resume();
      resolve({ status: response.statusCode!, headers: response.headers });
    });
    sent.on('error', reject);
    sent.end(body);
  });
  expect(answer.status).toBe(204);
  expect(answer.headers['set-cookie']?.[0]).toMatch(
    /^__Host-assay_session=session-token-of-the-test; Path=\/; .*HttpOnly; SameSite=Strict; Secure$/,
  );
  expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
});

test('behind a proxy that ends TLS the cookie is Secure too', async () => {
  const server = await serve({ hostNames: ['assay.example'] });
  const headers = { host: 'assay.example', origin: 'https://assay.example', 'x-assay-csrf': '1' };
  const cookie = await new Promise<string | undefined>((resolve, reject) => {
    const sent = http.request(`${server.address}/session`, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.headers['set-cookie']?.[0]);
    });
    sent.on('error', reject);
    sent.end('{"token":"good"}');
  });
  expect(cookie).toMatch(/^__Host-assay_session=.*; Secure$/);
});

test('an error of ours is logged with its request id and told without it', async () => {
  const errors: string[] = [];
  const log: Logger = { ...silentLogger, error: (_message, attributes) => void errors.push(JSON.stringify(attributes)) };
  const tokens: TokenStore = { ...noTokens, take: () => Promise.reject(new Error('connection string')) };
  const server = await serve({ tokens, log });
  const headers = { origin: server.address, 'x-assay-csrf': '1' };
  const answer = await fetch(`${server.address}/session`, { method: 'POST', headers, body: '{"token":"x"}' });
  const text = await answer.text();
  expect([answer.status, text.includes('connection string')]).toEqual([500, false]);
  expect(text).toContain(answer.headers.get('x-amzn-requestid'));
  expect(errors.join()).toContain('connection string');
});

test.each([
  ['localhost:8460', true],
  ['LOCALHOST', true],
  ['127.0.0.1:1', true],
  ['[::1]:8460', true],
  ['localhost.evil.example', false],
  ['evil.example', false],
  ['127.0.0.1@evil', false],
  ['', false],
  [undefined, false],
])('on loopback the Host %s is ours: %s', (host, ours) => {
  expect(isOurHost(host, LOOPBACK_NAMES)).toBe(ours);
});

test('loopback addresses', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil'].some(isLoopback)).toBe(false);
});

/** Resolves 'closed' when the server ends the connection; the test's own timeout is the other outcome. */
function untilClosed(server: HttpServer, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(server.address).port), '127.0.0.1', () => socket.write(bytes));
    socket.resume();
    socket.on('error', () => {});
    socket.on('close', () => resolve('closed'));
  });
}
