import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFetcher } from '@assay/net/guarded-fetch.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { KeyRef } from './key-provider.ts';
import { localKeys } from './local-keys.ts';
import { transitKeys } from './transit-keys.ts';

const dataKey = randomBytes(32);
const context = { account: '000000000001', export: 'x' };

describe('local keys', () => {
  const keys = localKeys(Buffer.alloc(32, 1));
  const key: KeyRef = { arn: 'arn:aws:kms:us-east-1:000000000001:key/a', provider: 'LOCAL', name: '', version: 1 };

  test('open what any version wrapped, bound to ARN and context', async () => {
    const first = await keys.wrap(key, dataKey, context);
    const version = await keys.rotate(key);
    expect(version).toBe(2);
    const second = await keys.wrap({ ...key, version }, dataKey, context);
    for (const wrapped of [first, second]) {
      expect(await keys.unwrap({ ...key, version }, wrapped, { export: 'x', account: '000000000001' })).toEqual(dataKey);
      await expect(keys.unwrap(key, wrapped, { ...context, account: '000000000002' })).rejects.toMatchObject({ code: 'key-refused' });
      await expect(keys.unwrap({ ...key, arn: `${key.arn}b` }, wrapped, context)).rejects.toMatchObject({ code: 'key-refused' });
      await expect(localKeys(Buffer.alloc(32, 2)).unwrap(key, wrapped, context)).rejects.toMatchObject({ code: 'key-refused' });
    }
    await expect(keys.unwrap(key, first.replace('v1.', 'v2.'), context)).rejects.toMatchObject({ code: 'key-refused' });
  });

  test.each(['', 'v1.', 'v1.AAAA', 'vault:v1:abc', 'v99999999999.AAAA', `v1.${'A'.repeat(2000)}`])(
    '%j is no wrapped key',
    async (wrapped) => {
      await expect(keys.unwrap(key, wrapped, context)).rejects.toMatchObject({ code: 'key-refused' });
    },
  );
});

describe('transit keys', () => {
  let server: Server;
  let answer: RequestListener;
  let keys: ReturnType<typeof transitKeys>;
  const asked: { path: string | undefined; token: unknown; body: Record<string, string> }[] = [];
  const key: KeyRef = { arn: 'arn', provider: 'TRANSIT', name: 'assay', version: 1 };
  beforeAll(async () => {
    server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece) => pieces.push(piece));
      request.on('end', () => {
        asked.push({ path: request.url, token: request.headers['x-vault-token'], body: JSON.parse(Buffer.concat(pieces).toString()) });
        answer(request, response);
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const fetcher = createFetcher({ now: Date.now, random: () => 0, sleep: async () => {} });
    keys = transitKeys({ address, mount: 'transit', token: 's.token' }, fetcher);
  });
  afterAll(() => server?.close());
  afterEach(() => {
    asked.length = 0;
  });
  const says = (status: number, body: string): void => {
    answer = (_, response) => void response.writeHead(status).end(body);
  };

  test('wrap, open and turn by the documented calls', async () => {
    says(200, JSON.stringify({ data: { ciphertext: 'vault:v1:abc' } }));
    expect(await keys.wrap(key, dataKey, context)).toBe('vault:v1:abc');
    says(200, JSON.stringify({ data: { plaintext: dataKey.toString('base64') } }));
    expect(await keys.unwrap(key, 'vault:v1:abc', context)).toEqual(dataKey);
    says(204, '');
    expect(await keys.rotate(key)).toBe(2);
    expect(asked.map((one) => one.path)).toEqual([
      '/v1/transit/encrypt/assay',
      '/v1/transit/decrypt/assay',
      '/v1/transit/keys/assay/rotate',
    ]);
    expect(new Set(asked.map((one) => one.token))).toEqual(new Set(['s.token']));
    expect(asked[0]?.body['associated_data']).toBe(asked[1]?.body['associated_data']);
    expect(asked[0]?.body['plaintext']).toBe(dataKey.toString('base64'));
  });

  test.each([
    [400, '{"errors":["encryption key not found"]}', 'key-refused'],
    [403, '{"errors":["permission denied"]}', 'key-refused'],
    [404, 'not json', 'key-refused'],
    [302, '', 'key-refused'],
    [503, '{"errors":["Vault is sealed"]}', undefined],
    [500, '', undefined],
    [429, '', undefined],
    [200, '', undefined],
    [200, '[]', undefined],
    [200, '{"data":{"ciphertext":7}}', undefined],
    [200, '{"data":{"ciphertext":"plain"}}', undefined],
    [200, 'x'.repeat(100_000), 'too-large'],
  ])('an answer %i %j is %s', async (status, body, code) => {
    says(status, body);
    await expect(keys.wrap(key, dataKey, context)).rejects.toSatisfy((error: { code?: string }) => error.code === code);
  });

  test.each(['../sys/seal', 'a/b', '', '.x', 'a?b'])('a name that is a path is not asked for: %j', async (name) => {
    await expect(keys.wrap({ ...key, name }, dataKey, context)).rejects.toMatchObject({ code: 'key-refused' });
    expect(asked).toEqual([]);
  });
});
