import http from 'node:http';
import { silentLogger } from '@assay/core/context.ts';
import { afterEach, expect, test } from 'vitest';
import type { TokenStore } from '../accounts/tokens.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { type HttpServer, startHttpServer } from './http-server.ts';
import { startProbe } from './probe.ts';
import { loadStaticFiles } from './static-files.ts';

const open: { close(grace: number): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close(0);
});

async function serve(token?: string): Promise<HttpServer> {
  const telemetry = createTelemetry();
  const server = await startHttpServer(
    {
      gateway: async (_request, response, requestId = '') => {
        response.writeHead(200).end('{}');
        return { requestId, status: 200, service: 'inspector2', operation: 'ListFindings' };
      },
      tokens: {} as TokenStore,
      staticFiles: loadStaticFiles('/nonexistent'),
      notReady: () => undefined,
      metrics: { metrics: telemetry.metrics, token },
      onAnswer: telemetry.request,
      log: silentLogger,
      elapsed: () => performance.now(),
    },
    { host: '127.0.0.1', port: 0 },
  );
  open.push(server);
  return server;
}

function get(server: { readonly address: string }, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    http
      .get(`${server.address}/metrics`, { headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      })
      .on('error', reject);
  });
}

test('requests are counted by operation and told to this machine', async () => {
  const server = await serve();
  await fetch(`${server.address}/findings/list`, { method: 'POST', body: '{}' });
  const { status, text } = await get(server);
  expect(status).toBe(200);
  expect(text).toContain('assay_requests_total{service="inspector2",operation="ListFindings",status="200",error=""} 1\n');
  expect(text).toContain('assay_request_seconds_count{service="inspector2",operation="ListFindings"} 1\n');
});

test.each([
  ['a caller behind a proxy', { 'x-forwarded-for': '203.0.113.9' }, 404],
  ['a page whose name leads here', { host: 'evil.example' }, 421],
])('without a token, %s learns nothing', async (_who, headers, status) => {
  const answer = await get(await serve(), headers);
  expect(answer.status).toBe(status);
  expect(answer.text).not.toContain('assay_');
});

test('with a token nobody reads without it', async () => {
  const server = await serve('of-the-scraper');
  expect((await get(server)).status).toBe(404);
  expect((await get(server, { authorization: 'Bearer of-the-other' })).status).toBe(404);
  expect((await get(server, { authorization: 'Bearer of-the-scraper' })).status).toBe(200);
});

test('a process without an API has a door for health and metrics', async () => {
  let missing: string | undefined = 'the database cannot be reached';
  const { metrics } = createTelemetry();
  const probe = await startProbe({ notReady: () => missing, metrics: { metrics, token: undefined } }, { host: '127.0.0.1', port: 0 });
  open.push(probe);
  const ask = async (path: string): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${probe.port}${path}`);
    return `${response.status} ${(await response.text()).trim()}`;
  };
  expect(await ask('/health/live')).toBe('200 alive');
  expect(await ask('/health/ready')).toBe('503 the database cannot be reached');
  missing = undefined;
  expect(await ask('/health/ready')).toBe('200 ready');
  expect(await ask('/metrics')).toContain('# TYPE assay_requests_total counter');
  expect(await ask('/findings/list')).toBe('404 Nothing is here.');
});
