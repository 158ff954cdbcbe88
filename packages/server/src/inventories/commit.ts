import type { Context } from '@assay/core/context.ts';
import { SCAN_REASON, SCAN_STATUS, type ScanReason, type ScanStatus } from '@assay/core/coverage.ts';
import { RESOURCE_KIND, type ResourceKind } from '@assay/core/finding.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import type { ScanFrequency } from '@assay/core/registry.ts';
import type pg from 'pg';
import { disabledKinds } from '../accounts/switch.ts';
import type { BlobStore } from '../blobs/blobs.ts';
import { inTransaction, type Transaction } from '../db/pool.ts';
import { standingAfter } from '../eligibility/standing.ts';
import { tellFirstScan } from '../events/first-scan.ts';
import type { FindingNaming } from '../findings/naming.ts';
import { type ApplyResult, applyFindings, prepareApply } from '../findings/write/apply.ts';
import { type Matched, matchColumns, matchPackages } from '../findings/write/package-matches.ts';
import { scorePlace } from '../findings/write/score-bases.ts';
import { recordLayers } from '../fix-first/image-layers.ts';
import { finish, type Job, type Queryable } from '../jobs/queue.ts';
import type { ResourceDescription } from '../resources/describe.ts';
import { lockResource, writeScan } from '../resources/store.ts';
import {
  holdRevision,
  openRevision,
  type Revision,
  type RevisionDatabase,
  type RevisionSource,
  requireCurrent,
} from '../revisions/revisions.ts';
import { resolveAgain } from '../running/resolve-again.ts';
import { retryResource } from '../suppression/retry.ts';
import { countScan } from '../usage/usage.ts';
import { scanUsage } from '../usage/usage-types.ts';
import { scanStatus } from './status.ts';
import { carryUnseen, type PreparedInventory, type PreparedPackage, prepareInventory, storeInventory } from './store.ts';

export interface CommitDependencies {
  /** Role worker. */
  readonly pool: pg.Pool;
  readonly blobs: BlobStore;
  readonly revisions: RevisionSource;
  readonly ctx: Context;
  readonly naming: FindingNaming;
}

export interface CommitRequest {
  readonly account: number;
  readonly inventory: Inventory;
  readonly resource: ResourceDescription;
  /** When it was seen: something seen later is not overwritten. */
  readonly observedAt: Date;
  /** Of an image of a watched registry, as its repository says. */
  readonly frequency?: ScanFrequency;
  /** Ends in the same transaction, with {@link CommitResult} as its result; its fence guards the resource. Without a job a number is drawn. */
  readonly job?: Job;
}

export interface CommitResult {
  readonly resource: number;
  readonly arn: string;
  readonly kind: ResourceKind;
  /** Null when nothing could be read. */
  readonly inventory: number | null;
  readonly created: boolean;
  readonly packages: number;
  /** Also of a look that could read nothing, of which no inventory is kept. */
  readonly gaps: number;
  readonly revision: number;
  readonly status: ScanStatus;
  readonly reason: ScanReason;
  readonly findings: ApplyResult;
}

/**
 * Stores one look at one resource and brings its findings to the current revision. What it looked at is committed whole or not at all.
 * @throws FenceLost a newer writer was here: try the job again. AssayErrors `no-revision`; `superseded`: something seen later is stored.
 */
export async function commitInventory(deps: CommitDependencies, request: CommitRequest): Promise<CommitResult> {
  const { pool } = deps;
  const prepared = await prepareInventory(pool, deps.blobs, request.inventory);
  const fence = request.job?.fence ?? (await pool.query<{ fence: number }>("select nextval('fence') as fence")).rows[0]!.fence;
  // The revision may move while we match; then we match again, and hold the lock only to compare and write.
  for (;;) {
    const revision = await requireCurrent(pool);
    const lookup = await openRevision(deps.revisions, revision);
    const matched = await matchPrepared(pool, prepared.packages, { lookup, revision: revision.id });
    const result = await inTransaction(pool, async (tx) => {
      if ((await holdRevision(tx)) !== revision.id) return undefined;
      return write(tx, { deps, request, prepared, revision, lookup, matched, fence });
    });
    if (result !== undefined) return result;
  }
}

interface Work {
  readonly deps: CommitDependencies;
  readonly request: CommitRequest;
  readonly prepared: PreparedInventory;
  readonly revision: Revision;
  readonly lookup: RevisionDatabase;
  readonly matched: Matched;
  readonly fence: number;
}

function matchPrepared(
  db: Queryable,
  packages: readonly PreparedPackage[],
  against: { lookup: RevisionDatabase; revision: number },
): Promise<Matched> {
  return matchPackages(
    db,
    packages.map((one) => [one.id, one.identity] as const),
    against,
  );
}

async function write(tx: Transaction, work: Work): Promise<CommitResult> {
  const { request, prepared, revision, fence, deps } = work;
  const { account } = request;
  await prepareApply(tx);
  const now = new Date(deps.ctx.now());
  const looked = scanStatus(request.inventory);
  const locked = await lockResource(tx, { account, fence, observedAt: request.observedAt, now }, request.resource);
  // Asked under the lock: whoever switches the scan type off or on afterwards comes to this resource with a newer number.
  const off = (await disabledKinds(tx, account)).includes(RESOURCE_KIND[request.resource.kind]);
  const standing = await standingAfter(tx, { account, id: locked.id, frequency: request.frequency, ...looked, now });
  const { status, reason } = off ? ({ status: 'INACTIVE', reason: 'PENDING_DISABLE' } as const) : standing;
  const silent = off || standing.ended;
  const readable = !request.inventory.gaps.some((gap) => gap.fatal === true);
  let inventory: number | null = null;
  let packages: readonly PreparedPackage[] = [];
  let findings: ApplyResult = { opened: 0, reopened: 0, closed: 0, changed: 0 };
  if (readable) {
    packages = await carryUnseen(tx, prepared, { account, inventory: locked.inventory });
    inventory = await storeInventory(tx, account, prepared, packages);
    // What was carried over is matched like the rest: from now on this commit answers for the whole resource.
    const seen = new Set(prepared.packages.map((one) => one.id));
    const carried = packages.filter((one) => !seen.has(one.id));
    const more = await matchPrepared(tx, carried, { lookup: work.lookup, revision: revision.id });
    await decide(tx, { account, resource: locked.id, packages, matched: silent ? [] : [work.matched, more] });
    findings = await applyFindings(tx, { revision: revision.id, actor: 'scan', now, naming: deps.naming });
  }
  const usage = readable && !off ? scanUsage(request.resource.kind, locked.inventory === null) : undefined;
  if (usage !== undefined) await countScan(tx, { account, type: usage, at: now });
  const outcome = { status, reason, inventory, revision: revision.id, fence, now, observedAt: request.observedAt };
  const before = off ? { beforeDisable: [SCAN_STATUS[standing.status], SCAN_REASON[standing.reason]] } : {};
  const resource = { ...request.resource, detail: { ...request.resource.detail, ...before } };
  await writeScan(tx, { account, id: locked.id }, resource, outcome);
  if (readable) await recordLayers(tx, { account, resource: locked.id }, request.inventory.subject);
  await retryResource(tx, { account, resource: locked.id }, { naming: deps.naming, now });
  // What runs may mean this image and nothing was known of it till now.
  if (locked.created && request.resource.digest !== null) await resolveAgain(tx, [request.resource.digest]);
  if (readable && !off && locked.inventory === null) await tellFirstScan(tx, { account, id: locked.id, now }, request.resource);
  const result: CommitResult = {
    ...{
      resource: locked.id,
      arn: request.resource.arn,
      kind: request.resource.kind,
      inventory,
      created: locked.created,
      packages: packages.length,
    },
    gaps: request.inventory.gaps.length,
    ...{ revision: revision.id, status, reason, findings },
  };
  if (request.job !== undefined) await finish(tx, request.job, result);
  return result;
}

interface Decision {
  readonly account: number;
  readonly resource: number;
  readonly packages: readonly PreparedPackage[];
  readonly matched: readonly Matched[];
}

/** Everything held now and everything that has findings here, except what the advisories could not decide. */
async function decide(tx: Transaction, decision: Decision): Promise<void> {
  const at = [decision.account, decision.resource];
  const undecided = decision.matched.flatMap((one) => [...one.undecided]);
  await tx.query(
    `insert into ev_desired (account, resource, package, issue, fixed, advisory, reason, severity, score, basis)
     select $1, $2, m.package, m.issue, m.fixed, m.advisory, m.reason, b.severities${scorePlace('m.weaponised')},
       b.scores${scorePlace('m.weaponised')}, m.basis
     from unnest($3::int[], $4::int[], $5::text[], $6::text[], $7::smallint[], $8::int[], $9::boolean[])
       as m(package, issue, fixed, advisory, reason, basis, weaponised)
     join score_basis b on b.id = m.basis join resource r on r.account = $1 and r.id = $2`,
    [...at, ...matchColumns(decision.matched.flatMap((one) => one.rows))],
  );
  await tx.query(
    `insert into ev_scope
     select account, resource, issue, package from ev_desired
     union
     select fp.account, fp.resource, f.issue, fp.package from finding f join finding_package fp on fp.account = f.account and fp.finding = f.id
     where f.account = $1 and f.resource = $2 and fp.package <> all($3::int[])`,
    [...at, undecided],
  );
}
