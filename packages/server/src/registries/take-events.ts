import { OWN_PULL_MS, type RegistryEvent } from '@assay/core/registry.ts';
import { inTransaction, type Transaction } from '../db/pool.ts';
import type { Job } from '../jobs/queue.ts';
import { isDigest } from './digest.ts';
import { followDigests, followTags } from './follow-registry.ts';
import type { Notice } from './inbox.ts';
import { requestIngest } from './ingest-request.ts';
import type { RegistryDependencies } from './open-source.ts';
import { requestCrawl } from './registries.ts';
import { type RegistryRow, readRegistry } from './registry-row.ts';
import { noteRepository } from './repositories.ts';
import type { RepositoryPlace } from './take-listing.ts';

/** Clocks of registries may be ahead of ours by this. */
const AHEAD_MS = 60_000;

/** Handler of `registry-events` jobs. */
export async function takeEvents(job: Job, deps: Acting): Promise<void> {
  const { registry, events } = job.payload as Notice;
  const row = await readRegistry(deps.pool, { account: job.account, id: registry });
  if (row?.enabled === true) await actOn(deps, row, events);
}

type Acting = Pick<RegistryDependencies, 'pool' | 'ctx' | 'region'>;

/** What a registry tells is a hint: what it tells too little of, and what it says was deleted, is looked up there. */
export async function actOn(deps: Acting, row: RegistryRow, events: readonly RegistryEvent[]): Promise<void> {
  const byRepository = new Map<string, RegistryEvent[]>();
  for (const event of events) byRepository.set(event.repository, [...(byRepository.get(event.repository) ?? []), event]);
  for (const [repository, told] of byRepository) {
    const now = new Date(deps.ctx.now());
    await inTransaction(deps.pool, async (tx) => {
      if (told.some(({ action }) => action === 'push')) await noteRepository(tx, row, { repository, region: deps.region, now });
      await takeRepositoryEvents(tx, row, { repository, told, now });
    });
  }
}

interface Told {
  readonly repository: string;
  readonly told: readonly RegistryEvent[];
  readonly now: Date;
}

async function takeRepositoryEvents(tx: Transaction, row: RegistryRow, { repository, told, now }: Told): Promise<void> {
  const at: RepositoryPlace = { account: row.account, registry: row.host, repository };
  const timeOf = (event: RegistryEvent): Date => new Date(Math.min(event.at, now.getTime() + AHEAD_MS));
  const digests = new Set<string>();
  let unclear = false;
  for (const event of told) {
    const { action, digest = '', tag } = event;
    if (action === 'delete' || !isDigest(digest)) {
      if (action !== 'pull') unclear = true;
      if (isDigest(digest)) await askAgain(tx, at, digest);
      continue;
    }
    digests.add(digest);
    if (action === 'push') {
      await takePush(tx, at, { digest, tag, pushedAt: timeOf(event) });
      await requestIngest(tx, { account: row.account, host: row.host, repository, digest });
    } else if (await takePull(tx, at, { digest, pulledAt: timeOf(event), isOther: event.userAgent !== undefined })) {
      await requestIngest(tx, { account: row.account, host: row.host, repository, digest }, { priority: 0 });
    }
  }
  await followTags(tx, at);
  await followDigests(tx, at, { digests: [...digests], now });
  if (unclear) {
    const gone = told.flatMap(({ action, digest }) => (action === 'delete' && digest !== undefined ? [digest] : []));
    await requestCrawl(tx, row, { repository, ...(gone.length === 0 ? {} : { gone }) });
  }
}

async function takePush(
  tx: Transaction,
  at: RepositoryPlace,
  { digest, tag, pushedAt }: { readonly digest: string; readonly tag: string | undefined; readonly pushedAt: Date },
): Promise<void> {
  const place = [at.account, at.registry, at.repository];
  await tx.query(
    `insert into repo_manifest as m (account, registry, repository, digest, pushed_at, first_seen, last_seen) values ($1, $2, $3, $4, $5, $5, $5)
     on conflict (account, registry, repository, digest) do update set pushed_at = greatest(m.pushed_at, excluded.pushed_at),
       last_seen = greatest(m.last_seen, excluded.last_seen), deleted_at = null, archived = false, ingested_at = case when m.deleted_at is null then m.ingested_at end`,
    [...place, digest, pushedAt],
  );
  if (tag === undefined || !/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(tag)) return;
  await tx.query(
    `update repo_tag set until = $6 where account = $1 and registry = $2 and repository = $3 and tag = $4 and until is null and digest <> $5 and since < $6`,
    [...place, tag, digest, pushedAt],
  );
  // A push that we hear of late changes nothing of what the tag has come to mean since.
  await tx.query(
    `insert into repo_tag (account, registry, repository, tag, digest, since) select $1, $2, $3, $4, $5, $6
     where not exists (select from repo_tag where account = $1 and registry = $2 and repository = $3 and tag = $4 and (until is null or since >= $6))
     on conflict do nothing`,
    [...place, tag, digest, pushedAt],
  );
}

/** One that does not say who pulled may be our own reading. Answers whether it is an image that was not looked at yet. */
async function takePull(
  tx: Transaction,
  at: RepositoryPlace,
  { digest, pulledAt, isOther }: { readonly digest: string; readonly pulledAt: Date; readonly isOther: boolean },
): Promise<boolean> {
  const { rows } = await tx.query<{ waits: boolean }>(
    `update repo_manifest set pulled_at = case when $6 or read_at is null or $5 > read_at + interval '${OWN_PULL_MS} milliseconds'
       then greatest(pulled_at, $5) else pulled_at end
     where account = $1 and registry = $2 and repository = $3 and digest = $4 and deleted_at is null returning ingested_at is null as waits`,
    [at.account, at.registry, at.repository, digest, pulledAt, isOther],
  );
  return rows[0]?.waits === true;
}

/** The next crawl asks the registry whether it has it, although that was asked today. */
async function askAgain(tx: Transaction, at: RepositoryPlace, digest: string): Promise<void> {
  await tx.query('update repo_manifest set checked_at = null where account = $1 and registry = $2 and repository = $3 and digest = $4', [
    at.account,
    at.registry,
    at.repository,
    digest,
  ]);
}
