import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFetcher } from '@assay/net/guarded-fetch.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addressOver, sendOver } from './send.ts';

const server = http.createServer((request, response) => request.resume().on('end', () => response.end('taken')));
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

const fetcher = createFetcher({ now: () => performance.now(), sleep: async () => {}, random: () => 0.5 });
const signal = new AbortController().signal;

it.each([
  ['an internal address', () => `http://127.0.0.1:${port}/x`],
  ['no encryption', () => 'http://sink.example/x'],
])('a receiver with %s is refused with the setting that names it, and nothing of its path', async (_, url) => {
  const sent = sendOver(fetcher)({ url: `${url()}?key=marked`, headers: {}, body: '{}' }, signal);
  const error = await sent.then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(error?.message).toContain('ASSAY_WEBHOOK_HOSTS');
  expect(error?.message).not.toMatch(/marked|--insecure/);
});

it('the operator names a host', async () => {
  const answer = await sendOver(fetcher, ['127.0.0.1'])({ url: `http://127.0.0.1:${port}/x`, headers: {}, body: '{}' }, signal);
  expect(answer.status).toBe(200);
  expect(await addressOver(['127.0.0.1'])('127.0.0.1')).toBe('127.0.0.1');
  await expect(addressOver()('127.0.0.1')).rejects.toThrow(/ASSAY_WEBHOOK_HOSTS/);
});
