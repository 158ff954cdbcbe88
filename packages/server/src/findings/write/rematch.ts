import type { Context } from '@assay/core/context.ts';
import type pg from 'pg';
import { inTransaction, type Transaction } from '../../db/pool.ts';
import { identityOfRow, PACKAGE_COLUMNS, type PackageRow } from '../../inventories/dictionary.ts';
import { holdRevision, openRevision, type Revision, type RevisionSource, requireCurrent } from '../../revisions/revisions.ts';
import type { FindingNaming } from '../naming.ts';
import { type ApplyResult, applyFindings, prepareApply } from './apply.ts';
import { hasEnded } from './close.ts';
import { type Matched, matchColumns, matchPackages } from './package-matches.ts';
import { scorePlace } from './score-bases.ts';

export interface RematchDependencies {
  /** Role worker. */
  readonly pool: pg.Pool;
  readonly revisions: RevisionSource;
  readonly naming: FindingNaming;
  readonly ctx: Context;
}

export interface RematchRequest {
  readonly account: number;
  /** A few hundred at most: they are matched and written together. */
  readonly resources: readonly number[];
  readonly fence: number;
  /** For history. */
  readonly actor: string;
  /** In the same transaction, with the resources that were written. */
  readonly after?: (tx: Transaction, resources: readonly number[]) => Promise<void>;
}

/**
 * Decides the findings of resources anew from what is stored of them, with the current revision: nothing is pulled or read again. One that
 * was looked at meanwhile, or written under a newer number, is left alone: whoever did that answered for it. So is one that has lapsed or gone.
 */
export async function rematchResources(deps: RematchDependencies, request: RematchRequest): Promise<ApplyResult> {
  for (;;) {
    const revision = await requireCurrent(deps.pool);
    const lookup = await openRevision(deps.revisions, revision);
    const held = await inventoriesOf(deps.pool, request);
    const { rows } = await deps.pool.query<PackageRow>(
      `select ${PACKAGE_COLUMNS} from package p where p.id in
         (select unnest(packages) from inventory where account = $1 and id = any($2::bigint[]))`,
      [request.account, [...held.values()]],
    );
    const packages = rows.map((row) => [row.id, identityOfRow(row)] as const);
    const matched = await matchPackages(deps.pool, packages, { lookup, revision: revision.id });
    const result = await inTransaction(deps.pool, async (tx) => {
      if ((await holdRevision(tx)) !== revision.id) return undefined;
      return write(tx, { request, revision, held, matched, naming: deps.naming, now: new Date(deps.ctx.now()) });
    });
    if (result !== undefined) return result;
  }
}

async function inventoriesOf(pool: pg.Pool, { account, resources }: RematchRequest): Promise<Map<number, number>> {
  const text = 'select id, inventory from resource where account = $1 and id = any($2::bigint[]) and inventory is not null';
  const { rows } = await pool.query<{ id: number; inventory: number }>(text, [account, resources]);
  return new Map(rows.map((row) => [row.id, row.inventory]));
}

interface Rematch {
  readonly request: RematchRequest;
  readonly revision: Revision;
  readonly held: ReadonlyMap<number, number>;
  readonly matched: Matched;
  readonly naming: FindingNaming;
  readonly now: Date;
}

async function write(tx: Transaction, { request, revision, held, matched, naming, now }: Rematch): Promise<ApplyResult> {
  const { account, fence, actor } = request;
  await prepareApply(tx);
  const { rows } = await tx.query<{ id: number }>(
    `select r.id from unnest($2::bigint[], $3::bigint[]) as k(id, inventory) join resource r on r.account = $1 and r.id = k.id
     where r.inventory = k.inventory and r.fence < $4 and not ${hasEnded('r')} order by r.account, r.id for update of r`,
    [account, [...held.keys()], [...held.values()], fence],
  );
  const resources = rows.map((row) => row.id);
  await tx.query(
    `insert into ev_desired (account, resource, package, issue, fixed, advisory, reason, severity, score, basis)
     select r.account, r.id, m.package, m.issue, m.fixed, m.advisory, m.reason, b.severities${scorePlace('m.weaponised')},
       b.scores${scorePlace('m.weaponised')}, m.basis
     from resource r join inventory i on i.account = r.account and i.id = r.inventory cross join lateral unnest(i.packages) as p(id)
     join unnest($3::int[], $4::int[], $5::text[], $6::text[], $7::smallint[], $8::int[], $9::boolean[])
       as m(package, issue, fixed, advisory, reason, basis, weaponised) on m.package = p.id
     join score_basis b on b.id = m.basis
     where r.account = $1 and r.id = any($2::bigint[])`,
    [account, resources, ...matchColumns(matched.rows)],
  );
  await tx.query(
    `insert into ev_scope
     select account, resource, issue, package from ev_desired
     union
     select fp.account, fp.resource, f.issue, fp.package from finding f join finding_package fp on fp.account = f.account and fp.finding = f.id
     where f.account = $1 and f.resource = any($2::bigint[]) and fp.package <> all($3::int[])`,
    [account, resources, [...matched.undecided]],
  );
  const result = await applyFindings(tx, { revision: revision.id, actor, naming, now });
  await tx.query('update resource set fence = $3, evaluated = $4, evaluated_at = $5 where account = $1 and id = any($2::bigint[])', [
    ...[account, resources, fence, revision.id, now],
  ]);
  await request.after?.(tx, resources);
  return result;
}
