import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { eligibility } from '@assay/core/eligibility.ts';
import { readConfiguration } from '../accounts/configuration.ts';
import type { Transaction } from '../db/pool.ts';
import type { FindingNaming } from '../findings/naming.ts';
import { closeFindings } from '../findings/write/close.ts';
import { readFacts, readWatch } from './facts.ts';
import { revive } from './revive.ts';
import { windowsOf } from './windows.ts';

/** `finding_event.actor` of findings that close because the image is gone. */
const DELETED = 'deleted';

export interface Images {
  readonly account: number;
  readonly resources: readonly number[];
}

export interface DeletionContext {
  readonly naming: FindingNaming;
  readonly now: Date;
}

/**
 * The registry holds these images no longer. Those that run, or did within the window of use, keep their findings and say since when they are
 * deleted; a sweep ends them when the window is over. The others end now. In the transaction that wrote `repo_manifest.deleted_at`.
 */
export async function whenDeleted(tx: Transaction, { account, resources }: Images, { naming, now }: DeletionContext): Promise<void> {
  const { rows } = await tx.query<{ id: number }>(
    `select id from resource where account = $1 and id = any($2::bigint[]) and gone_at is null and deleted_at is null
     order by account, id for update`,
    [account, resources],
  );
  if (rows.length === 0) return;
  const ids = rows.map((row) => row.id);
  await tx.query('update resource set deleted_at = $3 where account = $1 and id = any($2::bigint[])', [account, ids, now]);
  const windows = windowsOf((await readConfiguration(tx, account)).ecr);
  const asked = { account, watch: await readWatch(tx, account), now: now.getTime() };
  const images = await readFacts(tx, asked, { where: 'r.id = any($3::bigint[])', values: [ids] });
  const kept = new Set(images.filter(({ facts }) => eligibility(facts, windows, now.getTime()) !== 'EXPIRED').map(({ id }) => id));
  const gone = ids.filter((id) => !kept.has(id));
  await end(tx, { account, resources: gone }, { naming, now });
}

/** Closes the findings of what is gone, and takes it out of coverage. The caller has locked the resources. */
export async function end(tx: Transaction, { account, resources }: Images, { naming, now }: DeletionContext): Promise<void> {
  if (resources.length === 0) return;
  await closeFindings(tx, { account, resources, actor: DELETED, naming, now });
  await tx.query(
    `update resource set scan_status = ${SCAN_STATUS.INACTIVE}, scan_reason = ${SCAN_REASON.RESOURCE_TERMINATED}, gone_at = $3
     where account = $1 and id = any($2::bigint[])`,
    [account, resources, now],
  );
}

/** The registry holds these images (again): those that were deleted are looked at as before, from their stored inventories. */
export async function whenBack(tx: Transaction, { account, resources }: Images): Promise<void> {
  const { rows } = await tx.query<{ id: number; gone_at: Date | null }>(
    `select id, gone_at from resource where account = $1 and id = any($2::bigint[]) and deleted_at is not null order by account, id for update`,
    [account, resources],
  );
  if (rows.length === 0) return;
  const back = 'update resource set deleted_at = null, gone_at = null where account = $1 and id = any($2::bigint[])';
  await tx.query(back, [account, rows.map((row) => row.id)]);
  await revive(
    tx,
    account,
    rows.filter((row) => row.gone_at !== null).map((row) => row.id),
  );
}
