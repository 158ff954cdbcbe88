import { AssayError } from '@assay/core/errors.ts';
import type { RegistryClient } from '@assay/net/oci/registry-client.ts';
import { inTransaction } from '../db/pool.ts';
import { followArchived, whenRestored } from '../eligibility/archived.ts';
import type { Job } from '../jobs/queue.ts';
import type { Crawl } from './crawl-request.ts';
import { followRules } from './follow-frequency.ts';
import { followDigests, followTags, resourcesOf } from './follow-registry.ts';
import { takeGone } from './gone.ts';
import { requestIngest } from './ingest-request.ts';
import { OF_ONE_MANIFEST, readListing } from './listing.ts';
import { type OpenRegistry, openSource, type RegistryDependencies } from './open-source.ts';
import { isIncluded } from './patterns.ts';
import { type RegistryRow, readRegistry } from './registry-row.ts';
import { endRepositories, knownRepositories, noteRepository } from './repositories.ts';
import { takeListing, type Unlisted } from './take-listing.ts';

export interface CrawlResult {
  readonly repositories: number;
  readonly images: number;
  /** Images that were not looked at yet. */
  readonly wanted: number;
  readonly gone: number;
  /** Missing, and too many to believe it at once. */
  readonly held: number;
}

/** More than this part of a registry does not vanish at once without a second look. */
const MOST_GONE = 0.2;
/** How long it is believed that an image without a tag can still be pulled. */
const CHECK_MS = 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
/** A registry that failed is asked again after at most this. */
const RETRY_MINUTES = 10;
/** What is wrong with one repository says nothing about the others. */
const OF_ONE_REPOSITORY: ReadonlySet<string> = new Set(['not-found', 'unauthorized', 'bad-answer', 'too-large', 'unsupported-manifest']);

interface Crawling {
  readonly deps: RegistryDependencies;
  readonly open: OpenRegistry;
  readonly startedAt: Date;
  /** Nothing is believed that was found out before. */
  readonly fresh: boolean;
}

interface Missing {
  readonly repository: string;
  readonly digests: readonly string[];
}

/** Handler of `crawl` jobs: finds out what a registry holds, has looked at what is new, and ends what is gone. A crawl that fails half-way ends nothing. */
export async function crawl(job: Job, deps: RegistryDependencies, signal: AbortSignal): Promise<CrawlResult | undefined> {
  const asked = job.payload as Crawl;
  const row = await readRegistry(deps.pool, { account: job.account, id: asked.registry });
  if (row === undefined || !row.enabled) return undefined;
  const { pool } = deps;
  try {
    const open = await openSource(deps, row, signal);
    const crawling = { deps, open, startedAt: new Date(deps.ctx.now()), fresh: asked.fresh === true };
    if (asked.repository === undefined) await schedule(deps, row, row.crawlMinutes);
    const result =
      asked.repository === undefined ? await crawlAll(crawling, asked) : await crawlOne(crawling, asked.repository, asked.gone);
    await pool.query('update registry set error = null where account = $1 and id = $2 and error is not null', [row.account, row.id]);
    return result;
  } catch (error) {
    if (!(error instanceof AssayError) || signal.aborted) throw error;
    await pool.query('update registry set error = $3 where account = $1 and id = $2', [row.account, row.id, error.message.slice(0, 2000)]);
    await schedule(deps, row, Math.min(row.crawlMinutes, RETRY_MINUTES));
    throw error;
  }
}

async function schedule({ pool, ctx }: RegistryDependencies, { account, id }: RegistryRow, minutes: number): Promise<void> {
  await pool.query('update registry set next_crawl_at = $3 where account = $1 and id = $2', [
    account,
    id,
    new Date(ctx.now() + minutes * 60_000),
  ]);
}

async function crawlAll(crawling: Crawling, { agreed = false }: Crawl): Promise<CrawlResult> {
  const { open, deps, startedAt } = crawling;
  const { row } = open;
  const known = new Set(await knownRepositories(deps.pool, row));
  const missing: Missing[] = [];
  const failed: string[] = [];
  const total = { repositories: 0, images: 0, wanted: 0 };
  for await (const repository of open.source.repositories(row.config, open.ctx)) {
    known.delete(repository);
    if (!isIncluded(row.include, repository)) continue;
    try {
      const found = await crawlRepository(crawling, repository);
      total.repositories += 1;
      total.images += found.images;
      total.wanted += found.wanted;
      missing.push(found.missing);
    } catch (error) {
      if (!(error instanceof AssayError) || !OF_ONE_REPOSITORY.has(error.code)) throw error;
      failed.push(error.message);
    }
  }
  for (const repository of known) missing.push({ repository, digests: await liveDigests(crawling, repository) });
  const held = await endMissing(crawling, missing, { agreed, ended: [...known] });
  await deps.pool.query('update registry set crawled_at = $3, held = $4 where account = $1 and id = $2', [
    ...[row.account, row.id, startedAt, held === 0 ? null : held],
  ]);
  const [first] = failed;
  if (first !== undefined) {
    throw new AssayError('registry', `${failed.length} repositories could not be read: ${first}`);
  }
  return { ...total, gone: missing.reduce((sum, one) => sum + one.digests.length, 0) - held, held };
}

async function crawlOne(crawling: Crawling, repository: string, told: readonly string[] = []): Promise<CrawlResult | undefined> {
  const { row } = crawling.open;
  if (!isIncluded(row.include, repository)) return undefined;
  const found = await crawlRepository(crawling, repository);
  const agreed = found.missing.digests.every((digest) => told.includes(digest));
  const held = await endMissing(crawling, [found.missing], { agreed, ended: [] });
  return { repositories: 1, images: found.images, wanted: found.wanted, gone: found.missing.digests.length - held, held };
}

async function crawlRepository(
  crawling: Crawling,
  repository: string,
): Promise<{ readonly images: number; readonly wanted: number; readonly missing: Missing }> {
  const { deps, open, startedAt } = crawling;
  const { row } = open;
  const at = { account: row.account, registry: row.host, repository };
  const listing = await readListing(open, repository);
  const since = new Date(startedAt.getTime() - row.recentDays * DAY_MS);
  const taken = await inTransaction(deps.pool, async (tx) => {
    await noteRepository(tx, row, { repository, region: deps.region, now: startedAt });
    await followRules(tx, row, repository);
    const taken = await takeListing(tx, at, { listing, startedAt, since });
    await followTags(tx, at);
    await followDigests(tx, at, { digests: taken.changed, now: startedAt });
    const archived = listing.images.filter((image) => image.archived).map(({ digest }) => digest);
    const ctx = { naming: deps.naming, now: startedAt };
    await followArchived(tx, { account: row.account, resources: await resourcesOf(tx, at, archived) }, ctx);
    await whenRestored(tx, { account: row.account, resources: await resourcesOf(tx, at, taken.restored) });
    for (const digest of taken.wanted)
      await requestIngest(tx, { account: row.account, host: row.host, repository, digest }, { priority: 0 });
    return taken;
  });
  const missing = open.source.capabilities(row.config).untagged
    ? taken.unlisted.map((one) => one.digest)
    : await checkUnlisted(crawling, repository, taken.unlisted);
  return { images: listing.images.length, wanted: taken.wanted.length, missing: { repository, digests: missing } };
}

/** A registry that lists tags only says nothing about images whose tag moved: each is asked for, once a day or when somebody asks. Answers those it has no longer. */
async function checkUnlisted(
  { deps, open, startedAt, fresh }: Crawling,
  repository: string,
  unlisted: readonly Unlisted[],
): Promise<string[]> {
  const client = open.client(repository);
  const missing: string[] = [];
  const there: string[] = [];
  for (const { digest, checkedAt } of unlisted) {
    if (!fresh && checkedAt !== null && checkedAt.getTime() > startedAt.getTime() - CHECK_MS) continue;
    if (await isGone(client, digest)) missing.push(digest);
    else there.push(digest);
  }
  await deps.pool.query(
    'update repo_manifest set checked_at = $5 where account = $1 and registry = $2 and repository = $3 and digest = any($4::text[])',
    [open.row.account, open.row.host, repository, there, startedAt],
  );
  return missing;
}

/** A manifest that the registry has and cannot read is not gone. */
async function isGone(client: RegistryClient, digest: string): Promise<boolean> {
  try {
    return (await client.digestOf(digest)) === undefined;
  } catch (error) {
    if (error instanceof AssayError && OF_ONE_MANIFEST.has(error.code)) return false;
    throw error;
  }
}

async function liveDigests({ deps, open: { row } }: Crawling, repository: string): Promise<string[]> {
  const { rows } = await deps.pool.query<{ digest: string }>(
    'select digest from repo_manifest where account = $1 and registry = $2 and repository = $3 and deleted_at is null',
    [row.account, row.host, repository],
  );
  return rows.map((one) => one.digest);
}

/** Ends what is missing, unless it is so much that a second complete crawl, or an operator, has to confirm it. Answers how many are held. */
async function endMissing(
  { deps, open: { row }, startedAt: now }: Crawling,
  missing: readonly Missing[],
  { agreed, ended }: { readonly agreed: boolean; readonly ended: readonly string[] },
): Promise<number> {
  const count = missing.reduce((sum, one) => sum + one.digests.length, 0);
  const { rows } = await deps.pool.query<{ n: number }>(
    'select count(*)::int as n from repo_manifest where account = $1 and registry = $2 and deleted_at is null',
    [row.account, row.host],
  );
  const isMuch = count > MOST_GONE * (rows[0]?.n ?? 0);
  if (count > 0 && isMuch && !agreed && row.held === null) return count;
  for (const { repository, digests } of missing) {
    const at = { account: row.account, registry: row.host, repository };
    const ctx = { naming: deps.naming, now };
    for (let start = 0; start < digests.length; start += 200) {
      await inTransaction(deps.pool, (tx) => takeGone(tx, at, { digests: digests.slice(start, start + 200), ctx }));
    }
  }
  if (ended.length > 0) await inTransaction(deps.pool, (tx) => endRepositories(tx, row, { names: ended, now }));
  return 0;
}
