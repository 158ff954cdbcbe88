import { createHmac } from 'node:crypto';
import { canonicalRequest, sha256Hex } from './canonical.ts';
import { createSigningKeys } from './verify.ts';

export interface ToSign {
  readonly method: string;
  readonly url: URL;
  /** Signed as they are, beside host, x-amz-date and x-amz-content-sha256. Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** Signing name: `assay`, `inspector2`, `sts`. */
  readonly service: string;
}

const signingKeys = createSigningKeys(16);

/**
 * The headers to send with a request of our own clients, signature included.
 * @param now milliseconds since the epoch
 */
export function signSigV4(request: ToSign, credentials: SigningCredentials, now: number): Record<string, string> {
  const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const { accessKeyId, secretAccessKey, region, service } = credentials;
  const payloadHash = sha256Hex(request.body);
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.url.host,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': stamp,
  };
  const signedHeaders = Object.keys(headers).sort();
  const target = request.url.pathname + request.url.search;
  const canonical = canonicalRequest(
    { method: request.method, target, rawHeaders: Object.entries(headers).flat() },
    signedHeaders,
    payloadHash,
  );
  const scope = { keyId: accessKeyId, date: stamp.slice(0, 8), region, service, signedHeaders, signature: '' };
  const path = `${scope.date}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', stamp, path, sha256Hex(canonical)].join('\n');
  const signature = createHmac('sha256', signingKeys(scope, secretAccessKey)).update(text).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${path}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  return { ...headers, authorization };
}
