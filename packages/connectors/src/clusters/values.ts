import { isObject, type JsonObject } from '@assay/core/json.ts';
import { architectureName } from '@assay/core/platform.ts';

/** Members of answers that anybody may have written: what is missing or of another type reads as empty. */

export function fields(value: unknown): JsonObject {
  return isObject(value) ? value : NOTHING;
}
const NOTHING: JsonObject = Object.freeze({});

export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Longer than any name, image reference or address there is. */
const LONGEST = 1000;

/** Text that may be stored and shown: bounded, without what cannot be seen. One that the service refuses would keep a whole cluster from it. */
export function text(value: unknown, most = LONGEST): string {
  if (typeof value !== 'string') return '';
  const short = value.length > most ? value.slice(0, most) : value;
  return /[^ -~]/.test(short) ? short.replace(/\p{C}/gu, ' ') : short;
}

/** Members that are texts. */
export function labelsOf(value: unknown): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const [name, one] of Object.entries(fields(value))) if (typeof one === 'string') result[name] = one;
  return result;
}

export function texts(value: unknown, most: number): readonly string[] {
  return items(value)
    .slice(0, most)
    .map((one) => text(one))
    .filter((one) => one !== '');
}

/** Milliseconds since the epoch; undefined for what is no date of ours: Go writes the year 1 for "never". */
export function instant(value: unknown): number | undefined {
  const at = typeof value === 'string' && value.length < 50 ? Date.parse(value) : value instanceof Date ? value.getTime() : Number.NaN;
  return at > 0 && at < 8.64e15 ? at : undefined;
}

/** `linux/arm/v7`; empty when half of it is unknown. */
export function platform({ os, architecture, variant = '' }: { os: unknown; architecture: unknown; variant?: unknown }): string {
  const system = text(os, 30).toLowerCase();
  const machine = text(architecture, 30).toLowerCase();
  if (system === '' || machine === '') return '';
  const known = architectureName(machine);
  const exact = text(variant, 30).toLowerCase();
  return `${system}/${known}${exact === '' || known.includes('/') ? '' : `/${exact}`}`;
}

/** Results in the order of the items, so many at work at once. */
export async function inTurns<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
