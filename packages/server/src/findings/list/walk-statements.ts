import { allOf, Params, type Predicate } from './sql.ts';
import { type PageShape, type Segment, wherePlace } from './statements.ts';

/** Where a walk is: after this finding, or after all findings of this holder when `id` is null. */
export interface Cursor {
  readonly key: string | null;
  readonly holder: number;
  readonly id: number | null;
}

export interface Step {
  readonly segment: Segment;
  readonly cursor: Cursor | undefined;
  /** Rows to visit, matching or not. */
  readonly size: number;
  readonly limit: number;
}

const turned = (direction: string): string => (direction === 'asc' ? 'desc' : 'asc');

/** Visits findings in the order of a sort index; predicates on the sort's own column narrow the index, the others are tried on what is visited. */
export function walkFindings(shape: PageShape, step: Step, params: Params): string {
  const { key } = shape.sort;
  const direction = shape.descending ? 'desc' : 'asc';
  const than = shape.descending ? '<' : '>';
  const [account, ...rest] = shape.where;
  const narrowing = key === undefined ? [] : rest.filter((predicate) => speaksOnlyOf(predicate, key.column));
  const visited: Predicate[] = [account as Predicate, ...narrowing];
  const { cursor } = step;
  if (cursor !== undefined) {
    visited.push((p) =>
      key === undefined
        ? `f.id ${than} ${p.add(cursor.id)}::bigint`
        : `(${key.column}, f.id) ${than} (${p.add(cursor.key)}::${key.cast}, ${p.add(cursor.id)}::bigint)`,
    );
  }
  const order = (way: string): string => (key === undefined ? `f.id ${way}` : `${key.column} ${way}, f.id ${way}`);
  const row = `f.id, f.account, ${key === undefined ? 'null' : `${key.column}::text`} as key, f.id::bigint as holder`;
  const matching = [...rest.filter((predicate) => !narrowing.includes(predicate)), ...elsewhere(shape, undefined)];
  return `with seen as materialized (
      select f.* from finding f where ${allOf(visited, params)} order by ${order(direction)} limit ${step.size})
    (select ${row}, null::int as visited from seen f where ${allOf(matching, params)} order by ${order(direction)} limit ${step.limit})
    union all (select ${row}, (select count(*)::int from seen) from seen f order by ${order(turned(direction))} limit 1)`;
}

/** Visits resources or issues in the order of the sort, and the findings of each. */
export function walkHolders(shape: PageShape, step: Step, params: Params): string {
  const { key } = shape.sort;
  if (key === undefined || key.at === 'f') throw new Error('findings hold this key themselves');
  const direction = shape.descending ? 'desc' : 'asc';
  const place = key.at;
  const keyed = step.segment === 'keyed';
  const holders: Predicate[] = [...shape.holders];
  if (key.nullable) holders.push(() => `${key.column} is ${keyed ? 'not ' : ''}null`);
  const { cursor } = step;
  if (cursor !== undefined) holders.push(afterHolder(shape, step, cursor));
  const of = place === 'r' ? 'f.account = h.account and f.resource = h.id' : 'f.issue = h.id';
  const findings: Predicate[] = [() => of, ...wherePlace(shape, place), ...elsewhere(shape, place)];
  if (cursor !== undefined && cursor.id !== null) {
    findings.push((p) => `h.id <> ${p.add(cursor.holder)}::bigint or f.id ${shape.descending ? '<' : '>'} ${p.add(cursor.id)}::bigint`);
  }
  const order = (way: string): string => `${keyed ? `h.key ${way}, ` : ''}h.id ${way}`;
  const holderOrder = `${keyed ? `${key.column} ${direction}, ` : ''}${place}.id ${direction}`;
  return `with h as materialized (
      select ${place}.id, ${place === 'r' ? 'r.account' : '0::bigint as account'}, ${key.column} as key from ${place === 'r' ? 'resource r' : 'issue i'}
      where ${allOf(holders, params)} order by ${holderOrder} limit ${step.size})
    (select l.id, l.account, h.key::text as key, h.id::bigint as holder, null::int as visited from h cross join lateral (
      select f.id, f.account from finding f where ${allOf(findings, params)} order by f.id ${direction} limit ${step.limit}) l
      order by ${order(direction)}, l.id ${direction} limit ${step.limit})
    union all (select h.id, h.account, h.key::text, h.id::bigint, (select count(*)::int from h) from h order by ${order(turned(direction))} limit 1)`;
}

function afterHolder(shape: PageShape, { segment }: Step, cursor: Cursor): Predicate {
  // The holder of the last row may have more findings.
  const than = `${shape.descending ? '<' : '>'}${cursor.id === null ? '' : '='}`;
  const { key } = shape.sort;
  const id = `${key?.at}.id`;
  if (segment === 'keyless') return (p) => `${id} ${than} ${p.add(cursor.holder)}::bigint`;
  return (p) => `(${key?.column}, ${id}) ${than} (${p.add(cursor.key)}::${key?.cast}, ${p.add(cursor.holder)}::bigint)`;
}

/** Criteria on tables that are not being walked, asked of each finding. */
function elsewhere(shape: PageShape, walked: 'r' | 'i' | undefined): Predicate[] {
  const predicates: Predicate[] = [];
  for (const [place, own] of shape.joined) {
    if (place === walked || place === 'f') continue;
    const from = place === 'r' ? 'resource r where r.account = f.account and r.id = f.resource' : 'issue i where i.id = f.issue';
    predicates.push((p) => `exists (select 1 from ${from} and ${allOf(own, p)})`);
  }
  return predicates;
}

function speaksOnlyOf(predicate: Predicate, column: string): boolean {
  const columns = predicate(new Params()).match(/\bf\.\w+/g) ?? [];
  return columns.length > 0 && columns.every((one) => one === column);
}
