/** Members of what should be an object; of anything else, none. */
export function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : NOTHING;
}
const NOTHING: Readonly<Record<string, unknown>> = Object.freeze({});

export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Longer than any name, image reference or address there is. */
const LONGEST = 1024;

/** Text that may be stored and shown: bounded, without control characters. */
export function text(value: unknown): string {
  if (typeof value !== 'string') return '';
  const short = value.length > LONGEST ? value.slice(0, LONGEST) : value;
  return /[\u0000-\u001f\u007f]/.test(short) ? short.replace(/\p{Cc}/gu, ' ') : short;
}

/** Members that are texts. */
export function texts(value: unknown): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const [name, one] of Object.entries(fields(value))) if (typeof one === 'string') result[name] = one;
  return result;
}

/** Milliseconds since the epoch of an RFC 3339 time; 0 when it is none. */
export function time(value: unknown): number {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? 0 : at;
}
