import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@assay/core/context.ts';
import { FINDING_STATUS, RESOURCE_KIND } from '@assay/core/finding.ts';
import { type Database, embeddedTarget, openDatabase } from '@assay/server/db/database.ts';
import { createPool, type Transaction, withAccounts } from '@assay/server/db/pool.ts';
import { startEmbeddedPostgres } from '@assay/server/db/postgres/supervisor.ts';
import { listWatchedImages } from '@assay/server/registries/lists/images.ts';
import { listRepositories } from '@assay/server/registries/lists/repositories.ts';
import { listTagHistory } from '@assay/server/registries/lists/tag-history.ts';
import { median, repeat } from '../measure.ts';
import { type BenchContext, type Line, type Part, type PartResult, type Shape, seconds } from '../part.ts';

const ACCOUNT = 1;
const HOST = 'registry.example';
const PAGE = 100;
/** Open findings of an image. */
const FINDINGS = 10;
/** Images a repository, and of one that people push to all day. */
const IMAGES = 45;
const LARGE = 10;

/** What a watched registry holds, as the console lists it. */
export const repositories: Part = { name: 'repositories', run: measureRepositories };

async function measureRepositories(ctx: BenchContext): Promise<PartResult> {
  const postgres = await startEmbeddedPostgres({
    ...{ dataDirectory: join(ctx.folder, 'repositories'), tempDirectory: tmpdir(), systemUser: process.env['ASSAY_PG_USER'] },
    log: silentLogger,
  });
  const target = embeddedTarget(postgres);
  const database = await openDatabase(target, silentLogger);
  const owner = createPool(target.owner, { name: 'bench-owner', max: 1, log: silentLogger });
  try {
    // As many as fill a page, the large one among them.
    const quarter = Math.max(PAGE, Math.round(500 * ctx.scale));
    await build(database, 0, quarter);
    await owner.query('analyze');
    const few = await measure(database, quarter);
    await build(database, quarter, 4 * quarter);
    await owner.query('vacuum analyze');
    return report(ctx, few, await measure(database, 4 * quarter));
  } finally {
    await owner.end();
    await database.close();
    await postgres.stop();
  }
}

/** Repositories from one number to another; every hundredth is large. */
async function build({ worker }: Database, from: number, to: number): Promise<void> {
  const run = (text: string): Promise<unknown> => worker.query(text, [from, to]);
  const name = `'team-' || lpad((n % 50)::text, 2, '0') || '/app-' || lpad(n::text, 5, '0')`;
  const every = `generate_series($1::int, $2::int - 1) as n`;
  const each = `${every} cross join lateral generate_series(1, case when n % 100 = 50 then ${IMAGES * LARGE} else ${IMAGES} end) as i`;
  const digest = `'sha256:' || encode(sha256((n || '/' || i)::bytea), 'hex')`;
  const pushed = `timestamptz '2026-11-01' - make_interval(hours => i, mins => n % 60)`;
  await run(`insert into resource (account, kind, arn, registry, repository, scan_status, scan_reason, detail)
    select ${ACCOUNT}, ${RESOURCE_KIND.AWS_ECR_REPOSITORY}, 'repository/' || ${name}, '${HOST}', ${name}, 1, 1, '{"scanFrequency":"CONTINUOUS_SCAN"}' from ${every}`);
  await run(`insert into resource (account, kind, arn, registry, repository, digest, arch, scan_status, scan_reason, in_use_count, pushed_at)
    select ${ACCOUNT}, ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE}, 'image/' || n || '/' || i, '${HOST}', ${name}, ${digest}, 'amd64', 1, 1,
      case when i < 4 then n % 7 else 0 end, ${pushed} from ${each}`);
  await run(
    `insert into manifest (digest, kind, media_type, platform) select ${digest}, 2, 'image', 'linux/amd64' from ${each} on conflict do nothing`,
  );
  await run(`insert into repo_manifest (account, registry, repository, digest, pushed_at, first_seen, last_seen, ingested_at)
    select ${ACCOUNT}, '${HOST}', ${name}, ${digest}, ${pushed}, ${pushed}, now(), now() from ${each}`);
  await run(`insert into repo_tag (account, registry, repository, tag, digest, since, until)
    select ${ACCOUNT}, '${HOST}', ${name}, t.tag, ${digest}, ${pushed}, t.until from ${each}
    cross join lateral (values ('v' || i, null), ('latest', case when i > 1 then ${pushed} + interval '1 hour' end)) as t(tag, until)`);
  await worker.query(
    `insert into finding (account, resource, issue, kind, status, severity, fix, score, first_at, last_at, updated_at)
     select r.account, r.id, f + 1, 1, ${FINDING_STATUS.ACTIVE}, f % 5 + 1, 2, 7, now(), now(), now()
     from resource r cross join generate_series(0, ${FINDINGS - 1}) as f
     where r.kind = ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE} and not exists (select from finding x where x.account = r.account and x.resource = r.id)`,
  );
}

interface Measured {
  readonly images: number;
  readonly repositories: number;
  /** Milliseconds of the slowest page of each list, and of the floor of any page. */
  readonly pages: Readonly<Record<string, number>>;
  readonly floor: number;
}

async function measure({ api, worker }: Database, count: number): Promise<Measured> {
  const timed = async (work: (tx: Transaction) => Promise<unknown>): Promise<number> => {
    const runs = await repeat(7, async () => {
      const started = performance.now();
      await withAccounts(api, [ACCOUNT], work);
      return performance.now() - started;
    });
    return median(runs);
  };
  const { rows } = await worker.query<{ n: number }>(`select count(*)::int as n from repo_manifest where account = ${ACCOUNT}`);
  const wish = { accounts: [ACCOUNT], registry: undefined, prefix: '', inUse: false, limit: PAGE };
  const anyImage = { inUse: false, status: undefined, digest: undefined };
  const middle = { account: ACCOUNT, registry: HOST, repository: 'team-25/app-99999' };
  const large = { account: ACCOUNT, registry: HOST, repository: 'team-00/app-00050' };
  const half = new Date(Date.parse('2026-11-01T00:00:00Z') - (IMAGES * LARGE * 3_600_000) / 2);
  return {
    images: rows[0]!.n,
    repositories: count,
    floor: await timed((tx) => tx.query('select 1')),
    pages: {
      'ListRepositories, first page': await timed((tx) => listRepositories(tx, { ...wish, after: undefined })),
      'ListRepositories, from the middle': await timed((tx) => listRepositories(tx, { ...wish, after: middle })),
      'ListRepositoryImages, first page of a large one': await timed((tx) =>
        listWatchedImages(tx, { ...anyImage, at: large, after: undefined, limit: PAGE }),
      ),
      'ListRepositoryImages, from the middle': await timed((tx) =>
        listWatchedImages(tx, { ...anyImage, at: large, after: { at: half, digest: 'sha256:8' }, limit: PAGE }),
      ),
      'ListTagHistory of a repository': await timed((tx) =>
        listTagHistory(tx, { at: large, tag: undefined, after: undefined, limit: PAGE }),
      ),
      'ListTagHistory of one tag': await timed((tx) => listTagHistory(tx, { at: large, tag: 'latest', after: undefined, limit: PAGE })),
    },
  };
}

function report(ctx: BenchContext, few: Measured, all: Measured): PartResult {
  const n = (value: number): string => value.toLocaleString('en');
  const names = Object.keys(all.pages);
  const lines = names.map((what): Line => {
    const ms = all.pages[what]!;
    const budget = ctx.small ? {} : { budget: '≤ 50 ms', met: ms <= 50 };
    return { what, measured: seconds(ms), reference: `select 1: ${seconds(all.floor)}`, ratio: ms / all.floor, ...budget };
  });
  const grown = names.map((what): Shape => {
    const growth = all.pages[what]! / few.pages[what]!;
    return {
      name: `${what}: no slower where there is more`,
      holds: growth <= 4,
      detail: `four times as much, time × ${growth.toFixed(1)}, at most × 4`,
    };
  });
  return {
    lines,
    shapes: grown,
    notes: [
      `${n(all.images)} images in ${n(all.repositories)} repositories, ${FINDINGS} open findings each; one repository in a hundred has ${n(IMAGES * LARGE)} images. Pages of ${PAGE} with all counts, as the api role.`,
    ],
  };
}
