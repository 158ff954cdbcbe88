import { RESOURCE_KIND } from '@assay/core/finding.ts';
import type { Transaction } from '../db/pool.ts';
import type { RegistryRow } from './registry-row.ts';

export interface RegistryCounts {
  readonly repositories: number;
  /** Digests that it holds now: indexes, images and artifacts. */
  readonly images: number;
  /** Jobs that will look at images. */
  readonly waiting: number;
  /** Could not be looked at. */
  readonly failed: number;
}

export async function countRegistry(tx: Transaction, { account, id, host }: RegistryRow): Promise<RegistryCounts> {
  const { rows } = await tx.query<RegistryCounts>(
    `select count(*) as images, count(m.error) as failed,
       (select count(*) from resource where account = $1 and kind = ${RESOURCE_KIND.AWS_ECR_REPOSITORY} and registry = $2
         and detail->>'registryId' = $3 and gone_at is null) as repositories,
       (select count(*) from job where account = $1 and kind = 'ingest' and state in (0, 1) and payload->>'registry' = $3) as waiting
     from repo_manifest m where account = $1 and registry = $2 and deleted_at is null`,
    [account, host, id],
  );
  return rows[0]!;
}
