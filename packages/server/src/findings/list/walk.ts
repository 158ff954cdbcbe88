import type pg from 'pg';
import type { PageRow } from './page.ts';
import { Params } from './sql.ts';
import type { PageShape, Segment } from './statements.ts';
import { type Cursor, walkFindings, walkHolders } from './walk-statements.ts';

/** A walk that may stop and go on: what it found, and where it is. */
export interface Walk {
  readonly rows: PageRow[];
  segment: Segment;
  cursor: Cursor | undefined;
  /** The page is full, or there is nothing more. */
  done: boolean;
}

export function startWalk(shape: PageShape): Walk {
  const { after, sort } = shape;
  const segment = sort.key?.nullable === true && after !== undefined && after.key === null ? 'keyless' : 'keyed';
  return { rows: [], segment, cursor: after, done: false };
}

interface StepRow extends PageRow {
  /** Of the last row that the step visited; absent on rows that match. */
  readonly visited: number | null;
}

/** How many rows to visit: at first, and at most. */
export interface WalkBudget {
  readonly first: number;
  readonly total: number;
}

/** About so many findings a row of the walked table has. */
const FINDINGS_OF = { f: 1, r: 4, i: 25 } as const;
/** Chunks are as long as the last one says that the rest of the page is away, and a bit. */
const MARGIN = 1.3;

/** Walks in sort order until the page is full, the end is reached or the budget is used up. */
export async function walkOn(client: pg.ClientBase, shape: PageShape, walk: Walk, budget: WalkBudget): Promise<void> {
  const place = shape.sort.key?.at ?? 'f';
  const first = Math.ceil(budget.first / FINDINGS_OF[place]);
  // Rows that their own criteria put aside cost no look at findings.
  let left = Math.ceil(budget.total / (shape.holders.length > 0 ? 1 : FINDINGS_OF[place]));
  for (let visited = 0; !walk.done && left > 0; ) {
    const found = walk.rows.length;
    const wanted = visited === 0 ? first : (visited * (shape.limit - found) * MARGIN) / Math.max(found, 0.5);
    const size = Math.min(left, Math.max(first, Math.ceil(wanted)));
    await takeStep(client, shape, { walk, size });
    visited += size;
    left -= size;
  }
}

async function takeStep(client: pg.ClientBase, shape: PageShape, { walk, size }: { walk: Walk; size: number }): Promise<void> {
  const params = new Params();
  const step = { segment: walk.segment, cursor: walk.cursor, size, limit: shape.limit - walk.rows.length };
  const holders = shape.sort.key !== undefined && shape.sort.key.at !== 'f';
  const sql = holders ? walkHolders(shape, step, params) : walkFindings(shape, step, params);
  const { rows } = await client.query<StepRow>(sql, params.values);
  const edge = rows.find((row) => row.visited !== null);
  for (const { id, account, key, holder, visited } of rows) if (visited === null) walk.rows.push({ id, account, key, holder });
  advance(walk, shape, { edge, size });
}

function advance(walk: Walk, shape: PageShape, { edge, size }: { edge: StepRow | undefined; size: number }): void {
  if (walk.rows.length >= shape.limit) {
    walk.done = true;
  } else if (edge !== undefined && (edge.visited ?? 0) >= size) {
    walk.cursor = { key: edge.key, holder: edge.holder, id: shape.sort.key === undefined || shape.sort.key.at === 'f' ? edge.id : null };
  } else if (walk.segment === 'keyed' && shape.sort.key?.nullable === true) {
    walk.segment = 'keyless';
    walk.cursor = undefined;
  } else walk.done = true;
}
