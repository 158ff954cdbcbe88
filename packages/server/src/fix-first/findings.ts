import type pg from 'pg';
import type { CompiledCriteria } from '../findings/list/compile.ts';
import { Params, type Predicate } from '../findings/list/sql.ts';
import { hits } from './queue.ts';
import { IS_NOTABLE, NOTABLE_URGENCY } from './urgency-sql.ts';

/** Where a finding stands in the order of Fix first: core's `compareRanks` of an action with this finding alone. */
export interface FindingRank {
  readonly account: number;
  readonly id: number;
  readonly runs: boolean;
  readonly urgency: number;
  readonly weight: number;
}

export interface FindingQueueRequest {
  readonly criteria: CompiledCriteria;
  /** In place of `f.status` while a rule is being applied. */
  readonly status?: Predicate | undefined;
  readonly after?: FindingRank;
  readonly limit: number;
}

/** Open findings about packages, the most urgent of what runs first; of equals the newer one. */
export async function findingsFixFirst(client: pg.ClientBase, request: FindingQueueRequest): Promise<FindingRank[]> {
  if (request.criteria.accounts.length === 0) return [];
  await client.query("select set_config('work_mem', '64MB', true), set_config('enable_nestloop', 'off', true)");
  const { after, limit } = request;
  const running = after?.runs === false ? [] : await readTier(client, request, { runs: true, limit });
  if (running.length >= limit) return running;
  return [...running, ...(await readTier(client, request, { runs: false, limit: limit - running.length }))];
}

/** Among notable findings first, where the page nearly always is; then among all. */
async function readTier(
  client: pg.ClientBase,
  request: FindingQueueRequest,
  tier: { readonly runs: boolean; readonly limit: number },
): Promise<FindingRank[]> {
  const { after } = request;
  if (after?.runs !== tier.runs || after.urgency > NOTABLE_URGENCY) {
    const notable = await readRanks(client, request, { ...tier, notable: true });
    if (notable.length >= tier.limit) return notable;
  }
  return readRanks(client, request, { ...tier, notable: false });
}

async function readRanks(
  client: pg.ClientBase,
  { after, ...request }: FindingQueueRequest,
  { runs, limit, notable }: { readonly runs: boolean; readonly limit: number; readonly notable: boolean },
): Promise<FindingRank[]> {
  const p = new Params();
  const every = `${hits({ ...request, by: 'VULNERABILITY' }, runs, p)}${notable ? ` and ${IS_NOTABLE}` : ''}`;
  const past =
    after?.runs === runs
      ? `(urgency, units, id) < (${p.add(after.urgency)}::int, ${p.add(after.weight)}::int, ${p.add(after.id)}::bigint)`
      : 'true';
  const { rows } = await client.query<FindingRank>(
    `select account, id, ${runs} as runs, urgency, units as weight from (${every}) hit where ${past} and urgency > ${notable ? NOTABLE_URGENCY : 0}
     order by urgency desc, units desc, id desc limit ${limit}`,
    p.values,
  );
  return rows;
}
