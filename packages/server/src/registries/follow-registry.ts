import { RESOURCE_KIND } from '@assay/core/finding.ts';
import type { Transaction } from '../db/pool.ts';
import { whenBack } from '../eligibility/deleted.ts';
import { reviveEligible } from '../eligibility/revive.ts';
import { TAG_SPACE } from '../findings/list/fields.ts';
import { retryResources } from '../suppression/retry.ts';
import type { RepositoryPlace } from './take-listing.ts';

const HERE = `r.registry = $2 and r.repository = $3 and r.kind = ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE}`;

/**
 * Brings image tags of a repository's resources to what its tags mean now: a tag of an index is a tag of each of its images. Resources that
 * somebody submitted and the registry never had keep theirs.
 */
export async function followTags(tx: Transaction, { account, registry, repository }: RepositoryPlace): Promise<void> {
  const { image } = TAG_SPACE;
  await tx.query(
    `with held as materialized (
       select r.id, r.digest from resource r where r.account = $1 and ${HERE} and exists (select from repo_manifest m where m.account = $1 and m.registry = $2 and m.repository = $3 and m.digest = r.digest)),
     meant as materialized (
       select t.tag, t.digest from repo_tag t where t.account = $1 and t.registry = $2 and t.repository = $3 and t.until is null
       union select t.tag, c.child from repo_tag t join index_child c on c.index = t.digest
         where t.account = $1 and t.registry = $2 and t.repository = $3 and t.until is null),
     desired as materialized (select h.id as resource, m.tag from held h join meant m on m.digest = h.digest),
     ended as (
       delete from resource_tag t using held h where t.account = $1 and t.resource = h.id and t.space = ${image}
         and not exists (select from desired d where d.resource = t.resource and d.tag = t.value)
       returning t.account, t.resource),
     begun as (
       insert into resource_tag (account, resource, space, key, value) select $1, resource, ${image}, 'tag', tag from desired
       on conflict do nothing returning account, resource),
     changed as (select account, resource from ended union select account, resource from begun)
     ${retryResources('changed')}`,
    [account, registry, repository],
  );
}

/**
 * Brings push and pull dates of resources to what the registry tells of these digests: of the image itself, else of the indexes that hold it.
 * A registry that tells no push date was first seen to hold it then. Answers the resources whose dates moved.
 */
async function followDates(
  tx: Transaction,
  { account, registry, repository }: RepositoryPlace,
  digests: readonly string[],
): Promise<number[]> {
  if (digests.length === 0) return [];
  const { rows } = await tx.query<{ resource: number }>(
    `with told as materialized (
       select m.digest, m.digest as child, m.pushed_at, m.pulled_at, m.first_seen, true as own from repo_manifest m
         where m.account = $1 and m.registry = $2 and m.repository = $3 and (m.digest = any($4::text[])
           or m.digest in (select child from index_child where index = any($4::text[])))
       union all select m.digest, c.child, m.pushed_at, m.pulled_at, m.first_seen, false from repo_manifest m join index_child c on c.index = m.digest
         where m.account = $1 and m.registry = $2 and m.repository = $3 and m.deleted_at is null and (m.digest = any($4::text[])
           or c.child = any($4::text[]))),
     dates as (
       select child, coalesce(max(pushed_at) filter (where own), max(pushed_at), min(first_seen)) as pushed,
         coalesce(max(pulled_at) filter (where own), max(pulled_at)) as pulled from told group by child),
     changed as (
       update resource r set pushed_at = greatest(r.pushed_at, d.pushed), pulled_at = greatest(r.pulled_at, d.pulled) from dates d
       where r.account = $1 and r.registry = $2 and r.repository = $3 and r.digest = d.child and r.kind = ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE}
         and (greatest(r.pushed_at, d.pushed) is distinct from r.pushed_at or greatest(r.pulled_at, d.pulled) is distinct from r.pulled_at)
       returning r.account, r.id as resource),
     tried as (${retryResources('changed')})
     select resource from changed`,
    [account, registry, repository, digests],
  );
  return rows.map((row) => row.resource);
}

/** Resources of exactly these digests. */
export async function resourcesOf(
  tx: Transaction,
  { account, registry, repository }: RepositoryPlace,
  digests: readonly string[],
): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(
    `select r.id from resource r where r.account = $1 and ${HERE} and r.digest = any($4::text[])`,
    [account, registry, repository, digests],
  );
  return rows.map((row) => row.id);
}

/** What a registry told of these digests is brought to their resources, those included that come back after they were gone. */
export async function followDigests(
  tx: Transaction,
  at: RepositoryPlace,
  { digests, now }: { readonly digests: readonly string[]; readonly now: Date },
): Promise<void> {
  if (digests.length === 0) return;
  const { account } = at;
  await whenBack(tx, { account, resources: await resourcesOf(tx, at, digests) });
  await reviveEligible(tx, { account, resources: await followDates(tx, at, digests) }, { now });
}
