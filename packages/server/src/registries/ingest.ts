import { SCAN_REASON, SCAN_STATUS, type ScanReason } from '@assay/core/coverage.ts';
import { AssayError } from '@assay/core/errors.ts';
import { RESOURCE_KIND } from '@assay/core/finding.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import { FREQUENCY_CODES, MANIFEST_KIND, type ScanFrequency } from '@assay/core/registry.ts';
import { withEndOfLife } from '@assay/engine/end-of-life.ts';
import { scanImage } from '@assay/scan/scan.ts';
import { openRegistryImage } from '@assay/scan/source/registry/registry.ts';
import { inTransaction } from '../db/pool.ts';
import { NOT_CONTINUOUS } from '../eligibility/frequency.ts';
import { commitInventory } from '../inventories/commit.ts';
import { readSameImage } from '../inventories/same-image.ts';
import type { Job } from '../jobs/queue.ts';
import { describeResource } from '../resources/describe.ts';
import { imageArn } from '../resources/names.ts';
import { resolveAgain } from '../running/resolve-again.ts';
import { isDigest } from './digest.ts';
import { followDigests, followTags } from './follow-registry.ts';
import { type Graph, learn } from './graph.ts';
import type { Ingest } from './ingest-request.ts';
import { type OpenRegistry, openSource, type RegistryDependencies } from './open-source.ts';
import { frequencyOf } from './patterns.ts';
import { type RegistryRow, readRegistry } from './registry-row.ts';

export interface IngestResult {
  /** Of what was asked for. */
  readonly arn: string;
  /** Images behind the digest. */
  readonly images: number;
  readonly scanned: number;
}

/** May pass by itself: the job is tried again. */
const PASSING: ReadonlySet<string> = new Set(['network', 'timeout', 'rate-limited', 'registry', 'no-revision']);
/** Some registries answer 500 to the digest of what is no manifest. */
const MOST_ATTEMPTS = 4;

interface Ingesting {
  readonly deps: RegistryDependencies;
  readonly open: OpenRegistry;
  readonly asked: Ingest;
  readonly frequency: ScanFrequency;
  readonly signal: AbortSignal;
}

/** Handler of `ingest` jobs: reads what a digest is, and has every image behind it looked at that was not yet. */
export async function ingest(job: Job, deps: RegistryDependencies, signal: AbortSignal): Promise<IngestResult | undefined> {
  const asked = job.payload as Ingest;
  const row = await readRegistry(deps.pool, { account: job.account, id: asked.registry });
  if (row === undefined || !row.enabled || !isDigest(asked.digest) || (await isArchived(deps, row, asked))) return undefined;
  try {
    const open = await openSource(deps, row, signal);
    const frequency = frequencyOf(row.frequencies, asked.repository);
    return await ingestDigest({ deps, open, asked, frequency, signal });
  } catch (error) {
    if (!(error instanceof AssayError) || signal.aborted) throw error;
    if (PASSING.has(error.code) && job.attempts < MOST_ATTEMPTS) throw new Error(error.message, { cause: error });
    await noteFailure(deps, { account: job.account, ...asked }, error);
    // What is no image stays none: there is nothing to try again at the next crawl.
    if (reasonOf(error) === 'UNSUPPORTED_MEDIA_TYPE') await endTrying(deps, { account: job.account, ...asked });
    throw error;
  }
}

/** Nobody can pull it until somebody restores it. */
async function isArchived({ pool }: RegistryDependencies, { account, host }: RegistryRow, asked: Ingest): Promise<boolean> {
  const { rows } = await pool.query<{ archived: boolean }>(
    'select archived from repo_manifest where account = $1 and registry = $2 and repository = $3 and digest = $4',
    [account, host, asked.repository, asked.digest],
  );
  return rows[0]?.archived === true;
}

async function ingestDigest(ingesting: Ingesting): Promise<IngestResult> {
  const { deps, open, asked } = ingesting;
  const client = open.client(asked.repository);
  const at = { account: open.row.account, registry: open.row.host, repository: asked.repository };
  const root = await learn(deps.pool, { ...at, digest: asked.digest }, client);
  const failures: Failure[] = [];
  const leaves = root.manifest.kind === MANIFEST_KIND.INDEX ? [] : [root];
  for (const { child } of root.children) {
    await attempt(child, failures, async () => void leaves.push(await learn(deps.pool, { account: at.account, digest: child }, client)));
  }
  const images = leaves.filter(({ manifest }) => manifest.kind === MANIFEST_KIND.IMAGE && isDigest(manifest.digest));
  await note(ingesting, root, images);
  const waiting = isWanted(ingesting) ? await notLookedAt(ingesting, images) : [];
  for (const { manifest } of waiting) await attempt(manifest.digest, failures, () => lookAt(ingesting, manifest.digest, root));
  for (const { digest, error } of failures) await noteFailure(deps, { account: open.row.account, ...asked, digest }, error);
  const passing = failures.find(({ error }) => PASSING.has(error.code));
  if (passing !== undefined) throw passing.error;
  const done = [root, ...images].map(({ manifest }) => manifest.digest);
  await settle(ingesting, done, failures[0]?.error);
  return { arn: arnOf(ingesting, asked.digest), images: images.length, scanned: waiting.length - failures.length };
}

interface Failure {
  readonly digest: string;
  readonly error: AssayError;
}

/** One platform that cannot be read keeps none of the others from being looked at. */
async function attempt(digest: string, failures: Failure[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    // Somebody else's newer look at the same image is as good as ours.
    if (error.code !== 'superseded') failures.push({ digest, error });
  }
}

/** Of a repository that is looked at by hand, images are listed and wait until somebody asks. */
function isWanted({ asked, frequency }: Ingesting): boolean {
  return frequency !== 'MANUAL' || asked.again === true;
}

function arnOf({ deps, open: { row }, asked }: Ingesting, digest: string): string {
  return imageArn({ account: row.account, region: deps.region }, { registry: row.host, repository: asked.repository, digest });
}

/** What the repository holds, and what will be looked at, before anything is. */
async function note(ingesting: Ingesting, root: Graph, images: readonly Graph[]): Promise<void> {
  const { deps, open, asked } = ingesting;
  const { account, host } = open.row;
  const now = new Date(deps.ctx.now());
  const digests = [...new Set([root, ...images].map(({ manifest }) => manifest.digest))];
  await inTransaction(deps.pool, async (tx) => {
    await tx.query(
      `insert into repo_manifest (account, registry, repository, digest, first_seen, last_seen, read_at) select $1, $2, $3, unnest($4::text[]), $5, $5, $5
       on conflict (account, registry, repository, digest) do update set deleted_at = null, read_at = excluded.read_at`,
      [account, host, asked.repository, digests, now],
    );
    await tx.query(
      `insert into resource (account, kind, arn, registry, repository, digest, arch, scan_status, scan_reason, frequency, detail)
       select $1, ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE}, x.arn, $2, $3, x.digest, nullif(split_part(x.platform, '/', 2), ''), $8, $9, $10, $7
       from unnest($4::text[], $5::text[], $6::text[]) as x(arn, digest, platform) on conflict (account, arn) do nothing`,
      [
        ...[account, host, asked.repository, images.map(({ manifest }) => arnOf(ingesting, manifest.digest))],
        ...[images.map(({ manifest }) => manifest.digest), images.map(({ manifest }) => manifest.platform)],
        JSON.stringify({ name: `${host}/${asked.repository}` }),
        ...(isWanted(ingesting)
          ? [SCAN_STATUS.ACTIVE, SCAN_REASON.PENDING_INITIAL_SCAN]
          : [SCAN_STATUS.INACTIVE, SCAN_REASON[NOT_CONTINUOUS.MANUAL]]),
        FREQUENCY_CODES[ingesting.frequency],
      ],
    );
  });
}

async function notLookedAt({ deps, open: { row }, asked }: Ingesting, images: readonly Graph[]): Promise<readonly Graph[]> {
  if (asked.again === true) return images;
  const { rows } = await deps.pool.query<{ digest: string }>(
    `select digest from resource where account = $1 and registry = $2 and repository = $3 and digest = any($4::text[])
       and inventory is not null and gone_at is null`,
    [row.account, row.host, asked.repository, images.map(({ manifest }) => manifest.digest)],
  );
  const done = new Set(rows.map((one) => one.digest));
  return images.filter(({ manifest }) => !done.has(manifest.digest));
}

async function lookAt({ deps, open, asked, frequency, signal }: Ingesting, digest: string, root: Graph): Promise<void> {
  const { row } = open;
  const observedAt = new Date(deps.ctx.now());
  const commit = async (inventory: Inventory): Promise<void> => {
    const naming = { account: row.account, region: deps.region, repository: `${row.host}/${asked.repository}` };
    const described = describeResource(inventory, naming);
    const index = root.manifest.digest === digest ? {} : { index: root.manifest.digest };
    // Whatever kept us from looking before does so no longer.
    const resource = { ...described, detail: { ...described.detail, ...index, reason: null } };
    await commitInventory({ ...deps, ctx }, { account: row.account, inventory, resource, observedAt, frequency });
  };
  const ctx = { ...deps.ctx, signal };
  const same = asked.again === true ? undefined : await readElsewhere({ deps, open, asked }, digest);
  if (same !== undefined) return commit(same);
  const request = { platform: 'all', platformIsDefault: false } as const;
  const target = openRegistryImage({ ...open.reference(asked.repository), digest }, open.options, request);
  if (target.kind !== 'images') throw new Error('a registry holds images only');
  for await (const image of target.images()) await commit(withEndOfLife(await scanImage(image, {}, ctx), deps.ctx.now()));
}

/** What was read of the same image in another repository or registry, once this one says that it has it: nothing is pulled. */
async function readElsewhere(
  { deps, open, asked }: Pick<Ingesting, 'deps' | 'open' | 'asked'>,
  digest: string,
): Promise<Inventory | undefined> {
  const { catalogers } = await import('@assay/scan/catalogers.ts');
  const versions = Object.fromEntries(catalogers.map(({ id, version }) => [id, version]));
  const inventory = await readSameImage(deps.pool, deps.blobs, { account: open.row.account, digest, catalogers: versions });
  if (inventory?.subject.kind !== 'image' || (await open.client(asked.repository).digestOf(digest)) !== digest) return undefined;
  const { index: _, ...subject } = inventory.subject;
  return { ...inventory, subject: { ...subject, name: `${open.row.host}/${asked.repository}`, tags: [] } };
}

/** Everything behind the digest that can be looked at was. */
async function settle(
  { deps, open: { row }, asked }: Ingesting,
  digests: readonly string[],
  problem: AssayError | undefined,
): Promise<void> {
  const at = { account: row.account, registry: row.host, repository: asked.repository };
  await inTransaction(deps.pool, async (tx) => {
    await tx.query(
      `update repo_manifest set ingested_at = $5, read_at = $5, error = case when digest = $6 then $7 end
       where account = $1 and registry = $2 and repository = $3 and digest = any($4::text[])`,
      [at.account, at.registry, at.repository, digests, new Date(deps.ctx.now()), asked.digest, problem?.message.slice(0, 2000) ?? null],
    );
    await followTags(tx, at);
    await followDigests(tx, at, { digests, now: new Date(deps.ctx.now()) });
    await resolveAgain(tx, digests);
  });
}

/** What could not be looked at says why. */
async function noteFailure(deps: RegistryDependencies, at: Ingest & { readonly account: number }, error: AssayError): Promise<void> {
  const place = [at.account, at.host, at.repository, at.digest];
  const where = 'registry = $2 and repository = $3';
  const text = error.message.slice(0, 2000);
  await deps.pool.query(`update repo_manifest set error = $5 where account = $1 and ${where} and digest = $4`, [...place, text]);
  await deps.pool.query(
    `update resource set scan_status = ${SCAN_STATUS.INACTIVE}, scan_reason = $5, detail = detail || jsonb_build_object('reason', $6::text)
     where account = $1 and ${where} and inventory is null and kind = ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE}
       and (digest = $4 or digest in (select child from index_child where index = $4))`,
    [...place, SCAN_REASON[reasonOf(error)], text],
  );
}

async function endTrying({ pool, ctx }: RegistryDependencies, at: Ingest & { readonly account: number }): Promise<void> {
  await pool.query('update repo_manifest set ingested_at = $5 where account = $1 and registry = $2 and repository = $3 and digest = $4', [
    at.account,
    at.host,
    at.repository,
    at.digest,
    new Date(ctx.now()),
  ]);
}

function reasonOf({ code }: AssayError): ScanReason {
  if (code === 'unauthorized' || code === 'untrusted-realm') return 'ACCESS_DENIED';
  if (code === 'unsupported-manifest' || code === 'not-an-image') return 'UNSUPPORTED_MEDIA_TYPE';
  return 'INTERNAL_ERROR';
}
