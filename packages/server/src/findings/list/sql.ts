/** Collects bind values while SQL text is put together: `params.add(x)` answers the placeholder. */
export class Params {
  readonly values: unknown[] = [];
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** A boolean SQL expression over the aliases its place names; made anew for each statement, since placeholders number themselves. */
export type Predicate = (params: Params) => string;

export const never: Predicate = () => 'false';

export function allOf(predicates: readonly Predicate[], params: Params): string {
  return predicates.length === 0 ? 'true' : predicates.map((p) => `(${p(params)})`).join(' and ');
}

export function anyOf(predicates: readonly Predicate[], params: Params): string {
  return predicates.length === 0 ? 'false' : predicates.map((p) => `(${p(params)})`).join(' or ');
}

/**
 * The smallest string above every string that starts with `prefix`, in code point order (which is byte order of UTF-8 and so
 * COLLATE "C"); undefined when there is none. Ranges stay index conditions under row-level security where LIKE does not.
 */
export function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (c) => c.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last >= 0x10ffff) continue;
    const next = last + 1 >= 0xd800 && last + 1 <= 0xdfff ? 0xe000 : last + 1;
    return String.fromCodePoint(...points, next);
  }
  return undefined;
}
