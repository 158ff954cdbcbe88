import type pg from 'pg';
import type { CompiledCriteria } from './compile.ts';
import type { Place } from './fields.ts';
import type { PackagePredicate } from './package-predicate.ts';
import type { Position, Sort } from './sorts.ts';
import { allOf, anyOf, Params, type Predicate } from './sql.ts';
import { candidates, filterFirst, type PageShape, type Segment, walk } from './statements.ts';

/** Runs a function inside a transaction that sees the given accounts only. */
export type ReadAs = <T>(accounts: readonly number[], read: (client: pg.ClientBase) => Promise<T>) => Promise<T>;

export interface PageRequest {
  readonly criteria: CompiledCriteria;
  readonly sort: Sort;
  readonly descending: boolean;
  readonly after?: Position;
  readonly limit: number;
}

export interface PageRow extends Position {
  readonly account: number;
}

/** Where one phase gives way to the next. */
export interface Caps {
  /** Up to this many ids a criterion on another table becomes a list of ids; more stay a join. */
  readonly resolve: number;
  /** Up to this many findings are collected and sorted. */
  readonly candidates: number;
  /** 0: never walk. */
  readonly walkTimeoutMs: number;
  readonly lastTimeoutMs: number;
}
/** Measured on a million findings. */
export const DEFAULT_CAPS: Caps = { resolve: 4_000, candidates: 15_000, walkTimeoutMs: 200, lastTimeoutMs: 20_000 };

/**
 * One page of finding keys, by phases (never left to the planner alone, which misjudges correlated filters by orders of magnitude):
 * resolve criteria on other tables to ids; filter first when few findings remain; else walk the sort index; else hash and sort.
 */
export async function findPage(request: PageRequest, readAs: ReadAs, caps: Caps = DEFAULT_CAPS): Promise<PageRow[]> {
  const { criteria } = request;
  if (criteria.accounts.length === 0) return [];
  const read: Read = (fn) => readAs(criteria.accounts, fn);
  const shape = await read((client) => resolveShape(client, request, caps));
  if (shape === undefined) return [];
  const first = await read(async (client) => ((await walkIsCheaper(client, shape)) ? undefined : tryFilterFirst(client, shape)));
  if (first !== undefined) return first;
  return (await tryWalk(shape, read, caps)) ?? hashAndSort(shape, read, caps);
}

type Read = <T>(fn: (client: pg.ClientBase) => Promise<T>) => Promise<T>;

/** Undefined when the time was over before the page was full. */
async function tryWalk(shape: PageShape, read: Read, caps: Caps): Promise<PageRow[] | undefined> {
  if (caps.walkTimeoutMs === 0) return undefined;
  try {
    return await read(async (client) => {
      await client.query(
        `select set_config('enable_hashjoin','off',true), set_config('enable_mergejoin','off',true), set_config('enable_seqscan','off',true),
           set_config('enable_sort','off',true), set_config('statement_timeout','${caps.walkTimeoutMs}',true)`,
      );
      return readSegments(client, shape);
    });
  } catch (error) {
    if ((error as { code?: string }).code !== '57014') throw error;
    return undefined;
  }
}

function hashAndSort(shape: PageShape, read: Read, caps: Caps): Promise<PageRow[]> {
  return read(async (client) => {
    await client.query(`select set_config('statement_timeout','${caps.lastTimeoutMs}',true)`);
    return readSegments(client, shape);
  });
}

async function resolveShape(client: pg.ClientBase, request: PageRequest, caps: Caps): Promise<PageShape | undefined> {
  const { criteria } = request;
  const where: Predicate[] = [(p) => `f.account = any (${p.add(criteria.accounts)}::bigint[])`, ...criteria.f];
  const joins = new Set<Place>();
  for (const place of ['r', 'i'] as const) {
    if (criteria[place].length === 0) continue;
    const ids = await resolveIds(client, { place, criteria, cap: caps.resolve });
    if (ids === undefined) {
      joins.add(place);
      where.push(...criteria[place]);
    } else if (ids.length === 0) return undefined;
    else where.push((p) => `f.${place === 'r' ? 'resource' : 'issue'} = any (${p.add(ids)}::bigint[])`);
  }
  if (criteria.packages.length > 0) {
    const predicate = await packagesWhere(client, criteria, caps.resolve);
    if (predicate === undefined) return undefined;
    where.push(predicate);
  }
  const { sort, descending, after, limit } = request;
  return { where, joins, sort, descending, limit, candidateCap: caps.candidates, ...(after === undefined ? {} : { after }) };
}

/** Ids of the rows that satisfy a table's predicates; undefined when they are too many to list. */
async function resolveIds(
  client: pg.ClientBase,
  { place, criteria, cap }: { place: 'r' | 'i'; criteria: CompiledCriteria; cap: number },
): Promise<number[] | undefined> {
  const params = new Params();
  const own: Predicate[] = place === 'r' ? [(p) => `r.account = any (${p.add(criteria.accounts)}::bigint[])`] : [];
  const table = place === 'r' ? 'resource r' : 'issue i';
  const sql = `select ${place}.id from ${table} where ${allOf([...own, ...criteria[place]], params)} limit ${cap + 1}`;
  const { rows } = await client.query<{ id: number }>(sql, params.values);
  return rows.length > cap ? undefined : rows.map((row) => row.id);
}

async function packagesWhere(client: pg.ClientBase, criteria: CompiledCriteria, cap: number): Promise<Predicate | undefined> {
  const alternatives: Predicate[] = [];
  for (const filter of criteria.packages) {
    const params = new Params();
    const sql = `select p.id from package p where ${filter.identity(params)} limit ${cap + 1}`;
    const { rows } = await client.query<{ id: number }>(sql, params.values);
    if (rows.length === 0) continue;
    const ids = rows.length > cap ? undefined : rows.map((row) => row.id);
    alternatives.push(havingPackage(filter, ids, criteria.accounts));
  }
  return alternatives.length === 0 ? undefined : (p) => anyOf(alternatives, p);
}

function havingPackage(filter: PackagePredicate, ids: readonly number[] | undefined, accounts: readonly number[]): Predicate {
  return (p) => {
    const tables = ['finding_package fp'];
    const where = [`fp.account = any (${p.add(accounts)}::bigint[])`];
    if (ids === undefined) {
      tables.push('join package p on p.id = fp.package');
      where.push(filter.identity(p));
    } else where.push(`fp.package = any (${p.add(ids)}::int[])`);
    if (filter.place !== undefined) {
      tables.push(
        'join resource q on q.account = fp.account and q.id = fp.resource join inventory n on n.account = q.account and n.id = q.inventory',
      );
      where.push(filter.place(p));
    }
    return `(f.account, f.id) in (select fp.account, fp.finding from ${tables.join(' ')} where ${where.join(' and ')})`;
  };
}

/**
 * A walk reads about limit × all / matching rows before the page is full, collecting reads all that match; the cheaper one by the
 * planner's estimate. Collecting has a cap, because the estimate of correlated filters is wrong by orders of magnitude.
 */
async function walkIsCheaper(client: pg.ClientBase, shape: PageShape): Promise<boolean> {
  const params = new Params();
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    `explain (format json) ${candidates(shape, params)}`,
    params.values,
  );
  const matching = rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
  if (matching > shape.candidateCap) return true;
  const all = await client.query<{ rows: number }>(`select reltuples as rows from pg_class where oid = 'finding'::regclass`);
  return matching * matching > shape.limit * Math.max(1, all.rows[0]?.rows ?? 1);
}

interface CollectedRow {
  readonly n: number;
  readonly id: number | null;
  readonly account: number;
  readonly key: string | null;
  readonly holder: number;
}

async function tryFilterFirst(client: pg.ClientBase, shape: PageShape): Promise<PageRow[] | undefined> {
  const params = new Params();
  const { rows } = await client.query<CollectedRow>(filterFirst(shape, params), params.values);
  if ((rows[0]?.n ?? 0) > shape.candidateCap) return undefined;
  return rows.flatMap((row) => (row.id === null ? [] : [{ id: row.id, account: row.account, key: row.key, holder: row.holder }]));
}

async function readSegments(client: pg.ClientBase, shape: PageShape): Promise<PageRow[]> {
  const { key } = shape.sort;
  const pastKeyed = key?.nullable === true && shape.after !== undefined && shape.after.key === null;
  const rows = pastKeyed ? [] : await readWalk(client, shape, 'keyed');
  if (key?.nullable !== true || rows.length >= shape.limit) return rows;
  return [...rows, ...(await readWalk(client, { ...shape, limit: shape.limit - rows.length }, 'keyless'))];
}

async function readWalk(client: pg.ClientBase, shape: PageShape, segment: Segment): Promise<PageRow[]> {
  const params = new Params();
  const { rows } = await client.query<PageRow>(walk(shape, segment, params), params.values);
  return rows;
}
