import { createHmac, timingSafeEqual } from 'node:crypto';
import { ApiError } from '../errors.ts';
import { incomplete, type SigV4Authorization } from './authorization.ts';
import { canonicalRequest, headerValues, type SignedRequest, sha256Hex } from './canonical.ts';

export interface SigV4Rules {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Allowed distance between the caller's clock and ours in milliseconds: 5 to 15 minutes. */
  readonly maxSkew: number;
  /** Regions a credential may be scoped to; undefined takes any. */
  readonly regions?: readonly string[];
  /** The connection is TLS, so an unsigned payload cannot be changed on the way. */
  readonly secure: boolean;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const UNSIGNED = 'UNSIGNED-PAYLOAD';

/** The checks that need no secret: date, clock, region, signed headers, payload rule. Throws the exception AWS answers with. */
export function checkSigV4Form(request: SignedRequest, authorization: SigV4Authorization, rules: SigV4Rules): void {
  const headers = headerValues(request.rawHeaders);
  const stamp = amzDate(headers);
  if (stamp.slice(0, 8) !== authorization.date) throw refused('The date of the credential scope differs from the date of X-Amz-Date');
  const time = parseStamp(stamp);
  if (time < rules.now - rules.maxSkew)
    throw refused(`Signature expired: ${stamp} is too far before the server's time ${stampOf(rules.now)}`);
  if (time > rules.now + rules.maxSkew)
    throw refused(`Signature not yet current: ${stamp} is too far after the server's time ${stampOf(rules.now)}`);
  if (rules.regions && !rules.regions.includes(authorization.region)) {
    throw refused(`The credential is scoped to region ${printable(authorization.region)}; use ${rules.regions.join(' or ')}`);
  }
  const signed = new Set(authorization.signedHeaders);
  if (signed.size !== authorization.signedHeaders.length) throw incomplete('SignedHeaders names a header twice');
  if (!signed.has('host')) throw refused('The Host header must be signed');
  for (const name of headers.keys()) {
    if (name.startsWith('x-amz-') && !signed.has(name)) throw refused(`The header ${printable(name)} must be signed`);
  }
  checkDeclaredPayload(headers, rules);
}

function checkDeclaredPayload(headers: ReadonlyMap<string, readonly string[]>, rules: SigV4Rules): void {
  const declared = declaredHash(headers);
  if (declared === undefined || /^[0-9a-f]{64}$/.test(declared)) return;
  if (declared !== UNSIGNED)
    throw refused('X-Amz-Content-Sha256 must be the hash of the whole body; payloads signed in chunks are not accepted');
  if (!rules.secure) throw refused('UNSIGNED-PAYLOAD is accepted over TLS only');
}

/** Compares the signature in constant time, over the hash (hex) of the body that really came. Throws on any difference. */
export function checkSigV4Signature(
  request: SignedRequest & { readonly bodyHash: string },
  authorization: SigV4Authorization,
  signingKey: Buffer,
): void {
  const headers = headerValues(request.rawHeaders);
  const declared = declaredHash(headers);
  const actual = declared === UNSIGNED ? UNSIGNED : request.bodyHash;
  if (declared !== undefined && declared !== actual) throw refused('The body differs from X-Amz-Content-Sha256');
  const scope = `${authorization.date}/${authorization.region}/${authorization.service}/aws4_request`;
  const canonical = canonicalRequest(request, authorization.signedHeaders, actual);
  const text = [ALGORITHM, amzDate(headers), scope, sha256Hex(canonical)].join('\n');
  const expected = createHmac('sha256', signingKey).update(text).digest();
  if (!timingSafeEqual(expected, Buffer.from(authorization.signature, 'hex'))) {
    throw refused('The request signature does not match: check the secret key, and that no proxy changes Host, path or body');
  }
}

export type SigningKeys = (authorization: SigV4Authorization, secret: string) => Buffer;

/** Derived keys live one day and cost four hashes, so the last ones are kept. The secret is part of the key: a rotated one is never served stale. */
export function createSigningKeys(capacity = 1000): SigningKeys {
  const kept = new Map<string, Buffer>();
  return function signingKey(authorization, secret) {
    const { date, region, service } = authorization;
    const id = sha256Hex(JSON.stringify([secret, date, region, service]));
    const known = kept.get(id);
    if (known) return known;
    const key = [date, region, service, 'aws4_request'].reduce(
      (parent, part) => createHmac('sha256', parent).update(part).digest(),
      Buffer.from(`AWS4${secret}`, 'utf8'),
    );
    if (kept.size >= capacity) kept.delete(kept.keys().next().value!);
    kept.set(id, key);
    return key;
  };
}

function declaredHash(headers: ReadonlyMap<string, readonly string[]>): string | undefined {
  const values = headers.get('x-amz-content-sha256');
  if (values && values.length > 1) throw incomplete('X-Amz-Content-Sha256 is given twice');
  return values?.[0];
}

function amzDate(headers: ReadonlyMap<string, readonly string[]>): string {
  const values = headers.get('x-amz-date');
  if (values?.length !== 1 || !/^\d{8}T\d{6}Z$/.test(values[0]!)) throw incomplete('X-Amz-Date must be given once, as YYYYMMDDThhmmssZ');
  return values[0]!;
}

function parseStamp(stamp: string): number {
  const iso = stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const time = Date.parse(iso);
  if (Number.isNaN(time)) throw incomplete('X-Amz-Date is not a time');
  return time;
}

function stampOf(time: number): string {
  return new Date(time).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
}

/** Clients take their clock from the Date header and try again on this code. */
function refused(message: string): ApiError {
  return new ApiError('InvalidSignatureException', message, { status: 403 });
}

function printable(text: string): string {
  return text.slice(0, 80).replace(/[^\x20-\x7e]/g, '?');
}
