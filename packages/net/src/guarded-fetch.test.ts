import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { isInternalAddress } from './address.ts';
import { fetchConditional } from './conditional.ts';
import { createFetcher, type Fetcher, type FetcherOptions, retryAfter } from './guarded-fetch.ts';
import { createHostLimits } from './host-limits.ts';

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(handler: http.RequestListener): Promise<string> {
  const server = http.createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const slept: number[] = [];
function fetcher(options: Partial<FetcherOptions> = {}): Fetcher {
  slept.length = 0;
  const sleep = async (milliseconds: number): Promise<void> => void slept.push(milliseconds);
  return createFetcher({ now: () => performance.now(), sleep, random: () => 0.5, ...options });
}

describe('addresses', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '[::1]',
  ])('%s is internal', (address) => {
    expect(isInternalAddress(address)).toBe(true);
  });
  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8', 'example.org'])('%s is not', (address) => {
    expect(isInternalAddress(address)).toBe(false);
  });

  it('nobody named are not contacted, by number or by name', async () => {
    let asked = 0;
    const origin = await serve((_, response) => {
      asked++;
      response.end();
    });
    const port = new URL(origin).port;
    for (const url of [origin, `http://localhost:${port}`, `http://[::ffff:127.0.0.1]:${port}`, `http://2130706433:${port}`]) {
      await expect(fetcher()({ url, maxBytes: 10, foreign: true, retries: 0 })).rejects.toMatchObject({
        code: expect.stringMatching(/^(blocked-address|insecure-url)$/),
      });
    }
    expect(asked).toBe(0);
  });

  it.each(['http://169.254.169.254/latest', 'http://[fd00:ec2::254]/', 'http://[::ffff:169.254.169.254]/', 'http://100.100.100.200/'])(
    'of metadata services are never contacted: %s',
    async (url) => {
      await expect(fetcher()({ url, maxBytes: 10, insecure: true, retries: 0 })).rejects.toMatchObject({ code: 'blocked-address' });
    },
  );

  it('are contacted when they were named', async () => {
    const origin = await serve((_, response) => response.end('ok'));
    expect(await (await fetcher()({ url: origin, maxBytes: 10 })).text()).toBe('ok');
  });
});

describe('redirects', () => {
  it('take no secrets to another origin', async () => {
    let seen: http.IncomingHttpHeaders = {};
    const other = await serve((request, response) => {
      seen = request.headers;
      response.end('there');
    });
    const first = await serve((_, response) => response.writeHead(307, { location: `${other}/blob` }).end());
    const headers = { Authorization: 'Basic x', Cookie: 'c', 'X-Secret': 's', Accept: 'a/b' };
    const response = await fetcher()({ url: first, headers, maxBytes: 10, named: [new URL(other).host] });
    expect(await response.text()).toBe('there');
    expect(seen).toMatchObject({ accept: 'a/b' });
    for (const name of ['authorization', 'cookie', 'x-secret']) expect(seen).not.toHaveProperty(name);
  });

  it('keep them inside one origin', async () => {
    const origin = await serve((request, response) => {
      if (request.url === '/a') response.writeHead(302, { location: '/b' }).end();
      else response.end(request.headers.authorization);
    });
    expect(await (await fetcher()({ url: `${origin}/a`, headers: { authorization: 'mine' }, maxBytes: 10 })).text()).toBe('mine');
  });

  it('to internal addresses are refused', async () => {
    const inner = await serve((_, response) => response.end('secret'));
    const outer = await serve((_, response) => response.writeHead(302, { location: inner }).end());
    await expect(fetcher()({ url: outer, maxBytes: 10 })).rejects.toMatchObject({ code: 'blocked-address' });
  });

  it.each([
    ['to http elsewhere', 'http://example.org/', 'insecure-url'],
    ['to files', 'file:///etc/passwd', 'bad-url'],
    ['with a password', 'https://a:b@example.org/', 'bad-url'],
    ['round and round', '/', 'redirect-refused'],
  ])('%s are refused', async (_, location, code) => {
    const origin = await serve((_, response) => response.writeHead(302, { location }).end());
    await expect(fetcher()({ url: origin, maxBytes: 10 })).rejects.toMatchObject({ code });
  });
});

describe('limits', () => {
  it.each([
    ['announced', { 'content-length': '1000' }],
    ['not announced', {}],
  ])('on bytes hold, %s', async (_, headers) => {
    const origin = await serve((_, response) => response.writeHead(200, headers).end(Buffer.alloc(1000)));
    await expect((await fetcher()({ url: origin, maxBytes: 999 })).bytes()).rejects.toMatchObject({ code: 'too-large' });
    expect((await (await fetcher()({ url: origin, maxBytes: 1000 })).bytes()).length).toBe(1000);
  });

  it('on silence hold before and inside an answer', async () => {
    const silent = await serve(() => {});
    await expect(fetcher()({ url: silent, maxBytes: 10, stallMs: 100 })).rejects.toMatchObject({ code: 'timeout' });
    const stuck = await serve((_, response) => response.writeHead(200).write('a'));
    await expect((await fetcher()({ url: stuck, maxBytes: 10, stallMs: 100 })).bytes()).rejects.toMatchObject({ code: 'timeout' });
  });

  it('on slowness hold', async () => {
    const origin = await serve((_, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });
    await expect((await fetcher()({ url: origin, maxBytes: 1e6, stallMs: 200 })).bytes()).rejects.toThrow(/too slowly/);
  });

  it('notice a broken connection', async () => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    });
    await expect((await fetcher()({ url: origin, maxBytes: 100 })).bytes()).rejects.toMatchObject({ code: 'network' });
  });
});

describe('retries', () => {
  it('wait as told, then with jitter', async () => {
    const answers = [
      { status: 429, headers: { 'retry-after': '2' } },
      { status: 503, headers: {} },
    ];
    const origin = await serve((_, response) => {
      const answer = answers.shift();
      response.writeHead(answer?.status ?? 200, answer?.headers).end('done');
    });
    expect(await (await fetcher()({ url: origin, maxBytes: 10 })).text()).toBe('done');
    expect(slept).toEqual([2000, 500]);
  });

  it('of many who ask one host are one wait for all', async () => {
    let told = 0;
    let asked = 0;
    const origin = await serve((_, response) => {
      asked++;
      // The first ones are under way together; after the wait all are answered.
      const busy = told < 4;
      if (busy) told++;
      response.writeHead(busy ? 429 : 200, { 'retry-after': '60' }).end('done');
    });
    const clock = { now: 0 };
    const waits: number[] = [];
    const sleep = async (milliseconds: number): Promise<void> => {
      waits.push(milliseconds);
      clock.now += milliseconds;
    };
    const means = { now: () => clock.now, sleep, random: () => 0.5 };
    const polite = createFetcher({ ...means, limits: createHostLimits({ ...means, atOnce: 4 }) });
    const answers = await Promise.all(Array.from({ length: 12 }, () => polite({ url: origin, maxBytes: 10 })));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
    expect(asked).toBe(16);
    expect(waits.length).toBeLessThanOrEqual(4);
    for (const answer of answers) answer.discard();
  });

  it('end with the last answer, or when the wait would be too long', async () => {
    const busy = await serve((_, response) => response.writeHead(503).end());
    expect((await fetcher()({ url: busy, maxBytes: 10, retries: 2 })).status).toBe(503);
    expect(slept).toHaveLength(2);
    const tomorrow = await serve((_, response) => response.writeHead(429, { 'retry-after': '86400' }).end());
    expect((await fetcher()({ url: tomorrow, maxBytes: 10 })).status).toBe(429);
    expect(slept).toEqual([]);
  });

  it.each([
    ['3', 3000],
    ['0.25', 250],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 60_000],
    ['129.163us', undefined],
    [undefined, undefined],
  ])('Retry-After %j is %j ms', (value, expected) => {
    expect(retryAfter(value, 0)).toBe(expected);
  });

  it('say that TLS is not spoken, and what to write then', async () => {
    const url = (await serve((_, response) => response.end())).replace('http', 'https');
    await expect(fetcher()({ url, maxBytes: 1, retries: 0 })).rejects.toThrow(/does not speak TLS; .* http:\/\//);
  });

  it('say who cannot be reached', async () => {
    await expect(fetcher()({ url: 'http://127.0.0.1:1/', maxBytes: 1 })).rejects.toThrow(
      '127.0.0.1:1 cannot be reached (ECONNREFUSED); check the address, the network and the proxy.',
    );
  });
});

describe('files that were fetched before', () => {
  it('are not sent again', async () => {
    const origin = await serve((request, response) => {
      if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"1"', 'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT' }).end('text');
    });
    const first = await fetchConditional(origin, { maxBytes: 10 }, fetcher());
    if (first === 'unchanged') throw new Error('was never fetched');
    const pieces: Buffer[] = [];
    for await (const piece of first.body) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('text');
    expect(first).toMatchObject({ etag: '"1"', lastModified: 'Thu, 01 Jan 1970 00:00:00 GMT' });
    expect(await fetchConditional(origin, { maxBytes: 10, etag: '"1"' }, fetcher())).toBe('unchanged');
  });

  it('that cannot be had are an error with the status', async () => {
    const origin = await serve((_, response) => response.writeHead(404).end());
    await expect(fetchConditional(`${origin}/feed`, { maxBytes: 10 }, fetcher())).rejects.toThrow(/answered 404 for \/feed/);
  });
});

it('goes through a proxy, but for hosts that are excepted', async () => {
  const origin = await serve((_, response) => response.end('reached'));
  const used: string[] = [];
  const proxy = http.createServer((request, response) => {
    used.push(request.url ?? '');
    http.get(origin, (answer) => answer.pipe(response));
  });
  proxy.on('connect', (request, socket) => {
    used.push(request.url ?? '');
    const upstream = connect(Number(new URL(origin).port), '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    upstream.pipe(socket);
    socket.pipe(upstream);
    socket.on('error', () => {});
  });
  servers.push(proxy);
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const through = fetcher({ proxy: { httpProxy: address, httpsProxy: address, noProxy: '127.0.0.1' } });
  expect(await (await through({ url: 'http://feed.example/x', maxBytes: 10, insecure: true })).text()).toBe('reached');
  expect(used).toEqual(['http://feed.example/x']);
  expect(await (await through({ url: origin, maxBytes: 10 })).text()).toBe('reached');
  expect(used).toHaveLength(1);
  await expect(through({ url: 'https://feed.example/', maxBytes: 10, retries: 0 })).rejects.toMatchObject({ code: 'network' });
  expect(used).toEqual(['http://feed.example/x', 'feed.example:443']);
});

it('reaches a socket file and nothing else when it is told so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'socket-'));
  const path = join(folder, 's');
  const server = http.createServer((request, response) => response.end(`${request.headers.host} ${request.url}`));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const overSocket = fetcher({ socketPath: path, proxy: { httpProxy: 'http://127.0.0.1:1' } });
  expect(await (await overSocket({ url: 'http://localhost/x', maxBytes: 100 })).text()).toBe('localhost /x');
  rmSync(folder, { recursive: true });
  const nowhere = fetcher({ socketPath: path });
  await expect(nowhere({ url: 'http://localhost/x', maxBytes: 100, retries: 0 })).rejects.toThrow(`${path} cannot be reached (ENOENT)`);
});

describe('a server with an authority of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const pem = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const make = (name: string, ...more: string[]): void => {
    const days = ['-days', '2', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)];
    execFileSync('openssl', ['req', '-x509', ...days, ...files, '-subj', `/CN=${name}`, ...more], { stdio: 'ignore' });
  };
  make('server', '-addext', 'subjectAltName=DNS:cluster.internal');
  make('client');

  async function serveTls(): Promise<string> {
    const options = { key: pem('server.key'), cert: pem('server.crt'), ca: pem('client.crt'), requestCert: true, rejectUnauthorized: true };
    const server = https.createServer(options, (request, response) =>
      response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN),
    );
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const tls = () => ({ ca: pem('server.crt'), cert: pem('client.crt'), key: pem('client.key'), servername: 'cluster.internal' });

  it.each([undefined, pem('client.crt')])('is believed when its authority is given, and sees our certificate', async (extraCa) => {
    const url = await serveTls();
    const fetch = fetcher(extraCa === undefined ? {} : { extraCa });
    for (const endless of [true, false]) {
      expect(await (await fetch({ url, maxBytes: 100, retries: 0, tls: tls(), endless })).text()).toBe('client');
    }
    const { ca, cert, key } = tls();
    await expect(fetch({ url, maxBytes: 100, retries: 0 })).rejects.toThrow(/has a certificate that is not trusted \(\w+\); name the file/);
    await expect(fetch({ url, maxBytes: 100, retries: 0, tls: { ca, cert, key } })).rejects.toThrow('has a certificate for another name');
    await expect(fetch({ url, maxBytes: 100, retries: 0, tls: { ...tls(), ca: pem('client.crt') } })).rejects.toMatchObject({
      code: 'network',
    });
  });

  it('does not show our certificate where it sends us', async () => {
    const url = await serveTls();
    const first = await serve((_, response) => response.writeHead(302, { location: url }).end());
    await expect(fetcher()({ url: first, maxBytes: 100, retries: 0, tls: tls(), named: [new URL(url).host] })).rejects.toMatchObject({
      code: 'network',
    });
  });
});

it('many endless answers keep no other request waiting, and may be quiet', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/quick') return response.end('ok');
    const timer = setInterval(() => response.write('.'), 40);
    response.on('close', () => clearInterval(timer));
  });
  const fetch = fetcher();
  const stop = new AbortController();
  const quiet = await Promise.all(
    Array.from({ length: 20 }, () => fetch({ url, maxBytes: 1000, endless: true, stallMs: 100, signal: stop.signal })),
  );
  expect(await (await fetch({ url: `${url}/quick`, maxBytes: 10 })).text()).toBe('ok');
  let dots = 0;
  for await (const piece of quiet[0]!.body) {
    dots += piece.length;
    if (dots >= 8) break;
  }
  expect(dots).toBeGreaterThanOrEqual(8);
  stop.abort();
});
