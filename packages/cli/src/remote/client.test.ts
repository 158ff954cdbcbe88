import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { silentLogger } from '@assay/core/context.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Arguments, Cli } from '../command.ts';
import { readEnvironment } from '../environment.ts';
import { serviceClient } from './client.ts';
import { keyOf, readKey } from './credentials.ts';
import { secondsOf } from './run-audit.ts';
import { collected } from './write-list.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-client-'));
const asked: { readonly url: string; readonly authorization: string; readonly body: string }[] = [];
let answer: { readonly status: number; readonly text: string } | undefined;
let server: Server;
let address = '';

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await textOf(request);
    asked.push({ url: request.url ?? '', authorization: request.headers.authorization ?? '', body });
    const { nextToken } = JSON.parse(body) as { nextToken?: string };
    const page = nextToken === undefined ? { items: [1, 2], nextToken: 'more' } : { items: [3] };
    response.writeHead(answer?.status ?? 200).end(answer?.text ?? JSON.stringify(page));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const given = (values: Readonly<Record<string, string>>): Arguments => ({
  positionals: [],
  flag: () => false,
  value: (name) => values[name],
  values: () => [],
});
const cli = (variables: Readonly<Record<string, string>>): Cli => {
  const place = { width: undefined, colors: false, write: () => {} };
  return {
    environment: readEnvironment({ ASSAY_DATA_DIR: folder, ...variables }),
    terminal: { out: place, err: place },
    input: Readable.from([]),
    ctx: { now: () => Date.parse('2026-06-01T12:00:00Z'), log: silentLogger },
    cwd: folder,
    starter: undefined,
  };
};
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT0', AWS_SECRET_ACCESS_KEY: 'from-the-environment' };

test('a list is followed to its end, below the path of the server, in the name of the service', async () => {
  asked.length = 0;
  const client = serviceClient(given({ server: `${address}/behind/`, region: 'eu-west-1' }), cli(KEYS));
  expect(await collected(client.all<number>('/things/list', 'items', { input: { a: 1 }, service: 'inspector2' }))).toEqual([1, 2, 3]);
  expect(asked.map(({ url }) => url)).toEqual(['/behind/things/list', '/behind/things/list']);
  expect(asked.map(({ body }) => JSON.parse(body))).toEqual([{ a: 1 }, { a: 1, nextToken: 'more' }]);
  expect(asked[0]?.authorization).toContain('Credential=AKIAENVIRONMENT0/20260601/eu-west-1/inspector2/aws4_request');
});

test.each([
  [404, '{"message":"There is no report."}', 'not-there', 'The service refused: There is no report.'],
  [403, '{"message":"You may not."}', 'service-refused', 'The service refused: You may not.'],
  [200, '<html>', 'service-refused', 'answered 200; is it an Assay service?'],
  [400, '"words"', 'service-refused', 'answered 400; is it an Assay service?'],
  [400, '{"message":7}', 'service-refused', 'answered 400; is it an Assay service?'],
])('an answer %i %s is told as %s', async (status, text, code, words) => {
  answer = { status, text };
  try {
    const refused = serviceClient(given({ server: address }), cli(KEYS)).ask('/things/list');
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  } finally {
    answer = undefined;
  }
});

test('keys are found in the order of the AWS CLI', () => {
  const file = join(folder, 'keys');
  const section = (name: string, id: string) => `[${name}]\r\naws_access_key_id=${id}\r\n  aws_secret_access_key = s=${id}  \r\n`;
  writeFileSync(file, `# keys\n${section('default', 'AKIADEFAULT00000')}${section('work', 'AKIAWORK00000000')}[empty]\n`);
  writeFileSync(join(folder, 'credentials'), section('default', 'AKIAOFTHESERVICE'));
  const id = (values: Readonly<Record<string, string>>, variables: Readonly<Record<string, string>>) =>
    readKey(given(values), cli(variables)).accessKeyId;
  expect(id({}, {})).toBe('AKIAOFTHESERVICE');
  expect(id({}, KEYS)).toBe('AKIAENVIRONMENT0');
  expect(id({ credentials: 'keys' }, KEYS)).toBe('AKIADEFAULT00000');
  expect(id({ credentials: 'keys', profile: 'work' }, KEYS)).toBe('AKIAWORK00000000');
  expect(id({ profile: 'work' }, { ...KEYS, AWS_SHARED_CREDENTIALS_FILE: file })).toBe('AKIAWORK00000000');
  expect(id({}, { AWS_PROFILE: 'work', AWS_SHARED_CREDENTIALS_FILE: file })).toBe('AKIAWORK00000000');
  expect(() => id({ credentials: 'keys', profile: 'empty' }, {})).toThrow(/no access key in the section \[empty\]/);
  expect(() => id({ credentials: 'nothing' }, {})).toThrow(/cannot be read/);
  expect(keyOf(section('a', 'AKIA'), 'a')).toEqual({ accessKeyId: 'AKIA', secretAccessKey: 's=AKIA' });
});

test('a time is a date, a time of day, or how long ago', () => {
  const at = (since: string) => secondsOf(given({ since }), 'since', 1_000_000_000);
  expect(at('36h')).toBe(1_000_000_000 - 36 * 3600);
  expect(at('7d')).toBe(1_000_000_000 - 7 * 86_400);
  expect(at('2026-05-31')).toBe(Date.UTC(2026, 4, 31) / 1000);
  expect(at('2026-05-31T12:00')).toBe(Date.UTC(2026, 4, 31, 12) / 1000);
  expect(at('2026-05-31T12:00:00+02:00')).toBe(Date.UTC(2026, 4, 31, 10) / 1000);
  for (const words of ['yesterday', '7', '2026-13-01', '2026-05-31T12']) expect(() => at(words)).toThrow(/is no time/);
});
