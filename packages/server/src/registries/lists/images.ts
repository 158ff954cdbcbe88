import { FINDING_STATUS, RESOURCE_KIND } from '@assay/core/finding.ts';
import type { Transaction } from '../../db/pool.ts';
import { COUNTS, type RepositoryKey, type SeverityCounts } from './repositories.ts';

const IMAGE = RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE;

/** An image of one platform: a resource. */
export interface PlatformImage {
  readonly arn: string;
  readonly digest: string;
  /** `linux/arm64/v8`; of submitted images only the architecture is known. */
  readonly platform: string;
  readonly status: number;
  readonly reason: number;
  readonly inUseCount: number;
  readonly lastInUseAt: string | null;
  readonly findings: SeverityCounts;
}

/** What a repository holds under one digest: an index with its images, one image, or something else. */
export interface RepositoryImage {
  readonly digest: string;
  /** core MANIFEST_KIND; null while nobody has read it. */
  readonly kind: number | null;
  readonly artifactType: string | null;
  readonly tags: readonly string[];
  /** Tags that meant it and mean something else now, the last to move first. */
  readonly movedTags: readonly { readonly tag: string; readonly movedAt: string; readonly digest: string }[];
  readonly pushedAt: Date | null;
  readonly pulledAt: Date | null;
  readonly firstSeen: Date | null;
  readonly deletedAt: Date | null;
  readonly error: string | null;
  readonly platforms: readonly PlatformImage[];
  /** The place in the list. */
  readonly at: Date | null;
}

export interface ImagesWish {
  readonly at: RepositoryKey;
  /** Only with an image that runs. */
  readonly inUse: boolean;
  /** Only with an image of this scan status. */
  readonly status: number | undefined;
  /** Only this one, or the index that has it. */
  readonly digest: string | undefined;
  readonly after: { readonly at: Date; readonly digest: string } | undefined;
  readonly limit: number;
}

const PLATFORMS = (digests: string): string => `(
  select coalesce(jsonb_agg(x order by x.platform, x.digest), '[]'::jsonb) from (
    select r.arn, r.digest, coalesce(nullif(g.platform, ''), r.arch, '') as platform, r.scan_status as status, r.scan_reason as reason,
      r.in_use_count as "inUseCount", r.last_in_use_at as "lastInUseAt",
      (select to_jsonb(c) from (select ${COUNTS} from finding f
         where f.account = r.account and f.resource = r.id and f.status = ${FINDING_STATUS.ACTIVE}) c) as findings
    from resource r left join manifest g on g.digest = r.digest
    where r.account = $1 and r.registry = $2 and r.repository = $3 and r.kind = ${IMAGE} and r.digest in (${digests})) x)`;

const MOST_MOVED = 20;
const MOVED = `(
  select coalesce(jsonb_agg(jsonb_build_object('tag', x.tag, 'movedAt', x.until, 'digest', x.now) order by x.until desc, x.tag), '[]'::jsonb) from (
    select t.tag, max(t.until) as until, n.digest as now from repo_tag t
    join repo_tag n on n.account = $1 and n.registry = $2 and n.repository = $3 and n.tag = t.tag and n.until is null and n.digest <> p.digest
    where t.account = $1 and t.registry = $2 and t.repository = $3 and t.digest = p.digest
    group by t.tag, n.digest order by 2 desc, 1 limit ${MOST_MOVED}) x)`;

/** Whether an image `r` is asked for. */
const FITS = '(not $7::boolean or r.in_use_count > 0) and ($8::int is null or r.scan_status = $8)';

function valuesOf({ at, after, limit, inUse, status, digest }: ImagesWish): unknown[] {
  return [
    ...[at.account, at.registry, at.repository, after?.at ?? null, after?.digest ?? '', limit],
    ...[inUse, status ?? null, digest ?? null],
  ];
}

/** Newest first. Images of an index are listed with it; what was deleted and runs no longer is left out. */
export async function listWatchedImages(tx: Transaction, wish: ImagesWish): Promise<RepositoryImage[]> {
  const { rows } = await tx.query<RepositoryImage>(
    `with page as materialized (
       select m.digest, m.pushed_at, m.pulled_at, m.first_seen, m.deleted_at, m.error, coalesce(m.pushed_at, m.first_seen) as at from repo_manifest m
       where m.account = $1 and m.registry = $2 and m.repository = $3
         and (coalesce(m.pushed_at, m.first_seen), m.digest) < (coalesce($4::timestamptz, 'infinity'), $5::text)
         and (m.deleted_at is null or exists (select from resource r where r.digest = m.digest and r.account = $1 and r.registry = $2
           and r.repository = $3 and r.gone_at is null))
         and not exists (select from index_child c join repo_manifest i on i.account = $1 and i.registry = $2 and i.repository = $3 and i.digest = c.index
           where c.child = m.digest and i.deleted_at is null)
         and ($9::text is null or m.digest = $9 or exists (select from index_child c where c.index = m.digest and c.child = $9))
         and (not $7::boolean and $8::int is null or exists (select from resource r where r.account = $1 and r.registry = $2 and r.repository = $3
           and r.kind = ${IMAGE} and r.digest in (select m.digest union select child from index_child where index = m.digest) and ${FITS}))
       order by coalesce(m.pushed_at, m.first_seen) desc, m.digest desc limit $6)
     select p.digest, p.pushed_at as "pushedAt", p.pulled_at as "pulledAt", p.first_seen as "firstSeen", p.deleted_at as "deletedAt", p.error, p.at,
       g.kind, g.artifact_type as "artifactType",
       (select coalesce(array_agg(t.tag order by t.tag), '{}') from repo_tag t where t.account = $1 and t.registry = $2 and t.repository = $3
         and t.digest = p.digest and t.until is null) as tags,
       ${MOVED} as "movedTags",
       ${PLATFORMS('select p.digest union select child from index_child where index = p.digest')} as platforms
     from page p left join manifest g on g.digest = p.digest order by p.at desc, p.digest desc`,
    valuesOf(wish),
  );
  return rows;
}

/** Of a repository that no registry lists: what was submitted, newest first. */
export async function listSubmittedImages(tx: Transaction, wish: ImagesWish): Promise<RepositoryImage[]> {
  const { rows } = await tx.query<RepositoryImage>(
    `with page as materialized (
       select r.id, r.digest, r.pushed_at, r.pulled_at, coalesce(r.pushed_at, r.scanned_at, 'epoch') as at from resource r
       where r.account = $1 and r.registry = $2 and r.repository = $3 and r.kind = ${IMAGE} and r.gone_at is null and r.digest is not null
         and (coalesce(r.pushed_at, r.scanned_at, 'epoch'), r.digest) < (coalesce($4::timestamptz, 'infinity'), $5::text)
         and ($9::text is null or r.digest = $9) and ${FITS}
       order by at desc, r.digest desc limit $6)
     select p.digest, null as kind, null as "artifactType", p.pushed_at as "pushedAt", p.pulled_at as "pulledAt", null as "firstSeen", null as "deletedAt",
       null as error, p.at,
       (select coalesce(array_agg(t.value order by t.value), '{}') from resource_tag t where t.account = $1 and t.resource = p.id and t.space = 1) as tags,
       '[]'::jsonb as "movedTags",
       ${PLATFORMS('p.digest')} as platforms
     from page p order by p.at desc, p.digest desc`,
    valuesOf(wish),
  );
  return rows;
}

/** Undefined: there is no such repository. */
export async function isWatched(tx: Transaction, { account, registry, repository }: RepositoryKey): Promise<boolean | undefined> {
  const { rows } = await tx.query<{ kind: number }>(
    `select kind from resource where account = $1 and registry = $2 and repository = $3 and gone_at is null order by kind desc limit 1`,
    [account, registry, repository],
  );
  return rows[0] === undefined ? undefined : rows[0].kind === RESOURCE_KIND.AWS_ECR_REPOSITORY;
}
