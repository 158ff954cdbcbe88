import { ApiError } from '../errors.ts';

export interface SigV4Authorization {
  readonly keyId: string;
  /** `20261121` */
  readonly date: string;
  readonly region: string;
  /** Signing name of the service; chooses the service before method and path do. */
  readonly service: string;
  readonly signedHeaders: readonly string[];
  /** 64 lowercase hex digits. */
  readonly signature: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const LONGEST = 4096;

/** Reads an `Authorization: AWS4-HMAC-SHA256 …` header. Throws IncompleteSignatureException 400 that says which part is wrong. */
export function parseAuthorization(header: string): SigV4Authorization {
  if (header.length > LONGEST) throw incomplete('The Authorization header is too long');
  if (!header.startsWith(`${ALGORITHM} `)) throw incomplete(`The signature algorithm must be ${ALGORITHM}`);
  const parts = new Map<string, string>();
  for (const part of header.slice(ALGORITHM.length + 1).split(',')) {
    const at = part.indexOf('=');
    const name = part.slice(0, at).trim();
    if (at < 0 || parts.has(name)) throw incomplete('The Authorization header is not a list of distinct name=value parts');
    parts.set(name, part.slice(at + 1).trim());
  }
  const scope = need(parts, 'Credential').split('/');
  const signedHeaders = need(parts, 'SignedHeaders').split(';');
  const signature = need(parts, 'Signature');
  const [keyId, date, region, service, terminator] = scope;
  if (scope.length !== 5 || terminator !== 'aws4_request' || !keyId || !region || !service || !/^\d{8}$/.test(date ?? '')) {
    throw incomplete('Credential must be KEY_ID/YYYYMMDD/REGION/SERVICE/aws4_request');
  }
  if (!/^[0-9a-f]{64}$/.test(signature)) throw incomplete('Signature must be 64 hexadecimal digits');
  if (signedHeaders.some((name) => name === '' || name !== name.toLowerCase())) throw incomplete('SignedHeaders must be lower-case names');
  return { keyId, date: date!, region, service, signedHeaders, signature };
}

function need(parts: ReadonlyMap<string, string>, name: string): string {
  const value = parts.get(name);
  if (!value) throw incomplete(`The Authorization header lacks ${name}`);
  return value;
}

export function incomplete(message: string): ApiError {
  return new ApiError('IncompleteSignatureException', message, { status: 400 });
}
