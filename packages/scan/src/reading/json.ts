import { isObject, type JsonObject } from '@assay/core/json.ts';
import { decodeText } from './text.ts';

/**
 * The object at the top of a JSON file; a byte order mark is allowed. Throws on anything else, which the reader turns into a gap. Read
 * members of hostile objects only through {@link member} or `Object.entries`: the object keeps its prototype.
 */
export function parseJsonObject(bytes: Buffer): JsonObject {
  const value: unknown = JSON.parse(decodeText(bytes));
  if (!isObject(value)) throw new Error('The file holds no JSON object.');
  return value;
}

/** An own member of a JSON object: `constructor` or `__proto__` of the prototype are never seen. */
export function member(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function textMember(object: JsonObject, key: string): string | undefined {
  const value = member(object, key);
  return typeof value === 'string' ? value : undefined;
}
