import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { RESOURCE_KIND } from '@assay/core/finding.ts';
import { enqueueSql, type Queryable } from '../jobs/queue.ts';
import { INGEST, INGEST_LANE } from '../registries/ingest-request.ts';
import { catalogersDigest } from './store.ts';

const CHUNK = 1_000;
/** Behind whatever anybody waits for. */
const LATER = -1;

/**
 * Images that were taken stock of by other versions of the catalogers wait for a new look. Those of watched registries are read again; of the
 * others somebody with access to them has to submit them again, and SBOMs of other tools do not depend on our catalogers. Answers how many.
 */
export async function markOutdated(db: Queryable, catalogers: Readonly<Record<string, number>>): Promise<number> {
  for (let marked = 0; ; ) {
    const { rowCount } = await db.query(
      `with outdated as materialized (
         select r.account, r.id, r.registry, r.repository, r.digest from resource r join inventory i on i.account = r.account and i.id = r.inventory
         where r.kind = ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE} and r.scan_status = ${SCAN_STATUS.ACTIVE} and r.scan_reason = ${SCAN_REASON.SUCCESSFUL}
           and r.gone_at is null and i.catalogers <> $1 and r.detail->>'sbom' is null
         order by r.account, r.id limit ${CHUNK} for update of r),
       queued as (${enqueueSql(AGAIN)})
       update resource r set scan_reason = ${SCAN_REASON.PENDING_REVIVAL_SCAN} from outdated o where r.account = o.account and r.id = o.id`,
      [catalogersDigest(catalogers)],
    );
    marked += rowCount ?? 0;
    if ((rowCount ?? 0) < CHUNK) return marked;
  }
}

/** Where a registry that is watched holds the image still. The key is `ingestKey`'s. */
const AGAIN = `select o.account, '${INGEST}', o.registry || '/' || o.repository || '@' || o.digest, '${INGEST_LANE}', ${LATER},
    jsonb_build_object('registry', g.id, 'host', o.registry, 'repository', o.repository, 'digest', o.digest, 'again', true), clock_timestamp()
  from outdated o
  join repo_manifest m on m.account = o.account and m.registry = o.registry and m.repository = o.repository and m.digest = o.digest
    and m.deleted_at is null and not m.archived
  join resource p on p.account = o.account and p.kind = ${RESOURCE_KIND.AWS_ECR_REPOSITORY} and p.registry = o.registry and p.repository = o.repository
    and p.gone_at is null
  join registry g on g.account = o.account and g.id::text = p.detail->>'registryId' and g.enabled`;
