import { SCAN_REASON } from '@assay/core/coverage.ts';
import { RESOURCE_KIND } from '@assay/core/finding.ts';
import type { ResourceState, Surface } from '@assay/core/resource-state.ts';
import type pg from 'pg';
import { nameOfCode } from '../findings/code-name.ts';
import { Params } from '../findings/list/sql.ts';
import { clusterReason, clusterState, IN_REGISTRY, RUNS, STATE } from './state-sql.ts';

/** An image, a cluster, or something that runs and is not known yet. */
export interface StatedResource {
  readonly account: number;
  /** ARN; of what is not known yet, the image as its workload names it. */
  readonly id: string;
  /** Inspector's resource type, `CLUSTER` or `UNRESOLVED_IMAGE`. */
  readonly type: string;
  readonly state: ResourceState;
  /** Of NOT_APPLICABLE and UNVERIFIED: Inspector's scan status reason, or ours. */
  readonly reason: string | null;
  /** In words, where there is more to say. */
  readonly message: string | null;
  readonly inUseCount: number;
  readonly lastInUseAt: Date | null;
  /** Its registry holds it no longer; it runs. */
  readonly deletedAt: Date | null;
  readonly position: StatePosition;
}

/** Of the last one of a page: which kind of row, and its number. */
export type StatePosition = readonly [rank: number, id: number];

export interface StateRequest {
  readonly accounts: readonly number[];
  readonly surface: Surface;
  readonly states: readonly ResourceState[];
  readonly now: Date;
  readonly after?: StatePosition | undefined;
  readonly limit: number;
}

interface Row {
  readonly rank: number;
  readonly id: number;
  readonly account: number;
  readonly name: string;
  readonly kind: number | null;
  readonly state: ResourceState;
  readonly reason: string | null;
  readonly message: string | null;
  readonly units: number;
  readonly used: Date | null;
  readonly deleted: Date | null;
}

/** In an order that never changes, so that pages neither repeat nor skip. */
export async function listStates(tx: pg.ClientBase, request: StateRequest): Promise<StatedResource[]> {
  const [afterRank, afterId] = request.after ?? [0, 0];
  const rows: Row[] = [];
  for (const [rank, select] of SURFACES_OF[request.surface].entries()) {
    if (rank < afterRank || rows.length >= request.limit) continue;
    const params = new Params();
    const text = `select * from (${select(request, params)}) s
      where s.state = any(${params.add(request.states)}::text[]) and s.id > ${params.add(rank === afterRank ? afterId : 0)}::bigint
      order by s.id limit ${request.limit - rows.length}`;
    const page = await tx.query<Omit<Row, 'rank'>>(text, params.values);
    rows.push(...page.rows.map((row) => ({ ...row, rank })));
  }
  return rows.map(toStated);
}

export interface StateCount {
  readonly state: ResourceState;
  readonly type: string;
  readonly reason: string | null;
  readonly count: number;
}

export async function countStates(tx: pg.ClientBase, asked: Asked & Pick<StateRequest, 'surface'>): Promise<StateCount[]> {
  const counts: StateCount[] = [];
  for (const [rank, select] of SURFACES_OF[asked.surface].entries()) {
    const params = new Params();
    const { rows } = await tx.query<Pick<Row, 'kind' | 'state' | 'reason'> & { count: number }>(
      `select s.kind, s.state, s.reason, count(*)::int as count from (${select(asked, params)}) s group by 1, 2, 3`,
      params.values,
    );
    // Reasons that nobody needs fall together.
    const groups = Map.groupBy(rows, (row) => JSON.stringify([typeOf(rank, row.kind), row.state, reasonOf(row)]));
    for (const [key, group] of groups) {
      const [type, state, reason] = JSON.parse(key) as [string, ResourceState, string | null];
      counts.push({ type, state, reason, count: group.reduce((sum, row) => sum + row.count, 0) });
    }
  }
  return counts.sort((a, b) => b.count - a.count);
}

type Asked = Pick<StateRequest, 'accounts' | 'now'>;
type Select = (asked: Asked, params: Params) => string;

const resourcesWhere =
  (where: string): Select =>
  ({ accounts }, params) =>
    `select r.account, r.id, r.arn as name, r.kind, ${STATE} as state, r.scan_reason::text as reason,
       coalesce(r.detail->>'reason', r.detail->>'mediaType') as message, r.in_use_count as units, r.last_in_use_at as used, r.deleted_at as deleted
     from resource r where r.account = any(${params.add(accounts)}::bigint[]) and ${where}`;

const clusters: Select = ({ accounts, now }, params) => {
  const at = params.add(now);
  return `select c.account, c.id, c.arn as name, null::smallint as kind, ${clusterState(at)} as state, ${clusterReason(at)} as reason,
      array_to_string(array(select jsonb_array_elements_text(coalesce(c.health->'problems', '[]'))), ' ') as message, 0 as units,
      c.observed_at as used, null::timestamptz as deleted
    from cluster c where c.account = any(${params.add(accounts)}::bigint[]) and c.gone_at is null`;
};

const unresolved: Select = ({ accounts }, params) =>
  `select i.account, i.id, i.image as name, null::smallint as kind, 'UNVERIFIED' as state, 'UNRESOLVED_IMAGE' as reason,
     i.image_id as message, i.running as units, i.last_seen as used, null::timestamptz as deleted
   from running_image i where i.account = any(${params.add(accounts)}::bigint[]) and i.confidence = 0 and i.running > 0`;

/** Kinds of rows of a surface, all with the same columns. */
const SURFACES_OF: Readonly<Record<Surface, readonly Select[]>> = {
  REGISTRY: [resourcesWhere(IN_REGISTRY)],
  RUNTIME: [resourcesWhere(RUNS), clusters, unresolved],
};

function typeOf(rank: number, kind: number | null): string {
  if (kind !== null) return nameOfCode(RESOURCE_KIND, kind);
  return rank === 1 ? 'CLUSTER' : 'UNRESOLVED_IMAGE';
}

/** What was looked at needs no reason. */
function reasonOf({ state, reason, kind }: Pick<Row, 'state' | 'reason' | 'kind'>): string | null {
  if (state === 'HEALTHY' || state === 'UNHEALTHY' || reason === null) return null;
  return kind === null ? reason : nameOfCode(SCAN_REASON, Number(reason));
}

function toStated(row: Row): StatedResource {
  const { rank, id, account, name, state, units, used, deleted, message } = row;
  return {
    ...{ account, id: name, type: typeOf(rank, row.kind), state, reason: reasonOf(row), message: message === '' ? null : message },
    ...{ inUseCount: units, lastInUseAt: used, deletedAt: deleted, position: [rank, id] },
  };
}
