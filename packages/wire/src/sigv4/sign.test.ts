import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { expect, test } from 'vitest';
import { signSigV4 } from './sign.ts';

const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const NOW = Date.parse('2026-11-21T12:34:56.789Z');

test.each([
  ['POST', '/assay/submissions', { repository: 'team/app', tag: 'v1+2', name: 'ü x' }, 'document'],
  ['GET', '/assay/submissions/job-1', {}, ''],
  ['DELETE', '/tags/arn%3Aaws%3Ax%2Fy', { tagKeys: ['b', 'a'] }, ''],
] as const)('signs %s %s as the SDK does', async (method, path, query, body) => {
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}=${encodeURIComponent(one as string)}`),
  );
  const url = new URL(`http://127.0.0.1:8460${path}${parameters.length > 0 ? `?${parameters.join('&')}` : ''}`);
  const ours = signSigV4(
    { method, url, headers: { 'content-type': 'application/octet-stream' }, body: Buffer.from(body) },
    { ...KEY, region: 'us-east-1', service: 'assay' },
    NOW,
  );
  const signer = new SignatureV4({ credentials: KEY, region: 'us-east-1', service: 'assay', sha256: Sha256 });
  const headers = { host: '127.0.0.1:8460', 'content-type': 'application/octet-stream' };
  const request = {
    method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    path,
    query: query as Record<string, string | string[]>,
    headers,
    body,
  };
  const theirs = await signer.sign(request, { signingDate: new Date(NOW) });
  expect(ours).toEqual(theirs.headers);
});
