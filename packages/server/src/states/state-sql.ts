import { FINDING_STATUS } from '@assay/core/finding.ts';
import { PENDING_CODES, VERIFIED_CODES } from '@assay/core/resource-state.ts';
import { SILENT_MS } from '../eligibility/facts.ts';

/** Over `resource r`. */
const PROBLEMS = `exists (select from finding f where f.account = r.account and f.resource = r.id and f.status = ${FINDING_STATUS.ACTIVE})`;

/** Core's resourceState over `resource r`; a test holds them equal. */
export const STATE = `case
  when r.scan_reason in (${PENDING_CODES}) then case when r.inventory is not null and ${PROBLEMS} then 'UNHEALTHY' else 'UNVERIFIED' end
  when r.scan_reason not in (${VERIFIED_CODES}) or r.inventory is null then 'NOT_APPLICABLE'
  when ${PROBLEMS} then 'UNHEALTHY' else 'HEALTHY' end`;

/** Images of registries, and what else was submitted as one; not what its registry has deleted. Over `resource r`. */
export const IN_REGISTRY = 'r.repository is not null and r.digest is not null and r.gone_at is null and r.deleted_at is null';
/** What runs now. */
export const RUNS = 'r.in_use_count > 0 and r.gone_at is null';

/** Time before which the last word of a cluster is silence, from the present as a bound value. */
export const silentBefore = (now: string): string => `${now}::timestamptz - make_interval(secs => ${SILENT_MS / 1000})`;

/**
 * Over `cluster c`. One that cannot be asked is no answer; one that has not told all that runs in it is to be looked at; the others are as
 * healthy as what runs there.
 */
export function clusterState(now: string): string {
  return `case when ${clusterReason(now)} is not null then 'NOT_APPLICABLE' when c.complete_at is null then 'UNVERIFIED'
    when exists (select from running_image i join running_resource x on x.observer = i.account and x.running = i.id
      join finding f on f.account = x.account and f.resource = x.resource and f.status = ${FINDING_STATUS.ACTIVE}
      where i.account = c.account and i.cluster = c.id and i.running > 0) then 'UNHEALTHY' else 'HEALTHY' end`;
}

/** CLUSTER_UNREACHABLE: silent. ACCESS_DENIED: heard, and says that it may not see what runs. */
export function clusterReason(now: string): string {
  return `case when c.observed_at < ${silentBefore(now)} then 'CLUSTER_UNREACHABLE'
    when c.complete_at is null and jsonb_array_length(coalesce(c.health->'problems', '[]')) > 0 then 'ACCESS_DENIED' end`;
}
