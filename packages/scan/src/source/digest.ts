import { createHash } from 'node:crypto';
import { AssayError } from '@assay/core/errors.ts';

const LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** A digest string in parts; undefined unless it is one of a known algorithm. Guards paths built from digests. */
export function parseDigest(text: unknown): { readonly algorithm: string; readonly hex: string } | undefined {
  if (typeof text !== 'string') return undefined;
  const match = /^(sha256|sha384|sha512):([0-9a-f]+)$/.exec(text);
  return match !== null && LENGTHS[match[1] as string] === match[2]?.length
    ? { algorithm: match[1] as string, hex: match[2] as string }
    : undefined;
}

export function digestOf(bytes: Buffer, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** Throws an AssayError `digest-mismatch` when the bytes are not what the digest names. `what` begins the sentence. */
export function verifyBytes(bytes: Buffer, digest: string, what: string): void {
  const parsed = parseDigest(digest);
  if (parsed === undefined || digestOf(bytes, parsed.algorithm) !== digest) {
    throw new AssayError('digest-mismatch', `${what} does not have the digest ${digest.slice(0, 140)}; fetch the image again.`);
  }
}
