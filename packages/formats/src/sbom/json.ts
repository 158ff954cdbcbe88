import { isObject } from '@assay/core/json.ts';

/** Reading members of foreign JSON: each returns a harmless value where the member is not of the wanted kind. */
export type Members = Readonly<Record<string, unknown>>;

export function asObject(value: unknown): Members {
  return isObject(value) ? value : {};
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Objects and lists of one document. Real SBOMs have fewer than one in 25 bytes. */
const MAX_NODES = 4_000_000;

/**
 * Whether parsing would cost far more than its bytes suggest: 100 MB of `{},` become 2 GB of heap and stop the process for 16 seconds.
 * Brackets inside of texts count as well, which no real document notices.
 */
export function hasTooManyNodes(bytes: Uint8Array): boolean {
  if (bytes.length <= MAX_NODES) return false;
  let nodes = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if ((byte === 0x7b || byte === 0x5b) && ++nodes > MAX_NODES) return true;
  }
  return false;
}
