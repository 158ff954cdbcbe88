import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import zlib from 'node:zlib';
import { type Logger, silentLogger } from '@assay/core/context.ts';
import type { TestDatabase } from '@assay/testkit/postgres.ts';
import {
  BatchGetAccountStatusCommand,
  DisableCommand,
  EnableCommand,
  GetConfigurationCommand,
  Inspector2Client,
  ListFiltersCommand,
} from '@aws-sdk/client-inspector2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FirstStart } from '../accounts/first-start.ts';
import type { TokenStore } from '../accounts/tokens.ts';
import type { HttpServer } from './http-server.ts';
import { startTestService } from './testdata/start-service.ts';

const INDEX = `<!doctype html><title>Assay</title>${'<p>text</p>'.repeat(200)}`;
let folder: string;
let db: TestDatabase;
let server: HttpServer;
let tokens: TokenStore;
let start: () => Promise<FirstStart>;
let first: FirstStart;
let stop: () => Promise<void>;
let now = Date.now();
const lines: Record<string, unknown>[] = [];
const log: Logger = { ...silentLogger, info: (_message, attributes) => void lines.push({ ...attributes }) };

beforeAll(async () => {
  ({ folder, db, server, tokens, start, first, stop } = await startTestService({ now: () => now, log, prepare: buildConsole }));
});
afterAll(() => stop?.());

function buildConsole(root: string): void {
  mkdirSync(path.join(root, 'dist/assets'), { recursive: true });
  writeFileSync(path.join(root, 'dist/index.html'), INDEX);
  writeFileSync(path.join(root, 'dist/assets/index-B1x2y3z4.js'), `/* ${'x'.repeat(5000)} */`);
  writeFileSync(path.join(root, 'secret.txt'), 'not for the web');
}

beforeEach(() => {
  now = Date.now();
});

function credentials(): { accessKeyId: string; secretAccessKey: string } {
  const text = readFileSync(path.join(folder, 'credentials'), 'utf8');
  const value = (name: string): string => new RegExp(`^${name} = (\\S+)$`, 'm').exec(text)![1]!;
  return { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') };
}

const page = () => ({ origin: server.address, 'x-assay-csrf': '1', 'content-type': 'application/json' });
const signIn = (token: string) => fetch(`${server.address}/session`, { method: 'POST', headers: page(), body: JSON.stringify({ token }) });

describe('the first start', () => {
  test('writes a credentials file for its owner only, and keeps key and account on the next start', async () => {
    expect(statSync(path.join(folder, 'credentials')).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(folder, 'master.key')).mode & 0o777).toBe(0o600);
    expect(first.newAccount).toBe(true);
    const before = credentials();
    rmSync(path.join(folder, 'credentials'));
    const again = await start();
    expect(again.newAccount).toBe(false);
    expect(credentials()).toEqual(before);
  });

  test('stores no secret and no token in the clear', async () => {
    const { secretAccessKey } = credentials();
    const { rows } = await db.owner.query<{ text: string }>('select s::text as text from secret s union all select t::text from token t');
    expect(rows.length).toBeGreaterThan(1);
    const all = rows.map((row) => row.text).join('\n');
    for (const secret of [secretAccessKey, first.signInToken]) {
      expect(all).not.toContain(secret);
      expect(all).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });
});

describe('the API over one port', () => {
  let client: Inspector2Client;
  beforeAll(() => {
    client = new Inspector2Client({ endpoint: server.address, region: 'us-east-1', credentials: credentials(), maxAttempts: 1 });
  });
  afterAll(() => client.destroy());

  test('an account starts with every scan type enabled; types go off and on again', async () => {
    const status = async () => (await client.send(new BatchGetAccountStatusCommand({}))).accounts?.[0];
    expect(await status()).toMatchObject({
      accountId: '000000000000',
      state: { status: 'ENABLED' },
      resourceState: { codeRepository: { status: 'ENABLED' } },
    });
    const off = await client.send(new DisableCommand({ resourceTypes: ['LAMBDA', 'LAMBDA_CODE'] }));
    expect(off.accounts?.[0]).toEqual({
      accountId: '000000000000',
      status: 'ENABLED',
      resourceStatus: { ec2: 'ENABLED', ecr: 'ENABLED', lambda: 'DISABLED', lambdaCode: 'DISABLED', codeRepository: 'ENABLED' },
    });
    expect((await client.send(new DisableCommand({}))).accounts?.[0]?.status).toBe('DISABLED');
    expect((await status())?.state?.status).toBe('DISABLED');
    const on = await client.send(new EnableCommand({ resourceTypes: ['ECR'], clientToken: 'x' }));
    expect(on.accounts?.[0]).toMatchObject({ status: 'ENABLED', resourceStatus: { ecr: 'ENABLED', ec2: 'DISABLED' } });
  });

  test('another account is a failure by name, its neighbours are not', async () => {
    const out = await client.send(new BatchGetAccountStatusCommand({ accountIds: ['000000000000', '111111111111'] }));
    expect(out.accounts?.map((account) => account.accountId)).toEqual(['000000000000']);
    expect(out.failedAccounts).toMatchObject([{ accountId: '111111111111', errorCode: 'ACCESS_DENIED' }]);
    await expect(client.send(new GetConfigurationCommand({ accountId: '111111111111' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('GetConfiguration tells the defaults, STS the caller', async () => {
    const configuration = await client.send(new GetConfigurationCommand({}));
    expect(configuration.ecrConfiguration?.rescanDurationState).toEqual({
      rescanDuration: 'DAYS_14',
      status: 'SUCCESS',
      pullDateRescanDuration: 'DAYS_14',
      pullDateRescanMode: 'LAST_IN_USE_AT',
    });
    const sts = new STSClient({ endpoint: server.address, region: 'us-east-1', credentials: credentials() });
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:user/admin',
    });
    sts.destroy();
  });

  test('a wrong secret, an unknown key, another region and a switched-off account are refused', async () => {
    const wrong = async (change: object, region = 'us-east-1') => {
      const other = new Inspector2Client({
        endpoint: server.address,
        region,
        credentials: { ...credentials(), ...change },
        maxAttempts: 1,
      });
      const name = await other.send(new ListFiltersCommand({})).then(
        () => 'let in',
        (error: Error) => error.name,
      );
      other.destroy();
      return name;
    };
    expect(await wrong({ secretAccessKey: 'x' })).toBe('InvalidSignatureException');
    expect(await wrong({ accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' })).toBe('UnrecognizedClientException');
    expect(await wrong({}, 'eu-west-1')).toBe('InvalidSignatureException');
    expect(await wrong({})).toBe('let in');
    await db.owner.query('update account set state = 0');
    expect(await wrong({})).toBe('UnrecognizedClientException');
    await db.owner.query('update account set state = 1');
  });

  test('a bearer token works, with the service named', async () => {
    const token = await tokens.create('bearer', { account: 0, name: 'ci', role: 'viewer' });
    const call = (path: string, body: unknown) =>
      fetch(server.address + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'x-assay-service': 'inspector2' },
        body: JSON.stringify(body),
      });
    expect((await call('/configuration/get', {})).status).toBe(200);
    const denied = await call('/enable', { resourceTypes: ['EC2'] });
    expect([denied.status, denied.headers.get('x-amzn-errortype')]).toEqual([403, 'AccessDeniedException']);
  });
});

describe('signing in', () => {
  test('a link works once, and the session reads the API from our own pages only', async () => {
    const { signInToken } = await start();
    const answer = await signIn(signInToken);
    expect(answer.status).toBe(204);
    const cookie = answer.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^assay_session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/);
    expect((await signIn(signInToken)).status).toBe(403);

    const call = (headers: Record<string, string | undefined>) => {
      const all = { ...page(), cookie: cookie.split(';')[0]!, 'x-assay-service': 'inspector2', ...headers };
      const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<string, string>;
      return fetch(`${server.address}/status/batch/get`, { method: 'POST', headers: given, body: '{}' });
    };
    expect((await call({})).status).toBe(200);
    expect((await call({ origin: undefined })).status).toBe(403);
    expect((await call({ origin: 'http://evil.example' })).status).toBe(403);
    expect((await call({ origin: 'null' })).status).toBe(403);
    expect((await call({ 'x-assay-csrf': undefined })).status).toBe(403);
    expect((await call({ 'x-assay-service': undefined })).status).toBe(403);

    const out = await fetch(`${server.address}/session`, { method: 'DELETE', headers: { ...page(), cookie: cookie.split(';')[0]! } });
    expect(out.status).toBe(204);
    expect((await call({})).status).toBe(403);
  });

  test('a link is too old after 15 minutes, and a session after 7 days', async () => {
    const { signInToken } = await start();
    now += 15 * 60_000 + 1;
    expect((await signIn(signInToken)).status).toBe(403);
    const session = await tokens.create('session', { account: 0, name: 'admin', role: 'admin' });
    expect(await tokens.find('session', session)).toMatchObject({ account: '000000000000', role: 'admin' });
    now += 7 * 86_400_000 + 1;
    expect(await tokens.find('session', session)).toBeUndefined();
  });

  test('whoever holds a key may make a link of the same role', async () => {
    const bearer = await tokens.create('bearer', { account: 0, name: 'auditor', role: 'viewer' });
    const headers = { authorization: `Bearer ${bearer}`, 'x-assay-service': 'assay' };
    const made = (await (await fetch(`${server.address}/assay/sign-in/create`, { method: 'POST', headers })).json()) as { path: string };
    expect(made.path).toMatch(/^\/sign-in#[\w-]{43}$/);
    const cookie = (await signIn(made.path.split('#')[1]!)).headers.get('set-cookie')!.split(';')[0]!;
    const call = (path: string, body: string) =>
      fetch(server.address + path, { method: 'POST', headers: { ...page(), cookie, 'x-assay-service': 'inspector2' }, body });
    expect((await call('/configuration/get', '{}')).status).toBe(200);
    expect((await call('/enable', '{"resourceTypes":["EC2"]}')).status).toBe(403);
  });

  test('of many callers with one link one gets in', async () => {
    const { signInToken } = await start();
    const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await signIn(signInToken)).status));
    expect(statuses.sort()).toEqual([204, 403, 403, 403, 403, 403, 403, 403]);
  });

  test.each(['', '{', 'null', '{"token":5}', '{"token":"short"}', 'x'.repeat(5000)])('a bad body is refused (%#)', async (body) => {
    const answer = await fetch(`${server.address}/session`, { method: 'POST', headers: page(), body });
    expect([400, 403]).toContain(answer.status);
  });
});

describe('pages', () => {
  test('the console is sent packed, cached by name, under a strict policy', async () => {
    const index = await fetch(`${server.address}/sign-in`);
    expect(await index.text()).toBe(INDEX);
    expect(index.headers.get('cache-control')).toBe('no-cache');
    const policy = index.headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe');
    expect(index.headers.get('strict-transport-security')).toBeNull();
    const asset = await fetch(`${server.address}/assets/index-B1x2y3z4.js`, { headers: { 'accept-encoding': 'gzip, br;q=0' } });
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-encoding')).toBe('gzip');
    expect((await asset.text()).length).toBe(5006);
    const again = await fetch(`${server.address}/`, { headers: { 'if-none-match': index.headers.get('etag')! } });
    expect(again.status).toBe(304);
  });

  test('nothing outside the folder is reachable, missing assets are not pages', async () => {
    for (const target of [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '//secret.txt',
      '/assets/missing-12345678.js',
      '/secret.txt',
      '/%ff',
    ]) {
      const answer = await raw(target);
      expect(answer.body).not.toContain('not for the web');
      if (/\.(txt|js)$/.test(target)) expect(answer.status).toBe(404);
    }
  });

  test('another Host gets nothing, and garbage an answer', async () => {
    const answer = await raw('/', { host: 'rebound.example' });
    expect([answer.status, answer.body.includes('Assay')]).toEqual([421, false]);
    expect((await raw('/health/ready', { host: 'probe' })).status).toBe(200);
    expect(await garbage('\u0000\u0001 nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
  });

  test('no data without credentials', async () => {
    const answer = await fetch(`${server.address}/findings/list`, { method: 'POST', headers: page(), body: '{}' });
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([403, 'MissingAuthenticationTokenException']);
  });

  test('every request leaves one line, without its query', async () => {
    lines.length = 0;
    await fetch(`${server.address}/health/live?token=hidden`);
    expect(lines).toMatchObject([{ method: 'GET', path: '/health/live', status: 200 }]);
  });
});

function raw(target: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  const url = new URL(server.address);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: url.hostname, port: url.port, path: target, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const body = response.headers['content-encoding'] === 'br' ? zlib.brotliDecompressSync(bytes) : bytes;
        resolve({ status: response.statusCode!, body: body.toString() });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

function garbage(text: string): Promise<string> {
  const url = new URL(server.address);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname, () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}
