import type { Context } from '@assay/core/context.ts';
import { UNEVALUATED_REASONS } from '@assay/core/coverage.ts';
import type { PackageIdentity } from '@assay/core/package.ts';
import type pg from 'pg';
import type { Transaction } from '../../db/pool.ts';
import { identityOfRow, PACKAGE_COLUMNS, type PackageRow } from '../../inventories/dictionary.ts';
import { finish, type Job, SYSTEM } from '../../jobs/queue.ts';
import { openRevision, type Revision, type RevisionDatabase, type RevisionSource, readRevision } from '../../revisions/revisions.ts';
import type { FindingNaming } from '../naming.ts';
import { type ApplyResult, applyFindings, prepareApply } from './apply.ts';
import { type Batch, changedBatches } from './changes.ts';
import { type Matched, matchColumns, matchedBefore, matchPackages, type PackageMatch } from './package-matches.ts';
import { scorePlace } from './score-bases.ts';

export interface EvaluateOptions {
  readonly pool: pg.Pool;
  readonly revisions: RevisionSource;
  readonly ctx: Context;
  readonly naming: FindingNaming;
  /** Resources per transaction. */
  readonly chunk?: number;
  /** The job to end in the last transaction. */
  readonly job?: Job;
}

export interface EvaluateResult extends ApplyResult {
  readonly from: number;
  readonly to: number;
  /** Dictionary packages compared, and resources written. */
  readonly packages: number;
  readonly resources: number;
}

const CONSUMER = 'findings';

/** Another evaluator has begun with a newer number; what this one would write may be out of date. */
export class Superseded extends Error {}

interface Evaluation extends EvaluateOptions {
  readonly client: pg.PoolClient;
  readonly fence: number;
  readonly target: Revision;
  readonly database: RevisionDatabase;
}

/**
 * Brings the findings of everything stored to the current revision: changed keys → dictionary packages → the inventories that hold
 * them → findings, in chunks of resources. Never looks at an inventory without such a package. Several revisions are one diff.
 *
 * Races: the number of the fence is drawn with the target revision in one statement, so a resource with a newer number was written by
 * somebody who matched with this revision or a later one. Only the evaluator whose number stands in `progress` may write, so
 * one that slept is refused. Targets begun and not finished are remembered there: their keys are evaluated again as well.
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluateResult | undefined> {
  const client = await options.pool.connect();
  let lost: Error | undefined;
  const onError = (error: Error): void => {
    lost = error;
  };
  client.on('error', onError);
  try {
    return await run(client, options);
  } finally {
    client.removeListener('error', onError);
    // The session's temporary tables go with it.
    client.release(lost ?? true);
  }
}

async function run(client: pg.PoolClient, options: EvaluateOptions): Promise<EvaluateResult | undefined> {
  const begun = await begin(client);
  const target = begun === undefined ? undefined : await readRevision(client, begun.target);
  if (begun === undefined || target === undefined) {
    if (options.job !== undefined) await finish(options.pool, options.job);
    return undefined;
  }
  const database = await openRevision(options.revisions, target);
  const evaluation: Evaluation = { ...options, client, fence: begun.fence, target, database };
  const total = { opened: 0, reopened: 0, closed: 0, changed: 0, packages: 0, resources: 0 };
  await client.query(TABLES);
  for await (const batch of changedBatches(client, { ...begun, target, database, revisions: options.revisions })) {
    options.ctx.signal?.throwIfAborted();
    await client.query('truncate ev_match, ev_candidate, ev_change, ev_hit');
    total.packages += await findCandidates(evaluation, batch);
    add(total, await writeHits(evaluation));
  }
  await inSession(client, async () => {
    await holdProgress(evaluation);
    await client.query("update progress set revision = $1, attempted = '{}', at = now() where consumer = $2 and account = $3", [
      target.id,
      CONSUMER,
      SYSTEM,
    ]);
    if (options.job !== undefined) await finish(client, options.job);
  });
  return { ...total, from: begun.from, to: target.id };
}

interface Begun {
  readonly from: number;
  /** Revisions begun since `from` and not finished. */
  readonly attempted: readonly number[];
  readonly target: number;
  readonly fence: number;
}

async function begin(client: pg.PoolClient): Promise<Begun | undefined> {
  // Every revision passes here, so the months ahead always have their partition of the history.
  await client.query('select create_event_partitions(3)');
  await client.query('insert into progress (consumer, account, revision) values ($1, $2, 0) on conflict do nothing', [CONSUMER, SYSTEM]);
  const { rows } = await client.query<Begun>(
    `with goal as (select id, nextval('fence') as fence from revision where state = 1)
     update progress p set fence = goal.fence, attempted = case when p.revision = goal.id then p.attempted else
       (select array_agg(distinct one order by one) from unnest(p.attempted || goal.id) one) end
     from goal, (select revision, attempted from progress where consumer = $1 and account = $2 for update) was
     where p.consumer = $1 and p.account = $2
     returning was.revision as "from", array_remove(was.attempted, goal.id) as attempted, goal.id as target, goal.fence`,
    [CONSUMER, SYSTEM],
  );
  return rows[0];
}

const TABLES = `
set client_min_messages = warning;
create temp table if not exists ev_match (package int, issue int, fixed text, advisory text, reason smallint, basis int, weaponised boolean,
  primary key (package, issue)) on commit preserve rows;
create temp table if not exists ev_candidate (package int primary key) on commit preserve rows;
create temp table if not exists ev_change (package int, issue int, primary key (package, issue)) on commit preserve rows;
create temp table if not exists ev_hit (account bigint, resource bigint, package int) on commit preserve rows`;

/** Fills ev_match with what holds now, and ev_change and ev_candidate with what differs from before. */
async function findCandidates(evaluation: Evaluation, batch: Batch): Promise<number> {
  const { client, database, target } = evaluation;
  for (let start = 0; start < batch.packages.length; start += 2000) {
    const ids = batch.packages.slice(start, start + 2000);
    const { rows } = await client.query<PackageRow>(`select ${PACKAGE_COLUMNS} from package p where p.id = any($1::int[])`, [ids]);
    const packages = rows.map((row) => [row.id, identityOfRow(row)] as const);
    const matched = await matchPackages(client, packages, { lookup: database, revision: target.id });
    await client.query(
      'insert into ev_match select * from unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::smallint[], $6::int[], $7::boolean[])',
      matchColumns(matched.rows),
    );
    await noteChanges(client, { packages: packages.filter(([id]) => !matched.undecided.has(id)), matched, older: batch.older });
  }
  await client.query('insert into ev_candidate select distinct package from ev_change; analyze ev_match, ev_candidate, ev_change');
  return batch.packages.length;
}

interface Before {
  readonly packages: readonly (readonly [number, PackageIdentity])[];
  readonly matched: Matched;
  readonly older: readonly RevisionDatabase[] | undefined;
}

/**
 * Fills ev_change with the (package, issue) pairs whose answer differs from any older database's: of a kernel with thousands of old
 * vulnerabilities only the new one is written. Where an older answer is not known, what the findings say takes its place.
 */
async function noteChanges(client: pg.PoolClient, before: Before): Promise<void> {
  const now = new Map(before.matched.rows.map((row) => [`${row.package} ${row.issue}`, row]));
  const changed = new Map<string, PackageMatch>();
  const unknown = new Set<number>();
  for (const lookup of before.older ?? []) {
    const old = await matchedBefore(client, before.packages, lookup);
    for (const id of old.undecided) unknown.add(id);
    const then = new Map(old.rows.map((row) => [`${row.package} ${row.issue}`, row]));
    for (const [key, row] of now) if (JSON.stringify(then.get(key)) !== JSON.stringify(row)) changed.set(key, row);
    for (const [key, row] of then) if (!now.has(key)) changed.set(key, row);
  }
  if (before.older === undefined) for (const [id] of before.packages) unknown.add(id);
  for (const [key, row] of now) if (unknown.has(row.package)) changed.set(key, row);
  const rows = [...changed.values()];
  await client.query(
    `insert into ev_change select * from unnest($1::int[], $2::int[])
     union select fp.package, f.issue from finding_package fp join finding f on f.account = fp.account and f.id = fp.finding
     where fp.package = any($3::int[])`,
    [rows.map((row) => row.package), rows.map((row) => row.issue), [...unknown]],
  );
}

/** One probe of the inventory index per package; then chunks of resources in the order in which everybody locks them. */
async function writeHits(evaluation: Evaluation): Promise<ApplyResult & { resources: number }> {
  const { client } = evaluation;
  await client.query(
    `insert into ev_hit
     select r.account, r.id, c.package from ev_candidate c
     cross join lateral (select i.account, i.id from inventory i where i.packages @> array[c.package] offset 0) i
     join resource r on r.account = i.account and r.inventory = i.id
     order by r.account, r.id`,
  );
  await client.query('create index on ev_hit (account, resource); analyze ev_hit');
  const total = { opened: 0, reopened: 0, closed: 0, changed: 0, resources: 0 };
  let after: readonly [number, number] = [-2, 0];
  for (;;) {
    const { rows } = await client.query<{ account: number; resource: number }>(
      `select distinct account, resource from ev_hit where (account, resource) > ($1, $2) order by account, resource limit $3`,
      [...after, evaluation.chunk ?? 1000],
    );
    const last = rows.at(-1);
    if (last === undefined) break;
    evaluation.ctx.signal?.throwIfAborted();
    add(total, await inSession(client, () => writeChunk(evaluation, rows)));
    after = [last.account, last.resource];
  }
  await client.query('drop index if exists ev_hit_account_resource_idx');
  return total;
}

async function writeChunk(
  evaluation: Evaluation,
  chunk: readonly { account: number; resource: number }[],
): Promise<ApplyResult & { resources: number }> {
  const { client: tx, fence, target } = evaluation;
  await prepareApply(tx);
  await holdProgress(evaluation);
  const keys = [chunk.map((one) => one.account), chunk.map((one) => one.resource)];
  const { rows: locked } = await tx.query<{ account: number; id: number }>(
    // One by one, in the order given: as a join it would read every resource there is.
    `select r.account, r.id from unnest($1::bigint[], $2::bigint[]) as k(account, id) cross join lateral (
       select account, id from resource where account = k.account and id = k.id
         and fence < $3 and scan_reason not in (${UNEVALUATED_REASONS}) for update) r`,
    [...keys, fence],
  );
  const mine = [locked.map((one) => one.account), locked.map((one) => one.id)];
  // Asked again now that nobody else can change them: the inventory may be another one since the probe.
  await tx.query(
    `insert into ev_scope select h.account, h.resource, c.issue, h.package
     from unnest($1::bigint[], $2::bigint[]) as k(account, id) join ev_hit h on h.account = k.account and h.resource = k.id
     join ev_change c on c.package = h.package
     join resource r on r.account = k.account and r.id = k.id
     join inventory i on i.account = r.account and i.id = r.inventory and h.package = any(i.packages)`,
    mine,
  );
  await tx.query(
    `insert into ev_desired select s.account, s.resource, m.issue, s.package, m.fixed, m.advisory, m.reason,
       b.severities${scorePlace('m.weaponised')}, b.scores${scorePlace('m.weaponised')}, m.basis
     from ev_scope s join ev_match m on m.package = s.package and m.issue = s.issue
     join score_basis b on b.id = m.basis join resource r on r.account = s.account and r.id = s.resource`,
  );
  await tx.query('analyze ev_scope, ev_desired');
  const now = new Date(evaluation.ctx.now());
  const result = await applyFindings(tx, { revision: target.id, actor: 'evaluation', now, naming: evaluation.naming });
  await tx.query(
    `update resource r set fence = $3, evaluated = $4, evaluated_at = now() from unnest($1::bigint[], $2::bigint[]) as k(account, id)
     where r.account = k.account and r.id = k.id`,
    [...mine, fence, target.id],
  );
  return { ...result, resources: locked.length };
}

async function holdProgress(evaluation: Evaluation): Promise<void> {
  const { rows } = await evaluation.client.query<{ fence: number }>(
    'select fence from progress where consumer = $1 and account = $2 for update',
    [CONSUMER, SYSTEM],
  );
  if (rows[0]?.fence !== evaluation.fence) throw new Superseded('another evaluation has begun');
}

async function inSession<T>(client: Transaction, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

function add<T extends Record<keyof T, number>>(total: T, more: Partial<T>): void {
  for (const key in more) total[key] = ((total[key] as number) + (more[key] as number)) as T[typeof key];
}
