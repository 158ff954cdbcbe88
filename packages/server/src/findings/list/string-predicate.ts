import type { StringFilter } from '@assay/core/filter/criteria.ts';
import { matchesStrings } from '@assay/core/filter/matches.ts';
import { TAG_SPACE } from './fields.ts';
import { afterPrefix, anyOf, type Params, type Predicate } from './sql.ts';

/** A nullable text expression; `only` restricts where the value exists at all (elsewhere it is absent). */
export function textPredicate(filters: readonly StringFilter[], column: string, only?: string): Predicate {
  const value = `${column} collate "C"`;
  const negative = filters.filter((f) => f.comparison === 'NOT_EQUALS').map((f) => f.value);
  const positive = filters.filter((f) => f.comparison !== 'NOT_EQUALS');
  return (params) => {
    const parts: string[] = [];
    if (positive.length > 0) {
      const held = positiveText(positive, value, params);
      parts.push(only === undefined ? held : `${only} and (${held})`);
    }
    if (negative.length > 0) {
      const other = `${column} is null or ${value} <> all (${params.add(negative)}::text[])`;
      parts.push(only === undefined ? other : `not (${only}) or ${other}`);
    }
    return parts.map((part) => `(${part})`).join(' and ');
  };
}

function positiveText(filters: readonly StringFilter[], value: string, params: Params): string {
  const equal = filters.filter((f) => f.comparison === 'EQUALS').map((f) => f.value);
  const prefixes = filters.filter((f) => f.comparison === 'PREFIX');
  const parts: Predicate[] = prefixes.map((f) => (p: Params) => {
    const upper = afterPrefix(f.value);
    return `${value} >= ${p.add(f.value)}${upper === undefined ? '' : ` and ${value} < ${p.add(upper)}`}`;
  });
  if (equal.length > 0) parts.push((p) => `${value} = any (${p.add(equal)}::text[])`);
  return anyOf(parts, params);
}

/** A field of several values: `from` is a set-returning FROM item with one column `value`, e.g. `unnest(i.aliases) as v(value)`. */
export function textsPredicate(filters: readonly StringFilter[], from: string, only = 'true'): Predicate {
  const negative = filters.filter((f) => f.comparison === 'NOT_EQUALS').map((f) => f.value);
  const positive = filters.filter((f) => f.comparison !== 'NOT_EQUALS');
  return (params) => {
    const parts: string[] = [];
    if (positive.length > 0) parts.push(`${only} and exists (select 1 from ${from} where ${positiveText(positive, 'value', params)})`);
    if (negative.length > 0) {
      parts.push(`(not (${only}) or not exists (select 1 from ${from} where value = any (${params.add(negative)}::text[])))`);
    }
    return parts.join(' and ');
  };
}

/** A column of few known values: the filters are answered here and only the codes that hold reach SQL. */
export function codePredicate<Code extends number | boolean>(
  filters: readonly StringFilter[],
  column: { readonly sql: string; readonly type: string },
  domain: Iterable<readonly [name: string | undefined, code: Code]>,
): Predicate {
  const codes: Code[] = [];
  let all = true;
  for (const [name, code] of domain) {
    if (matchesStrings(filters, name)) codes.push(code);
    else all = false;
  }
  if (all) return () => 'true';
  return (params) => `${column.sql} = any (${params.add(codes)}::${column.type}[])`;
}

const IMAGE_TAG = `t.space = ${TAG_SPACE.image} and t.key = 'tag'`;

/**
 * Image tags: rows of `resource_tag` in place of a value. Written as membership, so that the planner may start from the tags
 * (index on space, key, value) instead of asking every resource for its own.
 */
export function imageTagsPredicate(filters: readonly StringFilter[]): Predicate {
  const negative = filters.filter((f) => f.comparison === 'NOT_EQUALS').map((f) => f.value);
  const positive = filters.filter((f) => f.comparison !== 'NOT_EQUALS');
  const tagged = (condition: string): string =>
    `(r.account, r.id) in (select t.account, t.resource from resource_tag t where ${IMAGE_TAG} and (${condition}))`;
  return (params) => {
    const parts: string[] = [];
    if (positive.length > 0) parts.push(tagged(positiveText(positive, 't.value', params)));
    if (negative.length > 0) parts.push(`not ${tagged(`t.value = any (${params.add(negative)}::text[])`)}`);
    return parts.join(' and ');
  };
}

/** The same over `resource_tag t`, where it asks for tags that are there; undefined where it asks for others that are not. */
export function imageTagsHeld(filters: readonly StringFilter[]): Predicate | undefined {
  if (filters.length === 0 || filters.some((f) => f.comparison === 'NOT_EQUALS')) return undefined;
  return (params) => `${IMAGE_TAG} and (${positiveText(filters, 't.value', params)})`;
}
