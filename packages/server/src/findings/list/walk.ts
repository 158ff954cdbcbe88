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

/** About so many findings a row has that is walked: many criteria hold for few resources, so of these more are passed. */
const FINDINGS_OF = { f: 1, r: 4, i: 25 } as const;

/** Walks in sort order, `chunks` rows at a time, until the page is full, the end is reached or the chunks are used up. */
export async function walkOn(client: pg.ClientBase, shape: PageShape, walk: Walk, chunks: readonly number[]): Promise<void> {
  const holders = shape.sort.key !== undefined && shape.sort.key.at !== 'f';
  for (const chunk of chunks) {
    if (walk.done) return;
    const size = Math.ceil(chunk / FINDINGS_OF[shape.sort.key?.at ?? 'f']);
    const params = new Params();
    const step = { segment: walk.segment, cursor: walk.cursor, size, limit: shape.limit - walk.rows.length };
    const sql = holders ? walkHolders(shape, step, params) : walkFindings(shape, step, params);
    const { rows } = await client.query<StepRow>(sql, params.values);
    const edge = rows.find((row) => row.visited !== null);
    for (const { id, account, key, holder, visited } of rows) if (visited === null) walk.rows.push({ id, account, key, holder });
    advance(walk, shape, { edge, size });
  }
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
