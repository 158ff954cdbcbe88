import type { Place } from './fields.ts';
import type { Position, Sort } from './sorts.ts';
import { allOf, type Params, type Predicate } from './sql.ts';

/** What a page statement is made of. */
export interface PageShape {
  readonly accounts: readonly number[];
  /** Over `finding f`; the first one names the accounts. */
  readonly where: readonly Predicate[];
  /** Predicates of `where` as an index can use them. */
  readonly probing: ReadonlyMap<Predicate, Predicate>;
  /** Those of `where` that repeat criteria of the place whose key sorts: a walk over its rows asks them there. */
  readonly repeated: ReadonlySet<Predicate>;
  /** Predicates over the place whose key sorts, for walking it. */
  readonly holders: readonly Predicate[];
  /** Predicates over other tables that could not be resolved to ids. */
  readonly joined: ReadonlyMap<Place, readonly Predicate[]>;
  readonly sort: Sort;
  readonly descending: boolean;
  readonly after?: Position;
  readonly limit: number;
  /** All resources of the findings, where they could be listed. */
  readonly resources?: ResourceList;
  /** Above this many candidates a page is not collected and sorted. */
  readonly candidateCap: number;
}

/** What is asked of the findings of a row of `place` that satisfies `holders`. */
export function wherePlace(shape: PageShape, place: Place): Predicate[] {
  return shape.where.filter((predicate, position) => !shape.repeated.has(predicate) && !(place === 'r' && position === 0));
}

/** Parallel lists. */
export interface ResourceList {
  readonly accounts: readonly number[];
  readonly ids: readonly number[];
  /** The predicate of `where` that says the same. */
  readonly predicate: Predicate;
}

function everything(shape: PageShape): Predicate[] {
  return [...shape.where.map((one) => shape.probing.get(one) ?? one), ...[...shape.joined.values()].flat()];
}

const JOIN: Readonly<Record<Place, string>> = {
  f: '',
  r: ' join resource r on r.account = f.account and r.id = f.resource',
  i: ' join issue i on i.id = f.issue',
};

function from(shape: PageShape, joined = ''): string {
  const places = new Set(shape.joined.keys());
  if (shape.sort.key !== undefined) places.add(shape.sort.key.at);
  return `finding f${joined}${[...places].map((place) => JOIN[place]).join('')}`;
}

const holder = (sort: Sort): string => `${sort.key?.at ?? 'f'}.id`;

/** Collects up to the cap, then sorts. One row with a null id and `n` above the cap means: too many. */
export function filterFirst(shape: PageShape, params: Params): string {
  const direction = shape.descending ? 'desc' : 'asc';
  const key = shape.sort.key?.column ?? 'null::int';
  const { resources } = shape;
  // An account and a resource list on one index would be tried in every combination: probe pair by pair.
  const listed =
    resources === undefined
      ? ''
      : `unnest(${params.add(resources.accounts)}::bigint[], ${params.add(resources.ids)}::bigint[])
      as listed(account, resource) join `;
  const joined = resources === undefined ? '' : ' on f.account = listed.account and f.resource = listed.resource';
  const predicates = everything(shape).filter(
    (one, position) => resources === undefined || (position > 0 && one !== shape.probing.get(resources.predicate)),
  );
  const where = allOf(predicates, params);
  const after = shape.after === undefined ? 'true' : afterCollected(shape, shape.after, params);
  return `with c as materialized (
      select f.id, f.account, ${key} as key, ${holder(shape.sort)}::bigint as holder from ${listed}${from(shape, joined)} where ${where} limit ${shape.candidateCap + 1}
    ) select n.n::int, x.* from (select count(*) as n from c) n left join lateral (
      select c.id, c.account, c.key::text as key, c.holder from c where n.n <= ${shape.candidateCap} and (${after})
      order by (c.key is null), c.key ${direction}, c.holder ${direction}, c.id ${direction} limit ${shape.limit}
    ) x on true`;
}

function afterCollected(shape: PageShape, after: Position, params: Params): string {
  const than = shape.descending ? '<' : '>';
  const ids = `(c.holder, c.id) ${than} (${params.add(after.holder)}::bigint, ${params.add(after.id)}::bigint)`;
  if (after.key === null || shape.sort.key === undefined) return `c.key is null and ${ids}`;
  const value = `${params.add(after.key)}::${shape.sort.key.cast}`;
  return `c.key ${than} ${value} or (c.key = ${value} and ${ids}) or c.key is null`;
}

/** Which rows are read: those with the key, or those without it (always the later ones). */
export type Segment = 'keyed' | 'keyless';

/** The page as one statement, for the planner to find a way. */
export function sorted(shape: PageShape, segment: Segment, params: Params): string {
  const direction = shape.descending ? 'desc' : 'asc';
  const { key } = shape.sort;
  const order: string[] = [];
  const where: Predicate[] = everything(shape);
  if (key !== undefined && segment === 'keyed') {
    order.push(key.column);
    if (key.nullable) where.push(() => `${key.column} is not null`);
  } else if (key !== undefined) {
    where.push(() => `${key.column} is null`);
  }
  if (key !== undefined && key.at !== 'f') order.push(holder(shape.sort));
  order.push('f.id');
  if (shape.after !== undefined) where.push(afterWalked(shape, segment, shape.after));
  const selected = key === undefined || segment === 'keyless' ? 'null::text' : `${key.column}::text`;
  return `select f.id, f.account, ${selected} as key, ${holder(shape.sort)}::bigint as holder from ${from(shape)}
    where ${allOf(where, params)} order by ${order.map((column) => `${column} ${direction}`).join(', ')} limit ${shape.limit}`;
}

/** The keyset condition; its first, redundant part is the one that an index can start from. */
function afterWalked(shape: PageShape, segment: Segment, after: Position): Predicate {
  const than = shape.descending ? '<' : '>';
  const { key } = shape.sort;
  // A placeholder that no text uses is an error to PostgreSQL: the position after the keyed rows binds nothing.
  if (key !== undefined && segment === 'keyless' && after.key !== null) return () => 'true';
  return (p) => {
    const id = `${p.add(after.id)}::bigint`;
    if (key === undefined || (key.at === 'f' && segment === 'keyless')) return `f.id ${than} ${id}`;
    if (key.at === 'f') return `(${key.column}, f.id) ${than} (${p.add(after.key)}::${key.cast}, ${id})`;
    const held = `${p.add(after.holder)}::bigint`;
    if (segment === 'keyless') {
      return `${holder(shape.sort)} ${than}= ${held} and (${holder(shape.sort)}, f.id) ${than} (${held}, ${id})`;
    }
    const value = `${p.add(after.key)}::${key.cast}`;
    return `(${key.column}, ${holder(shape.sort)}) ${than}= (${value}, ${held})
      and (${key.column}, ${holder(shape.sort)}, f.id) ${than} (${value}, ${held}, ${id})`;
  };
}
