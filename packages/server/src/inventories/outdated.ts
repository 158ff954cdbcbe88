import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { RESOURCE_KIND } from '@assay/core/finding.ts';
import type { Queryable } from '../jobs/queue.ts';
import { catalogersDigest } from './store.ts';

const CHUNK = 1_000;

/**
 * Images that were taken stock of by other versions of the catalogers wait for a new look: somebody with access to them has to submit them
 * again. What we can reach is looked at again anyway; SBOMs of other tools do not depend on our catalogers. Answers how many.
 */
export async function markOutdated(db: Queryable, catalogers: Readonly<Record<string, number>>): Promise<number> {
  for (let marked = 0; ; ) {
    const { rowCount } = await db.query(
      `with outdated as (
         select r.account, r.id from resource r join inventory i on i.account = r.account and i.id = r.inventory
         where r.kind = ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE} and r.scan_status = ${SCAN_STATUS.ACTIVE} and r.scan_reason = ${SCAN_REASON.SUCCESSFUL}
           and r.gone_at is null and i.catalogers <> $1 and r.detail->>'sbom' is null
         order by r.account, r.id limit ${CHUNK} for update of r)
       update resource r set scan_reason = ${SCAN_REASON.PENDING_REVIVAL_SCAN} from outdated o where r.account = o.account and r.id = o.id`,
      [catalogersDigest(catalogers)],
    );
    marked += rowCount ?? 0;
    if ((rowCount ?? 0) < CHUNK) return marked;
  }
}
