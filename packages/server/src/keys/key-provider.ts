import { AssayError } from '@assay/core/errors.ts';

/** `encryption_key.provider`: where a key lies. */
export const KEY_PROVIDERS = ['LOCAL', 'TRANSIT', 'KMS'] as const;
export type KeyProviderName = (typeof KEY_PROVIDERS)[number];

/** A key as its provider needs it. */
export interface KeyRef {
  readonly arn: string;
  readonly provider: KeyProviderName;
  /** What the provider calls it. */
  readonly name: string;
  /** Of a LOCAL key: the version that wraps. Other providers count their own. */
  readonly version: number;
}

/** What a wrapped key is bound to: with another context it does not open. */
export type KeyContext = Readonly<Record<string, string>>;

/** Wraps data keys and opens them again; the key itself never leaves it. Anything but an {@link keyRefused} may pass with time. */
export interface KeyProvider {
  /** @throws AssayError `key-refused` */
  wrap(key: KeyRef, dataKey: Uint8Array, context: KeyContext): Promise<string>;
  /** @throws AssayError `key-refused` */
  unwrap(key: KeyRef, wrapped: string, context: KeyContext): Promise<Buffer>;
  /** Makes a new version that wraps from now on; older ones still open. Returns its number. @throws AssayError `key-refused` */
  rotate(key: KeyRef): Promise<number>;
}

/** The key is unknown, disabled or not of the right kind: a person has to choose another or mend it. */
export function keyRefused(message: string, cause?: unknown): AssayError {
  return new AssayError('key-refused', message, { cause });
}

/** The context as bytes that do not depend on the order of its entries. */
export function contextBytes(context: KeyContext): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))), 'utf8');
}
