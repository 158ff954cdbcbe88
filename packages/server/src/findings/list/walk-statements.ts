import type { Place } from './fields.ts';
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
  const [account, ...rest] = shape.where;
  const narrowing = key === undefined ? [] : rest.filter((predicate) => speaksOnlyOf(predicate, key.column));
  const seen = visit({ shape, step, from: 'finding f', alias: 'f', always: [account as Predicate], narrowing }, params);
  const order = (way: string): string => (key === undefined ? `f.id ${way}` : `${key.column} ${way}, f.id ${way}`);
  const row = `f.id, f.account, ${key === undefined ? 'null' : `${key.column}::text`} as key, f.id::bigint as holder`;
  const matching = [...shape.where, ...elsewhere(shape, undefined)];
  return `with seen as materialized (${seen})
    (select ${row}, null::int as visited from seen f where ${allOf(matching, params)} order by ${order(direction)} limit ${step.limit})
    union all (select ${row}, (select count(*)::int from seen) from seen f order by ${order(turned(direction))} limit 1)`;
}

/** Visits resources or issues in the order of the sort, and the findings of those that satisfy their own criteria. */
export function walkHolders(shape: PageShape, step: Step, params: Params): string {
  const { key } = shape.sort;
  if (key === undefined || key.at === 'f') throw new Error('findings hold this key themselves');
  const direction = shape.descending ? 'desc' : 'asc';
  const alias = key.at;
  const from = alias === 'r' ? 'resource r' : 'issue i';
  const account: Predicate[] = alias === 'r' ? [(p) => `r.account = any (${p.add(shape.accounts)}::bigint[])`] : [];
  const narrowing = shape.holders.filter((predicate) => speaksOnlyOf(predicate, key.column));
  const seen = visit({ shape, step, from, alias, always: account, narrowing }, params);
  const own = [...account, ...shape.holders].map(alone);
  const of = alias === 'r' ? 'f.account = h.account and f.resource = h.id' : 'f.issue = h.id';
  const findings: Predicate[] = [() => of, ...wherePlace(shape, alias), ...elsewhere(shape, alias)];
  const { cursor } = step;
  if (cursor !== undefined && cursor.id !== null) {
    findings.push((p) => `h.id <> ${p.add(cursor.holder)}::bigint or f.id ${shape.descending ? '<' : '>'} ${p.add(cursor.id)}::bigint`);
  }
  const order = (table: string, way: string): string => `${step.segment === 'keyed' ? `${table}.key ${way}, ` : ''}${table}.id ${way}`;
  const columns = `${alias}.id, ${alias === 'r' ? 'r.account' : '0::bigint as account'}, ${key.column} as key`;
  return `with seen as materialized (${seen}),
    h as materialized (select ${columns} from seen ${alias} where ${allOf(own, params)})
    (select l.id, l.account, h.key::text as key, h.id::bigint as holder, null::int as visited from h cross join lateral (
      select f.id, f.account from finding f where ${allOf(findings, params)} order by f.id ${direction} limit ${step.limit}) l
      order by ${order('h', direction)}, l.id ${direction} limit ${step.limit})
    union all (select x.id, x.account, x.key::text, x.id::bigint, (select count(*)::int from seen)
      from (select ${columns} from seen ${alias}) x order by ${order('x', turned(direction))} limit 1)`;
}

interface Visiting {
  readonly shape: PageShape;
  readonly step: Step;
  readonly from: string;
  readonly alias: Place;
  readonly always: readonly Predicate[];
  /** Predicates on the key: an index can skip by them. */
  readonly narrowing: readonly Predicate[];
}

/**
 * The next rows in sort order. What narrows the key is left out where the cursor's own key is gone through: an index that is given an
 * equality on its first column starts there and not at the cursor. Callers ask every predicate again.
 */
function visit({ shape, step, from, alias, always, narrowing }: Visiting, params: Params): string {
  const { key } = shape.sort;
  const { cursor, segment, size } = step;
  const direction = shape.descending ? 'desc' : 'asc';
  const than = shape.descending ? '<' : '>';
  const id = `${alias}.id`;
  const keyed = key !== undefined && segment === 'keyed';
  const inOrder = keyed ? `${key.column} ${direction}, ${id} ${direction}` : `${id} ${direction}`;
  const present: Predicate[] = key?.nullable === true ? [() => `${key.column} is ${keyed ? 'not ' : ''}null`] : [];
  const scan = (predicates: readonly Predicate[]): string =>
    `select ${alias}.* from ${from} where ${allOf(predicates, params)} order by ${inOrder} limit ${size}`;
  if (cursor === undefined) return scan([...always, ...(keyed ? narrowing : []), ...present]);
  // The holder of the last row may have more findings; a finding is one row.
  const past = `${than}${alias !== 'f' && cursor.id !== null ? '=' : ''}`;
  if (!keyed) return scan([...always, ...present, (p) => `${id} ${past} ${p.add(cursor.holder)}::bigint`]);
  const value = (p: Params): string => `${p.add(cursor.key)}::${key.cast}`;
  const after: Predicate = (p) => `(${key.column}, ${id}) ${past} (${value(p)}, ${p.add(cursor.holder)}::bigint)`;
  const byAccount = key.column === 'f.account';
  if (narrowing.length === 0 && !byAccount) return scan([...always, after]);
  const same = scan([...(byAccount ? [] : always), after, (p) => `${key.column} ${shape.descending ? '>=' : '<='} ${value(p)}`]);
  const beyond = scan([...always, ...narrowing, (p) => `${key.column} ${than} ${value(p)}`]);
  return `(${same}) union all (${beyond}) limit ${size}`;
}

/** Asked row by row: flattened into a join, the planner may begin at the other end. */
function alone(predicate: Predicate): Predicate {
  return (p) => {
    const text = predicate(p);
    return /\bselect\b/.test(text) ? `coalesce((select true where ${text}), false)` : text;
  };
}

/** Criteria on tables that are not being walked, asked of each finding. */
export function elsewhere({ joined }: Pick<PageShape, 'joined'>, walked: 'r' | 'i' | undefined): Predicate[] {
  const predicates: Predicate[] = [];
  for (const [place, own] of joined) {
    if (place === walked || place === 'f') continue;
    const from = place === 'r' ? 'resource r where r.account = f.account and r.id = f.resource' : 'issue i where i.id = f.issue';
    predicates.push((p) => `coalesce((select true from ${from} and ${allOf(own, p)} limit 1), false)`);
  }
  return predicates;
}

/** Of the key, and perhaps of the kind that rows with such a key must have. */
function speaksOnlyOf(predicate: Predicate, column: string): boolean {
  const columns = predicate(new Params()).match(/\b[fri]\.\w+|\bselect\b/g) ?? ([] as string[]);
  return columns.some((one) => one === column) && columns.every((one) => one === column || one === `${column[0]}.kind`);
}
