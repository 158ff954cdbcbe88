import type { CommitResult } from '../inventories/commit.ts';
import type { Queryable } from '../jobs/queue.ts';
import { placeOf } from './look-lanes.ts';

/** How far a look of the service's own is; counts are there once it is done. */
export interface LookState {
  readonly key: string;
  readonly state: 'PENDING' | 'RUNNING' | 'FAILED' | 'DONE';
  readonly arn?: string;
  readonly packages: number;
  readonly gaps: number;
  readonly findings: number;
  readonly error?: string;
  readonly finishedAt?: Date;
}

const STATES = ['PENDING', 'RUNNING', 'FAILED', 'DONE'] as const;

interface Row {
  readonly key: string;
  readonly state: number;
  readonly result: CommitResult | null;
  readonly error: string | null;
  readonly finished_at: Date | null;
  readonly gaps: number;
  readonly findings: number;
}

/** The last job of each look; results of resources that were removed since are left out. */
export async function readLookStates(db: Queryable, account: number): Promise<LookState[]> {
  const { rows } = await db.query<Row>(
    `select j.key, j.state, j.result, j.error, j.finished_at, coalesce((j.result->>'gaps')::int, 0) as gaps,
       (select count(*) from finding f where f.account = $1 and f.resource = r.id and f.status = 1)::int as findings
     from (select distinct on (key) * from job where account = $1 and kind = 'look' order by key, id desc) j
     left join resource r on r.account = $1 and r.id = (j.result->>'resource')::bigint
     where j.result is null or r.id is not null order by j.key`,
    [account],
  );
  return rows.map((row) => ({
    key: placeOf(row.key),
    state: STATES[row.state] ?? 'PENDING',
    packages: row.result?.packages ?? 0,
    gaps: row.gaps,
    findings: row.findings,
    ...(row.result === null ? {} : { arn: row.result.arn }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
  }));
}
