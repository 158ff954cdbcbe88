import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ApiError } from './errors.ts';
import { ACCOUNT, BEARER, CREDENTIALS, SESSION, startTestGateway, type TestGateway } from './test-gateway.ts';

let gateway: TestGateway;
let calls = 0;
beforeAll(async () => {
  const handler = async () => {
    calls++;
    return {};
  };
  const inspector2 = {
    ListFindings: handler,
    TagResource: handler,
    ListTagsForResource: handler,
    GetEncryptionKey: handler,
    ListCodeSecurityIntegrations: handler,
  };
  const assay = {
    SubmitInventory: async (input: { document: Uint8Array }) => ({ jobId: `job-${input.document.length}` }),
    GetSubmission: handler,
  };
  gateway = await startTestGateway({ handlers: { inspector2, assay, sts: { GetCallerIdentity: async () => ({ Account: ACCOUNT }) } } });
});
afterAll(() => gateway.close());

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
  readonly requestId: string | undefined;
}
interface Sent {
  readonly method?: string;
  readonly target: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

function send({ method = 'POST', target, headers = {}, body = '' }: Sent): Promise<Answer> {
  const url = new URL(gateway.url);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { host: url.hostname, port: url.port, method, path: target, headers: { 'content-length': Buffer.byteLength(body), ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const { 'x-amzn-errortype': type, 'x-amzn-requestid': requestId } = response.headers as Record<string, string>;
          resolve({ status: response.statusCode!, type, body: Buffer.concat(chunks).toString(), requestId });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const bearer = (service = 'inspector2') => ({ authorization: `Bearer ${BEARER}`, 'x-assay-service': service });

/** Whatever is sent: an answer of the protocol, no 500, nothing of our insides. */
function expectCivil(answer: Answer): void {
  expect(answer.status).toBeLessThan(500);
  expect(answer.requestId).toBeDefined();
  expect(answer.body).not.toMatch(/\bat .+\.ts:\d+|node:internal|TypeError|RangeError|SyntaxError/);
  if (answer.status >= 400) expect(answer.type ?? /<Code>(\w+)</.exec(answer.body)?.[1]).toMatch(/^\w+$/);
}

describe('bodies', () => {
  test.each([
    ['not JSON', '{', 'CANNOT_PARSE'],
    ['an array', '[]', 'CANNOT_PARSE'],
    ['a string', '"x"', 'CANNOT_PARSE'],
    ['null', 'null', 'CANNOT_PARSE'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'CANNOT_PARSE'],
    ['a list as object', '{"filterCriteria":{"severity":{}}}', 'CANNOT_PARSE'],
    ['an object as list', '{"filterCriteria":[]}', 'CANNOT_PARSE'],
    ['null inside a list', '{"filterCriteria":{"severity":[null]}}', 'CANNOT_PARSE'],
    ['text as number', '{"maxResults":"5"}', 'CANNOT_PARSE'],
    ['a fraction as integer', '{"maxResults":1.5}', 'CANNOT_PARSE'],
    ['a huge number', '{"maxResults":1e999}', 'CANNOT_PARSE'],
    ['a time as text', '{"filterCriteria":{"firstObservedAt":[{"startInclusive":"2025-01-01"}]}}', 'CANNOT_PARSE'],
    ['a time beyond time', '{"filterCriteria":{"firstObservedAt":[{"startInclusive":1e300}]}}', 'CANNOT_PARSE'],
    ['deep nesting', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, ''],
    ['a prototype', '{"__proto__":{"maxResults":5},"constructor":{"prototype":{}}}', ''],
    ['duplicate members', '{"maxResults":1,"maxResults":2}', ''],
  ])('%s', async (_name, body, reason) => {
    const answer = await send({ target: '/findings/list', headers: bearer(), body });
    expectCivil(answer);
    if (reason === '') expect(answer.status).toBe(200);
    else expect([answer.status, answer.type, JSON.parse(answer.body).reason]).toEqual([400, 'ValidationException', reason]);
  });

  test('longer than the limit, declared or not, is refused without being read to its end', async () => {
    const declared = await send({ target: '/findings/list', headers: bearer(), body: 'x'.repeat(1_048_577) });
    expect([declared.status, declared.type]).toEqual([400, 'ValidationException']);
    const before = calls;
    const endless = await sendEndless('/findings/list');
    expect(endless).toMatch(/^HTTP\/1.1 400 [\s\S]*longer than 1048576 bytes/);
    expect(calls).toBe(before);
  });

  test('a document of the extension service may be much longer', async () => {
    const document = Buffer.alloc(5_000_000, 'a');
    const answer = await send({ target: '/assay/submissions?name=host-1&repository=team/app', headers: bearer('assay'), body: document });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([202, { jobId: 'job-5000000' }]);
    const empty = await send({ target: '/assay/submissions?name=%00&tag=-', headers: bearer('assay') });
    expect(JSON.parse(empty.body).fields.map((field: { name: string }) => field.name)).toEqual(['document', 'tag', 'name']);
  });

  test('memory for bodies is bounded over all requests', async () => {
    const small = await startTestGateway({ handlers: { inspector2: { ListFindings: async () => ({}) } }, gateway: { bodyBudget: 1000 } });
    const post = (body: string) => fetch(`${small.url}/findings/list`, { method: 'POST', headers: bearer(), body });
    const refused = await post(JSON.stringify({ unknown: 'x'.repeat(2000) }));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    expect((await post('{}')).status).toBe(200);
    await small.close();
  });
});

test('a body counts as held for as long as its handler works with it', async () => {
  const working = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const ListFindings = async () => {
    begun.resolve();
    await working.promise;
    return {};
  };
  const small = await startTestGateway({ handlers: { inspector2: { ListFindings } }, gateway: { bodyBudget: 1000 } });
  const post = () =>
    fetch(`${small.url}/findings/list`, { method: 'POST', headers: bearer(), body: JSON.stringify({ unknown: 'x'.repeat(600) }) });
  const first = post();
  await begun.promise;
  expect((await post()).status).toBe(429);
  working.resolve();
  expect((await first).status).toBe(200);
  expect((await post()).status).toBe(200);
  await small.close();
});

test.each([
  ['title', [{ comparison: 'EQUALS', value: 'a\0b' }], 'filterCriteria.title[0].value'],
  ['resourceTags', [{ comparison: 'EQUALS', key: 'k\0' }], 'filterCriteria.resourceTags[0].key'],
  ['updatedAt', [{ startInclusive: -8.64e12 }], 'filterCriteria.updatedAt[0].startInclusive'],
  ['updatedAt', [{ endInclusive: 8.64e12 }], 'filterCriteria.updatedAt[0].endInclusive'],
])('what no database holds is refused with the field named: %s', async (field, filters, name) => {
  const answer = await send({
    target: '/findings/list',
    headers: bearer(),
    body: JSON.stringify({ filterCriteria: { [field]: filters } }),
  });
  expect([answer.status, answer.type, JSON.parse(answer.body).fields[0].name]).toEqual([400, 'ValidationException', name]);
});

test('the log hears of services that are served, not of what somebody writes in their place', async () => {
  const before = gateway.outcomes.length;
  await send({ target: '/', headers: { ...bearer(), 'x-assay-service': 'evil\u009b31m' } });
  expect(gateway.outcomes.slice(before).map((outcome) => outcome.service)).toEqual([undefined]);
});

describe('paths and queries', () => {
  test.each([
    ['POST', '/nowhere', 404, 'UnknownOperationException'],
    ['PUT', '/findings/list', 404, 'UnknownOperationException'],
    ['POST', '/findings/list/', 404, 'UnknownOperationException'],
    ['POST', '/findings%2Flist', 404, 'UnknownOperationException'],
    ['POST', '/findings/../findings/list', 404, 'UnknownOperationException'],
    ['GET', '/tags/', 404, 'UnknownOperationException'],
    ['GET', '/tags/%E0%A4%A', 400, 'ValidationException'],
    ['GET', '/encryptionkey/get?scanType=PACKAGE', 400, 'ValidationException'],
    ['GET', '/encryptionkey/get?scanType=PACKAGE&scanType=NETWORK&resourceType=x', 400, 'ValidationException'],
    ['POST', '/codesecurity/integration/list?maxResults=abc', 400, 'ValidationException'],
    ['POST', '/codesecurity/integration/list?maxResults=10', 200, undefined],
    ['POST', '/findings/list?%zz=%', 200, undefined],
  ])('%s %s', async (method, target, status, type) => {
    const answer = await send({ method, target, headers: bearer() });
    expectCivil(answer);
    expect([answer.status, answer.type]).toEqual([status, type]);
  });

  test('any path, any body', async () => {
    const target = fc.oneof(fc.constantFrom('/findings/list', '/tags/x', '/status/batch/get', '/filters/create'), fc.webPath());
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
      target,
      service: fc.constantFrom('inspector2', 'sts', 'assay', 'inspector-scan', 'iam'),
      body: fc.oneof(fc.json(), fc.string()),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ service, ...sent }) => {
        expectCivil(
          await send({ ...sent, target: sent.target.startsWith('/') ? sent.target : `/${sent.target}`, headers: bearer(service) }),
        );
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  test('any JSON where a filter should be', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.constantFrom('severity', 'vulnerablePackages', 'firstObservedAt', 'epssScore', 'resourceTags', 'portRange'),
        async (value, field) => {
          const body = JSON.stringify({ filterCriteria: { [field]: value } });
          expectCivil(await send({ target: '/findings/list', headers: bearer(), body }));
        },
      ),
      { seed: 13, numRuns: 150 },
    );
  });
});

describe('proofs', () => {
  const page = { origin: '', 'x-assay-csrf': '1', 'x-assay-service': 'inspector2', cookie: `a=b; assay_session=${SESSION}` };
  const origin = () => gateway.url;
  test.each<[string, () => Record<string, string>, string | undefined]>([
    ['nothing', () => ({}), 'MissingAuthenticationTokenException'],
    ['basic', () => ({ authorization: 'Basic eDp5' }), 'IncompleteSignatureException'],
    ['an unknown bearer', () => ({ authorization: 'Bearer x' }), 'UnrecognizedClientException'],
    ['a bearer without service', () => ({ authorization: `Bearer ${BEARER}` }), 'AccessDeniedException'],
    ['a service we do not serve', () => bearer('s3'), 'InvalidSignatureException'],
    ['half a signature', () => ({ authorization: 'AWS4-HMAC-SHA256 Credential=x' }), 'IncompleteSignatureException'],
    ['a session of our page', () => ({ ...page, origin: origin() }), undefined],
    ['a session of another page', () => ({ ...page, origin: 'http://evil.example' }), 'AccessDeniedException'],
    [
      'a session of another page over TLS',
      () => ({ ...page, origin: 'https://evil.example', cookie: `__Host-assay_session=${SESSION}` }),
      'AccessDeniedException',
    ],
    [
      'a plain cookie for a page over TLS',
      () => ({ ...page, origin: origin().replace('http:', 'https:') }),
      'MissingAuthenticationTokenException',
    ],
    ['a session, cross-site', () => ({ ...page, origin: origin(), 'sec-fetch-site': 'cross-site' }), 'AccessDeniedException'],
    [
      'a session without origin',
      () => ({ 'x-assay-csrf': '1', 'x-assay-service': 'inspector2', cookie: page.cookie }),
      'AccessDeniedException',
    ],
    ['a session under an impossible Host', () => ({ ...page, origin: origin(), host: '[:' }), 'AccessDeniedException'],
    ['an unknown session', () => ({ ...page, origin: origin(), cookie: 'assay_session=x' }), 'UnrecognizedClientException'],
    [
      'the TLS cookie without TLS',
      () => ({ ...page, origin: origin(), cookie: `__Host-assay_session=${SESSION}` }),
      'MissingAuthenticationTokenException',
    ],
  ])('%s', async (_name, headers, type) => {
    const answer = await send({ target: '/findings/list', headers: headers() });
    expectCivil(answer);
    expect(answer.type).toBe(type);
  });

  test.each(['__Host-assay_session', 'assay_session'])(
    'a GET without Origin, as behind a proxy that ends TLS, is let in by %s',
    async (name) => {
      const headers = {
        'x-assay-csrf': '1',
        'x-assay-service': 'inspector2',
        'sec-fetch-site': 'same-origin',
        cookie: `${name}=${SESSION}`,
      };
      const answer = await send({ method: 'GET', target: '/tags/arn%3Aaws%3Ax', headers });
      expect(answer.type).toBeUndefined();
    },
  );

  test('a presigned request is refused with a hint', async () => {
    const answer = await send({ method: 'GET', target: '/?Action=GetCallerIdentity&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00' });
    expect([answer.status, answer.type]).toEqual([400, 'IncompleteSignatureException']);
    expect(answer.body).toContain('Presigned');
  });

  test('a security token is refused, signed or not, since we hand out none', async () => {
    const credentials = { ...CREDENTIALS, sessionToken: 'token' };
    const signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'inspector2', sha256: Sha256 });
    const host = new URL(gateway.url).host;
    const signed = await signer.sign({
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: '/findings/list',
      query: {},
      headers: { host },
      body: '{}',
    });
    const answer = await send({ target: '/findings/list', headers: signed.headers, body: '{}' });
    expect([answer.status, answer.type]).toEqual([403, 'UnrecognizedClientException']);
  });

  test('an unknown key is refused before the body is read', async () => {
    const signer = new SignatureV4({
      credentials: { ...CREDENTIALS, accessKeyId: 'AKIAUNKNOWN' },
      region: 'us-east-1',
      service: 'assay',
      sha256: Sha256,
    });
    const { host, hostname, port } = new URL(gateway.url);
    const signed = await signer.sign({
      method: 'POST',
      protocol: 'http:',
      hostname,
      path: '/assay/submissions',
      query: {},
      headers: { host },
      body: '',
    });
    const head = Object.entries({ ...signed.headers, 'content-length': '100000000' }).map(([name, value]) => `${name}: ${value}\r\n`);
    const answer = await exchange(Number(port), `POST /assay/submissions HTTP/1.1\r\n${head.join('')}\r\nthe beginning`);
    expect(answer).toMatch(/^HTTP\/1.1 403 [\s\S]*connection: close[\s\S]*security token/i);
  });

  test('errors of the query protocol are XML', async () => {
    const answer = await send({
      target: '/',
      headers: { ...bearer('sts'), 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=AssumeRole%3C',
    });
    expect([answer.status, /<Code>(.*)<\/Code>/.exec(answer.body)?.[1]]).toEqual([404, 'InvalidAction']);
  });
});

test('a handler that fails is logged once and tells its request id only', async () => {
  const broken = await startTestGateway({
    handlers: {
      inspector2: {
        ListFindings: async () => ({ findings: 'no list' }),
        GetMember: () => Promise.reject(new Error('database password')),
        ListFilters: () => Promise.reject(new ApiError('ValidationException', 'x', { members: { fields: 'no list' } })),
      },
    },
  });
  const call = (path: string, body: string) => fetch(`${broken.url}${path}`, { method: 'POST', headers: bearer(), body });
  for (const [path, body] of [
    ['/findings/list', '{}'],
    ['/members/get', `{"accountId":"${ACCOUNT}"}`],
  ] as const) {
    const answer = await call(path, body);
    expect([answer.status, answer.headers.get('x-amzn-errortype'), answer.headers.get('retry-after')]).toEqual([
      500,
      'InternalServerException',
      '5',
    ]);
    expect(await answer.text()).not.toMatch(/password|list/);
  }
  expect(broken.errors.length).toBe(2);
  expect(broken.errors[1]).toContain('database password');
  const odd = await call('/filters/list', '{}');
  expect([odd.status, odd.headers.get('x-amzn-errortype')]).toEqual([500, 'InternalServerException']);
  await broken.close();
});

test('a caller that hangs up in the middle of its body is no error of ours', async () => {
  const { port } = new URL(gateway.url);
  const errors = gateway.errors.length;
  const outcomes = gateway.outcomes.length;
  const head = Object.entries({ ...bearer(), host: 'x', 'content-length': '1000' }).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(Number(port), '127.0.0.1', () =>
    socket.write(`POST /findings/list HTTP/1.1\r\n${head.join('')}\r\n{`, () => socket.destroy()),
  );
  await vi.waitFor(() => expect(gateway.outcomes.length).toBe(outcomes + 1), { timeout: 30_000 });
  expect(gateway.outcomes.at(-1)).toMatchObject({ errorCode: 'IncompleteBody' });
  expect(gateway.errors.length).toBe(errors);
});

function sendEndless(target: string): Promise<string> {
  const head = Object.entries({ ...bearer(), host: 'x', 'transfer-encoding': 'chunked' }).map(([name, value]) => `${name}: ${value}\r\n`);
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  return exchange(Number(new URL(gateway.url).port), `POST ${target} HTTP/1.1\r\n${head.join('')}\r\n${chunk.repeat(17)}`);
}

/** Sends bytes as they are and reads until the other side closes. */
function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}
