import type pg from 'pg';
import type { CompiledCriteria } from './compile.ts';
import { type Resolved, resolve } from './resolve.ts';
import type { Position, Sort } from './sorts.ts';
import { Params } from './sql.ts';
import { filterFirst, type PageShape, type Segment, sorted } from './statements.ts';
import { startWalk, type WalkBudget, walkOn } from './walk.ts';

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
  /** Up to this many ids a criterion on another table becomes a list of ids. */
  readonly resolve: number;
  /** Findings that the short walk visits. */
  readonly glance: WalkBudget;
  /** Up to this many findings are collected and sorted. */
  readonly candidates: number;
  /** For the short walk and for the long one; 0: never walk. */
  readonly walkTimeoutMs: number;
  readonly lastTimeoutMs: number;
}
/** Measured on a million findings. */
export const DEFAULT_CAPS: Caps = {
  resolve: 4_000,
  glance: { first: 500, total: 5_500 },
  candidates: 60_000,
  walkTimeoutMs: 200,
  lastTimeoutMs: 20_000,
};

type Read = <T>(fn: (client: pg.ClientBase) => Promise<T>) => Promise<T>;

/**
 * One page of finding keys, by phases (never left to the planner alone, which misjudges correlated filters by orders of magnitude):
 * resolve criteria on other tables to ids; walk the sort index for a moment, which is enough where many findings match; then collect and
 * sort where ids are at hand, else walk on; else hash and sort.
 */
export async function findPage(request: PageRequest, readAs: ReadAs, caps: Caps = DEFAULT_CAPS): Promise<PageRow[]> {
  const { criteria } = request;
  if (criteria.accounts.length === 0) return [];
  const read: Read = (fn) => readAs(criteria.accounts, fn);
  let shape: PageShape | undefined;
  let known = false;
  const glanced = await inTime(() =>
    read(async (client) => {
      await walking(client, Math.max(caps.walkTimeoutMs, 2_000));
      const resolved = await resolve(client, criteria, { cap: caps.resolve, byAccount: request.sort.key?.column === 'f.account' });
      if (resolved === undefined) return [];
      shape = shapeOf(request, resolved, caps);
      known = resolved.sparse || resolved.listed.size > 0;
      if (resolved.sparse || caps.walkTimeoutMs === 0) return undefined;
      const walk = startWalk(shape);
      await client.query(`select set_config('statement_timeout','${caps.walkTimeoutMs}',true)`);
      await walkOn(client, shape, walk, caps.glance);
      return walk.done ? walk.rows : undefined;
    }),
  );
  if (glanced !== undefined) return glanced;
  if (shape === undefined) throw new Error('the criteria were not resolved in time');
  const page = shape;
  // Ids at hand lead to the findings; anything else is more likely further along the way than few.
  const far = known ? undefined : await walkFar(page, read, caps);
  return far ?? (await collect(page, read)) ?? (known ? await walkFar(page, read, caps) : undefined) ?? hashAndSort(page, read, caps);
}

export function shapeOf(request: PageRequest, resolved: Resolved, caps: Caps): PageShape {
  const { criteria, sort, descending, after, limit } = request;
  const place = sort.key?.at ?? 'f';
  const holders = place === 'f' ? [] : criteria[place];
  const { where, joined, listed, probing, resources } = resolved;
  const repeated = new Set(place === 'f' ? [] : [...(listed.get(place) ?? [])]);
  const rest = { ...(after === undefined ? {} : { after }), ...(resources === undefined ? {} : { resources }) };
  return {
    accounts: resolved.accounts,
    where,
    probing,
    repeated,
    holders,
    joined,
    sort,
    descending,
    limit,
    candidateCap: caps.candidates,
    ...rest,
  };
}

/** Undefined when the time was over. */
export async function inTime<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: string }).code !== '57014') throw error;
    return undefined;
  }
}

/** Joins by probing, in index order, in one process: what is visited stays what the statement says. */
async function walking(client: pg.ClientBase, timeoutMs: number): Promise<void> {
  await client.query(
    `select set_config('enable_hashjoin','off',true), set_config('enable_mergejoin','off',true), set_config('enable_seqscan','off',true),
       set_config('enable_bitmapscan','off',true), set_config('max_parallel_workers_per_gather','0',true),
       set_config('statement_timeout','${timeoutMs}',true)`,
  );
}

interface CollectedRow {
  readonly n: number;
  readonly id: number | null;
  readonly account: number;
  readonly key: string | null;
  readonly holder: number;
}

/** Undefined when there are more than the cap. */
export function collect(shape: PageShape, read: Read): Promise<PageRow[] | undefined> {
  return read(async (client) => {
    const params = new Params();
    // The planner expects far fewer rows than there are, and would read a whole table for them when it thinks it small.
    await client.query("select set_config('enable_seqscan', 'off', true)");
    const { rows } = await client.query<CollectedRow>(filterFirst(shape, params), params.values);
    if ((rows[0]?.n ?? 0) > shape.candidateCap) return undefined;
    return rows.flatMap((row) => (row.id === null ? [] : [{ id: row.id, account: row.account, key: row.key, holder: row.holder }]));
  });
}

/** In the order of the sort index as one statement, which costs least for a row that it passes. Undefined when the time was over. */
function walkFar(shape: PageShape, read: Read, caps: Caps): Promise<PageRow[] | undefined> {
  if (caps.walkTimeoutMs === 0) return Promise.resolve(undefined);
  return inTime(() =>
    read(async (client) => {
      await walking(client, caps.walkTimeoutMs);
      await client.query("select set_config('enable_sort', 'off', true)");
      return readPage(client, shape);
    }),
  );
}

function hashAndSort(shape: PageShape, read: Read, caps: Caps): Promise<PageRow[]> {
  return read(async (client) => {
    await client.query(`select set_config('statement_timeout','${caps.lastTimeoutMs}',true)`);
    return readPage(client, shape);
  });
}

async function readPage(client: pg.ClientBase, shape: PageShape): Promise<PageRow[]> {
  const { key } = shape.sort;
  const pastKeyed = key?.nullable === true && shape.after !== undefined && shape.after.key === null;
  const rows = pastKeyed ? [] : await readSorted(client, shape, 'keyed');
  if (key?.nullable !== true || rows.length >= shape.limit) return rows;
  return [...rows, ...(await readSorted(client, { ...shape, limit: shape.limit - rows.length }, 'keyless'))];
}

async function readSorted(client: pg.ClientBase, shape: PageShape, segment: Segment): Promise<PageRow[]> {
  const params = new Params();
  const { rows } = await client.query<PageRow>(sorted(shape, segment, params), params.values);
  return rows;
}
