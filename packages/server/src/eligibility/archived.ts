import { ENDED_REASONS, SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { eligibility } from '@assay/core/eligibility.ts';
import { readConfiguration } from '../accounts/configuration.ts';
import type { Transaction } from '../db/pool.ts';
import { closeFindings } from '../findings/write/close.ts';
import type { DeletionContext, Images } from './deleted.ts';
import { readFacts, readWatch } from './facts.ts';
import { revive } from './revive.ts';
import { windowsOf } from './windows.ts';

/** `finding_event.actor` of findings that close because the image is archived. */
const ARCHIVED = 'archived';
const { IMAGE_ARCHIVED, PENDING_DISABLE } = SCAN_REASON;
const OTHERS_ENDED = [...ENDED_REASONS.filter((reason) => reason !== IMAGE_ARCHIVED), PENDING_DISABLE];

/**
 * The registry keeps these images, and nobody can pull them until somebody restores them. Use alone keeps their findings, as with images that
 * were deleted; those of the others close, and they stay in coverage as archived. At every crawl, since what runs stops and starts.
 */
export async function followArchived(tx: Transaction, { account, resources }: Images, { naming, now }: DeletionContext): Promise<void> {
  if (resources.length === 0) return;
  await tx.query('select from resource where account = $1 and id = any($2::bigint[]) order by account, id for update', [
    account,
    resources,
  ]);
  const windows = windowsOf((await readConfiguration(tx, account)).ecr);
  const asked = { account, watch: await readWatch(tx, account), now: now.getTime() };
  const which = { where: `r.id = any($3::bigint[]) and r.scan_reason not in (${OTHERS_ENDED})`, values: [resources] };
  const images = (await readFacts(tx, asked, which)).map(({ id, reason, facts }) => ({
    ...{ id, isArchived: reason === IMAGE_ARCHIVED },
    isUsed: eligibility({ ...facts, deleted: true }, windows, now.getTime()) !== 'EXPIRED',
  }));
  const ended = images.filter(({ isArchived, isUsed }) => !isArchived && !isUsed).map(({ id }) => id);
  await closeFindings(tx, { account, resources: ended, actor: ARCHIVED, naming, now });
  await tx.query(
    `update resource set scan_status = ${SCAN_STATUS.INACTIVE}, scan_reason = ${IMAGE_ARCHIVED} where account = $1 and id = any($2::bigint[])`,
    [account, ended],
  );
  const used = images.filter(({ isArchived, isUsed }) => isArchived && isUsed).map(({ id }) => id);
  await revive(tx, account, used);
}

/** Somebody restored these images: their findings come back from the stored inventories. */
export async function whenRestored(tx: Transaction, { account, resources }: Images): Promise<void> {
  if (resources.length === 0) return;
  const { rows } = await tx.query<{ id: number }>(
    `select id from resource where account = $1 and id = any($2::bigint[]) and scan_reason = ${IMAGE_ARCHIVED} order by account, id for update`,
    [account, resources],
  );
  await revive(
    tx,
    account,
    rows.map((row) => row.id),
  );
}
