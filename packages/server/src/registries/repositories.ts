import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { RESOURCE_KIND } from '@assay/core/finding.ts';
import type { ScanFrequency } from '@assay/core/registry.ts';
import type { Transaction } from '../db/pool.ts';
import type { Queryable } from '../jobs/queue.ts';
import { repositoryArn } from '../resources/names.ts';
import { frequencyOf } from './patterns.ts';
import type { RegistryRow } from './registry-row.ts';

const KIND = RESOURCE_KIND.AWS_ECR_REPOSITORY;

/** What Inspector shows of a repository: activated (continuous, on push) or deactivated (manual). */
const STATE: Readonly<Record<ScanFrequency, readonly [status: number, reason: number]>> = {
  CONTINUOUS_SCAN: [SCAN_STATUS.ACTIVE, SCAN_REASON.SUCCESSFUL],
  SCAN_ON_PUSH: [SCAN_STATUS.ACTIVE, SCAN_REASON.SCAN_FREQUENCY_SCAN_ON_PUSH],
  MANUAL: [SCAN_STATUS.INACTIVE, SCAN_REASON.SCAN_FREQUENCY_MANUAL],
};

/** A repository is a resource of its own. It belongs to the registry that listed it last. */
export async function noteRepository(
  tx: Transaction,
  row: RegistryRow,
  at: { repository: string; region: string; now: Date },
): Promise<void> {
  const frequency = frequencyOf(row.frequencies, at.repository);
  const [status, reason] = STATE[frequency];
  const arn = repositoryArn({ account: row.account, region: at.region }, { registry: row.host, repository: at.repository });
  const detail = { registryId: row.id, scanFrequency: frequency };
  await tx.query(
    `insert into resource as r (account, kind, arn, registry, repository, scan_status, scan_reason, scanned_at, detail)
     values ($1, ${KIND}, $2, $3, $4, $5, $6, $7, $8)
     on conflict (account, arn) do update set gone_at = null, scan_status = excluded.scan_status, scan_reason = excluded.scan_reason,
       scanned_at = excluded.scanned_at, detail = r.detail || excluded.detail`,
    [row.account, arn, row.host, at.repository, status, reason, at.now, JSON.stringify(detail)],
  );
}

/** Repositories that a registry listed before and that are not gone. */
export async function knownRepositories(db: Queryable, row: RegistryRow): Promise<string[]> {
  const { rows } = await db.query<{ repository: string }>(
    `select repository from resource where account = $1 and kind = ${KIND} and registry = $2 and detail->>'registryId' = $3 and gone_at is null`,
    [row.account, row.host, row.id],
  );
  return rows.map((one) => one.repository);
}

/** Repositories that hold nothing any more. */
export async function endRepositories(
  tx: Transaction,
  row: RegistryRow,
  { names, now }: { names: readonly string[]; now: Date },
): Promise<void> {
  await tx.query(
    `update resource set gone_at = $4, scan_status = ${SCAN_STATUS.INACTIVE}, scan_reason = ${SCAN_REASON.RESOURCE_TERMINATED}
     where account = $1 and kind = ${KIND} and registry = $2 and repository = any($3::text[]) and gone_at is null`,
    [row.account, row.host, names, now],
  );
}
