import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../errors.ts';
import { parseAuthorization } from './authorization.ts';
import { canonicalPath, canonicalQuery, type SignedRequest, sha256Hex } from './canonical.ts';
import { checkSigV4Form, checkSigV4Signature, createSigningKeys, type SigV4Rules } from './verify.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const NOW = Date.parse('2026-11-21T12:00:00Z');
const RULES: SigV4Rules = { now: NOW, maxSkew: 300_000, regions: ['us-east-1'], secure: false };
const signer = new SignatureV4({
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET },
  region: 'us-east-1',
  service: 'inspector2',
  sha256: Sha256,
});
const keys = createSigningKeys();

interface Sent extends SignedRequest {
  readonly body: Uint8Array;
}
interface Draft {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string | string[]>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly at?: number;
}

/** A request signed by the SDK's own signer, as it would lie on the wire. */
async function sign(draft: Draft = {}): Promise<Sent> {
  const { method = 'POST', path = '/findings/list', query = {}, body = '{}' } = draft;
  const headers = { host: 'assay.example:8460', 'content-type': 'application/json', ...draft.headers };
  const request = { method, protocol: 'http:', hostname: 'assay.example', path, query, headers, body: method === 'GET' ? undefined : body };
  const signed = await signer.sign(request, { signingDate: new Date(draft.at ?? NOW) });
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
  );
  return {
    method,
    target: pairs.length > 0 ? `${path}?${pairs.join('&')}` : path,
    rawHeaders: Object.entries(signed.headers).flat(),
    body: Buffer.from(method === 'GET' ? '' : body),
  };
}

function verify(sent: Sent, rules: Partial<SigV4Rules> = {}, secret = SECRET): void {
  const header = sent.rawHeaders[sent.rawHeaders.findIndex((name) => name.toLowerCase() === 'authorization') + 1]!;
  const authorization = parseAuthorization(header);
  checkSigV4Form(sent, authorization, { ...RULES, ...rules });
  checkSigV4Signature({ ...sent, bodyHash: sha256Hex(sent.body) }, authorization, keys(authorization, secret));
}

function refusal(run: () => void): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const replaceHeader = (sent: Sent, name: string, change: (value: string) => string): Sent => ({
  ...sent,
  rawHeaders: sent.rawHeaders.map((value, i) => (i % 2 === 1 && sent.rawHeaders[i - 1]!.toLowerCase() === name ? change(value) : value)),
});

describe('what the SDK signs is accepted', () => {
  test('over generated paths, queries, headers and bodies', async () => {
    const segment = fc
      .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
      .filter((text) => text !== '.' && text !== '..' && text.isWellFormed());
    const value = fc.string({ maxLength: 12, unit: 'grapheme' }).filter((text) => text.isWellFormed());
    const draft = fc.record({
      method: fc.constantFrom('POST', 'GET', 'PUT', 'DELETE'),
      path: fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.map((part) => encodeURIComponent(part)).join('/')}`),
      query: fc.dictionary(fc.stringMatching(/^[a-zA-Z]{1,8}$/), fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 })), {
        maxKeys: 3,
      }),
      body: fc.string({ maxLength: 50 }),
      headers: fc.constantFrom({}, { 'x-amz-user-agent': '  two   spaces ' }, { 'amz-sdk-request': 'attempt=1; max=3' }),
    });
    await fc.assert(
      fc.asyncProperty(draft, async (one) => {
        const sent = await sign(one as Draft);
        expect(refusal(() => verify(sent))).toBe('accepted');
      }),
      { seed: 7, numRuns: 150 },
    );
  });

  // Signed by botocore 1.44, which shares no code with the signer above.
  test.each([
    [
      'GET',
      '/tags/arn%3Aaws%3Ainspector2%3Aus-east-1%3A123456789012%3Aowner%2F123456789012%2Ffilter%2Fabc',
      '',
      '8c585daacec2400d96b98f21a6999a41a3665ff90a501cb5e4ccc1985915e56b',
    ],
    ['DELETE', '/tags/arn%3Aaws%3Ax?tagKeys=b%20c&tagKeys=a%2Fb', '', 'c5451b8ffa675b1daa68ed3757c7ed53ac1ce685bfd081ede8fe196a048428b7'],
    ['POST', '/configuration/get', '', 'ce46e75c776d75e54149d163911076aebd7f5b2cdb1605c53c0567e59fd9bee8'],
    ['POST', '/findings/list', '{"maxResults": 5}', '9f8788a6f1d3db9d79badb078a37136c28cb014930b5aa2d3a73f38458f7ce2e'],
  ])('a recorded %s %s of botocore', (method, target, body, signature) => {
    const scope = 'AKIDEXAMPLE/20261121/us-east-1/inspector2/aws4_request';
    const signed = body === '' ? 'host;x-amz-date' : 'content-type;host;x-amz-date';
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signed}, Signature=${signature}`;
    const rawHeaders = [
      'Host',
      'assay.example:8460',
      'X-Amz-Date',
      '20261121T120000Z',
      'Authorization',
      authorization,
      'User-Agent',
      'Botocore',
    ];
    if (body !== '') rawHeaders.push('Content-Type', 'application/json');
    expect(refusal(() => verify({ method, target, rawHeaders, body: Buffer.from(body) }))).toBe('accepted');
  });
});

describe('what is not right is refused', () => {
  test.each<[string, (sent: Sent) => Sent, string]>([
    ['another body', (s) => ({ ...s, body: Buffer.from('{"a":1}') }), 'InvalidSignatureException: The body differs'],
    ['another path', (s) => ({ ...s, target: '/filters/list' }), 'InvalidSignatureException: The request signature'],
    ['another method', (s) => ({ ...s, method: 'PUT' }), 'InvalidSignatureException: The request signature'],
    ['an added query', (s) => ({ ...s, target: `${s.target}?a=b` }), 'InvalidSignatureException: The request signature'],
    ['another host', (s) => replaceHeader(s, 'host', () => 'evil.example'), 'InvalidSignatureException: The request signature'],
    [
      'an unsigned x-amz header',
      (s) => ({ ...s, rawHeaders: [...s.rawHeaders, 'X-Amz-Target', 'x'] }),
      'InvalidSignatureException: The header x-amz-target',
    ],
    [
      'a second value of a signed header',
      (s) => ({ ...s, rawHeaders: [...s.rawHeaders, 'host', 'evil.example'] }),
      'InvalidSignatureException: The request signature',
    ],
    [
      'two dates',
      (s) => ({ ...s, rawHeaders: [...s.rawHeaders, 'x-amz-date', '20261121T120000Z'] }),
      'IncompleteSignatureException: X-Amz-Date',
    ],
    [
      'host not signed',
      (s) => replaceHeader(s, 'authorization', (v) => v.replace('host;', '')),
      'InvalidSignatureException: The Host header',
    ],
    [
      'another day in the scope',
      (s) => replaceHeader(s, 'authorization', (v) => v.replace('/20261121/', '/20261120/')),
      'InvalidSignatureException: The date of the credential',
    ],
    [
      'another region',
      (s) => replaceHeader(s, 'authorization', (v) => v.replace('us-east-1', 'eu-west-1')),
      'InvalidSignatureException: The credential is scoped to region',
    ],
    [
      'another service',
      (s) => replaceHeader(s, 'authorization', (v) => v.replace('/inspector2/', '/sts/')),
      'InvalidSignatureException: The request signature',
    ],
    [
      'a changed signature',
      (s) => replaceHeader(s, 'authorization', (v) => v.replace(/.$/, (c) => (c === '0' ? '1' : '0'))),
      'InvalidSignatureException: The request signature',
    ],
    [
      'no signature',
      (s) => replaceHeader(s, 'authorization', (v) => v.replace(/, Signature=.*/, '')),
      'IncompleteSignatureException: The Authorization header lacks Signature',
    ],
    ['a short signature', (s) => replaceHeader(s, 'authorization', (v) => v.slice(0, -1)), 'IncompleteSignatureException: Signature must'],
    ['a bad date', (s) => replaceHeader(s, 'x-amz-date', () => '20261399T000000Z'), 'InvalidSignatureException: The date'],
    [
      'another algorithm',
      (s) => replaceHeader(s, 'authorization', (v) => v.replace('HMAC-SHA256', 'ECDSA-P256')),
      'IncompleteSignatureException: The signature algorithm',
    ],
  ])('%s', async (_name, change, expected) => {
    const sent = await sign();
    expect(refusal(() => verify(sent))).toBe('accepted');
    expect(refusal(() => verify(change(sent)))).toContain(expected);
  });

  test('a wrong secret', async () => {
    const sent = await sign();
    expect(refusal(() => verify(sent, {}, `${SECRET}x`))).toContain('InvalidSignatureException: The request signature');
  });

  test('a clock more than the skew away, on both sides', async () => {
    for (const [offset, expected] of [
      [-300_000, 'accepted'],
      [-301_000, 'Signature expired'],
      [300_000, 'accepted'],
      [301_000, 'Signature not yet current'],
    ] as const) {
      const sent = await sign({ at: NOW + offset });
      expect(refusal(() => verify(sent))).toContain(expected);
    }
  });

  test('an unsigned payload without TLS, and a payload signed in chunks anywhere', async () => {
    const unsigned = await sign({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
    expect(refusal(() => verify(unsigned))).toContain('over TLS only');
    expect(refusal(() => verify(unsigned, { secure: true }))).toBe('accepted');
    const chunked = await sign({ headers: { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' } });
    expect(refusal(() => verify(chunked, { secure: true }))).toContain('not accepted');
  });

  test('any text as Authorization header', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        expect(refusal(() => parseAuthorization(text))).toMatch(/^IncompleteSignatureException/);
        expect(refusal(() => parseAuthorization(`AWS4-HMAC-SHA256 ${text}`))).toMatch(/^IncompleteSignatureException/);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe('the canonical form', () => {
  test.each([
    ['/', '/'],
    ['', '/'],
    ['/tags/arn%3Aaws', '/tags/arn%253Aaws'],
    ['/a//b/./c/../d/', '/a/b/d/'],
    ['/~x_y-z.1/!*', '/~x_y-z.1/%21%2A'],
  ])('path %s', (path, expected) => expect(canonicalPath(path)).toBe(expected));

  test.each([
    ['b=2&a=1', 'a=1&b=2'],
    ['a=2&a=10&a=1', 'a=1&a=10&a=2'],
    ['a&b=', 'a=&b='],
    ['k=a%20b&k=%e4%b8%ad', 'k=%E4%B8%AD&k=a%20b'],
    ['A=1&a=1', 'A=1&a=1'],
  ])('query %s', (query, expected) => expect(canonicalQuery(query)).toBe(expected));
});

test('derived keys are kept by secret, so a rotated secret is never served from before', () => {
  const authorization = { keyId: 'A', date: '20261121', region: 'us-east-1', service: 'inspector2', signedHeaders: [], signature: '' };
  const few = createSigningKeys(2);
  expect(few(authorization, 'one')).toBe(few(authorization, 'one'));
  expect(few(authorization, 'two').equals(few(authorization, 'one'))).toBe(false);
});
