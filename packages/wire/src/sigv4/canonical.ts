import { createHash } from 'node:crypto';

/** One request as it came over the wire, before anything decoded it. */
export interface SignedRequest {
  readonly method: string;
  /** `/path?query` exactly as received. */
  readonly target: string;
  /** Names and values alternating, as `IncomingMessage.rawHeaders`. */
  readonly rawHeaders: readonly string[];
}

/** The text whose hash is signed (SigV4, services other than S3). `payloadHash` is 64 hex digits or UNSIGNED-PAYLOAD. */
export function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[], payloadHash: string): string {
  const [path, query] = splitTarget(request.target);
  const headers = headerValues(request.rawHeaders);
  const lines = signedHeaders.map((name) => `${name}:${(headers.get(name) ?? []).join(',')}\n`);
  return [request.method, canonicalPath(path), canonicalQuery(query), lines.join(''), signedHeaders.join(';'), payloadHash].join('\n');
}

export function splitTarget(target: string): [path: string, query: string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

/** Values by lower-case name, trimmed, inner runs of spaces made one, in the order received. */
export function headerValues(rawHeaders: readonly string[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    const list = values.get(name) ?? [];
    list.push(rawHeaders[i + 1]!.trim().replace(/\s+/g, ' '));
    values.set(name, list);
  }
  return values;
}

/**
 * The path is normalised (empty and dot segments) and encoded once more than it is on the wire: `%2F` becomes `%252F`.
 * S3 alone signs it as it is; the SDKs do both steps for every other service.
 */
export function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(encode(segment));
  }
  const trailing = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${trailing}`;
}

/** Decoded and encoded again in the one canonical way, sorted by name and then value. */
export function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query
    .split('&')
    .filter((part) => part !== '')
    .map((part): [string, string] => {
      const at = part.indexOf('=');
      return at < 0 ? [encode(decode(part)), ''] : [encode(decode(part.slice(0, at))), encode(decode(part.slice(at + 1)))];
    });
  pairs.sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** RFC 3986: everything but letters, digits and `-_.~`. Lone surrogates cannot come out of a decoded URL. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
