import { OWN_PULL_MS } from '@assay/core/registry.ts';
import type { Transaction } from '../db/pool.ts';
import type { Listing } from './listing.ts';

/** A repository of an account. */
export interface RepositoryPlace {
  readonly account: number;
  /** Host, as references write it. */
  readonly registry: string;
  readonly repository: string;
}

export interface TakenListing {
  /** Listed, not looked at yet and recent enough. */
  readonly wanted: readonly string[];
  /** Held before and not listed now, nor part of something that is. */
  readonly unlisted: readonly Unlisted[];
  /** Digests that the registry tells something else of than before. */
  readonly changed: readonly string[];
  /** Were archived and can be pulled again. */
  readonly restored: readonly string[];
}

export interface Unlisted {
  readonly digest: string;
  readonly checkedAt: Date | null;
}

interface Taking {
  readonly listing: Listing;
  /** When listing began: what was learnt later is not overwritten. */
  readonly startedAt: Date;
  /** What was pushed or pulled since is wanted. */
  readonly since: Date;
}

/** Registries write the time of a pull after they have answered it; one that is no later than our own reading is ours. */
const PULLED = `case when excluded.pulled_at <= m.read_at + interval '${OWN_PULL_MS} milliseconds' then m.pulled_at
  else greatest(m.pulled_at, excluded.pulled_at) end`;
const AT = 'registry = $2 and repository = $3';

/** Stores a complete list of a repository; of what did not change nothing is written. Nothing is declared gone here. */
export async function takeListing(tx: Transaction, at: RepositoryPlace, taking: Taking): Promise<TakenListing> {
  const { images } = taking.listing;
  const place = [at.account, at.registry, at.repository];
  const digests = images.map((one) => one.digest);
  const archived = images.map((one) => one.archived);
  const { rows: restored } = await tx.query<{ digest: string; waits: boolean }>(
    `select m.digest, m.ingested_at is null as waits from repo_manifest m join unnest($4::text[], $5::boolean[]) as x(digest, archived) using (digest)
     where account = $1 and ${AT} and m.archived and not x.archived`,
    [...place, digests, archived],
  );
  const { rows: written } = await tx.query<{ digest: string }>(
    `insert into repo_manifest as m (account, registry, repository, digest, pushed_at, pulled_at, archived, first_seen, last_seen)
     select $1, $2, $3, x.*, $8, $8 from unnest($4::text[], $5::timestamptz[], $6::timestamptz[], $7::boolean[]) as x(digest, pushed, pulled, archived)
     on conflict (account, registry, repository, digest) do update
       set pushed_at = greatest(m.pushed_at, excluded.pushed_at), pulled_at = ${PULLED}, archived = excluded.archived, last_seen = excluded.last_seen,
         deleted_at = null, ingested_at = case when m.deleted_at is null then m.ingested_at end
       where m.deleted_at is not null or m.archived <> excluded.archived or m.last_seen < excluded.last_seen - interval '1 day'
         or greatest(m.pushed_at, excluded.pushed_at) is distinct from m.pushed_at or ${PULLED} is distinct from m.pulled_at
     returning digest`,
    [...place, digests, images.map((one) => one.pushedAt), images.map((one) => one.pulledAt), archived, taking.startedAt],
  );
  const moved = await takeTags(tx, at, taking);
  const { rows: wanted } = await tx.query<{ digest: string }>(
    `select m.digest from repo_manifest m join unnest($4::text[], $5::boolean[]) as x(digest, tagged) using (digest)
     where account = $1 and ${AT} and m.ingested_at is null and not m.archived
       and (greatest(m.pushed_at, m.pulled_at) >= $6 or (m.pushed_at is null and m.pulled_at is null and x.tagged))`,
    [...place, digests, images.map((one) => one.tagged), taking.since],
  );
  const { rows: unlisted } = await tx.query<Unlisted>(
    `select digest, checked_at as "checkedAt" from repo_manifest m
     where account = $1 and ${AT} and deleted_at is null and first_seen < $5 and digest <> all($4::text[])
       and not exists (select from repo_tag t left join index_child c on c.index = t.digest where t.account = $1 and t.registry = $2 and t.repository = $3
         and t.until is null and t.tag = any($6::text[]) and m.digest in (t.digest, c.child))
       and not exists (select from index_child c where c.child = m.digest and c.index = any($4::text[]))`,
    [...place, digests, taking.startedAt, taking.listing.unclear],
  );
  const waits = restored.filter((row) => row.waits);
  return {
    wanted: [...new Set([...wanted, ...waits].map((row) => row.digest))],
    unlisted,
    changed: [...new Set([...written.map((row) => row.digest), ...moved])],
    restored: restored.map((row) => row.digest),
  };
}

/** Ends what tags meant and begins what they mean. Answers the digests concerned. */
async function takeTags(tx: Transaction, at: RepositoryPlace, { listing, startedAt }: Taking): Promise<string[]> {
  const values = [at.account, at.registry, at.repository, [...listing.tags.keys()], [...listing.tags.values()], startedAt];
  const listed = 'unnest($4::text[], $5::text[]) as x(tag, digest)';
  const { rows: ended } = await tx.query<{ digest: string }>(
    `update repo_tag t set until = $6 where account = $1 and ${AT} and until is null and since <= $6
       and t.tag <> all($7::text[]) and not exists (select from ${listed} where x.tag = t.tag and x.digest = t.digest) returning t.digest`,
    [...values, listing.unclear],
  );
  const { rows: begun } = await tx.query<{ digest: string }>(
    `insert into repo_tag (account, registry, repository, tag, digest, since) select $1, $2, $3, x.tag, x.digest, $6 from ${listed}
     where not exists (select from repo_tag t where account = $1 and ${AT} and t.tag = x.tag and t.until is null)
     on conflict (account, registry, repository, tag, since) do nothing returning digest`,
    values,
  );
  return [...ended, ...begun].map((row) => row.digest);
}
