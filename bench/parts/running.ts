import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@assay/core/context.ts';
import { RESOURCE_KIND } from '@assay/core/finding.ts';
import type { RunningImage } from '@assay/core/running.ts';
import { REPORT_IMAGES, type RunningReport } from '@assay/core/running-report.ts';
import { type Database, embeddedTarget, openDatabase } from '@assay/server/db/database.ts';
import { startEmbeddedPostgres } from '@assay/server/db/postgres/supervisor.ts';
import { findingArns } from '@assay/server/findings/arn.ts';
import { startRunner } from '@assay/server/jobs/runner.ts';
import { applyReports } from '@assay/server/running/apply-reports.ts';
import { APPLY, RUNNING_LANE } from '@assay/server/running/jobs.ts';
import { takeReport } from '@assay/server/running/take-report.ts';
import { processorTime } from '../measure.ts';
import { type BenchContext, type Part, type PartResult, seconds } from '../part.ts';

const ACCOUNT = 1;
/** Workloads that run one image. */
const SHARED = 4;
const STARTS = 40;
const CLUSTER = { provider: 'kubernetes', uid: 'bench', name: 'bench' } as const;

/** Reports of one cluster, from the API's side to the counts on images, on a real start's PostgreSQL. */
export const running: Part = { name: 'running', run: measureRunning };

async function measureRunning(ctx: BenchContext): Promise<PartResult> {
  const rows = Math.round(20_000 * ctx.scale);
  const postgres = await startEmbeddedPostgres({
    ...{ dataDirectory: join(ctx.folder, 'running'), tempDirectory: tmpdir(), systemUser: process.env['ASSAY_PG_USER'], log: silentLogger },
  });
  const database = await openDatabase(embeddedTarget(postgres), silentLogger);
  const { worker: pool } = database;
  const naming = { region: 'us-east-1', arns: findingArns(Buffer.alloc(32), 'us-east-1') };
  const runner = startRunner({
    pool,
    handlers: { [APPLY]: (job) => applyReports({ pool, naming, now: Date.now }, { account: job.account, cluster: Number(job.key) }) },
    ...{ lanes: { [RUNNING_LANE]: 2 }, worker: 'bench', log: silentLogger },
  });
  try {
    return await measure(database, { rows, spent: () => processorTime(process.pid) });
  } finally {
    await runner.stop();
    await database.close();
    await postgres.stop();
  }
}

async function measure(
  { worker, api }: Database,
  { rows, spent }: { readonly rows: number; readonly spent: () => number },
): Promise<PartResult> {
  const plain = await prepare(worker, rows);
  let sequence = 0;
  const tell = (part: Pick<RunningReport, 'part' | 'images'>): Promise<string> => {
    const report = { cluster: CLUSTER, epoch: 1, sequence: ++sequence, observedAt: Date.now(), ...part };
    return takeReport({ pool: api, region: 'us-east-1', now: Date.now }, { account: ACCOUNT, collector: null, report });
  };
  const counted = async (text: string, wanted: number, every = 5): Promise<number> => {
    const started = performance.now();
    while ((await worker.query<{ n: number }>(text)).rows[0]?.n !== wanted) await new Promise((resolve) => setTimeout(resolve, every));
    return performance.now() - started;
  };
  const images = Array.from({ length: rows }, (_, at) => imageOf(at, 1));
  const snapshot = async () => {
    const [started, before] = [performance.now(), spent()];
    await tell({ part: 'snapshot-begin' });
    for (let at = 0; at < rows; at += REPORT_IMAGES) await tell({ part: 'snapshot-page', images: images.slice(at, at + REPORT_IMAGES) });
    await tell({ part: 'snapshot-end' });
    await counted('select count(*)::int as n from running_report', 0, 50);
    return { took: performance.now() - started, spent: spent() - before };
  };
  const first = await snapshot();
  const total = (await worker.query<{ n: number }>('select sum(in_use_count)::int as n from resource')).rows[0]?.n;
  const written = 'select greatest(max(xmin::text::bigint), max(xmax::text::bigint))::text as n from running_image';
  const before = (await worker.query(written)).rows[0].n;
  const again = await snapshot();
  const same = (await worker.query(written)).rows[0].n === before;
  const starts: number[] = [];
  for (let units = 2; units < STARTS + 2; units++) {
    const started = performance.now();
    await tell({ part: 'change', images: [imageOf(0, units)] });
    await counted(`select in_use_count as n from resource where digest = '${digestOf(0)}'`, units + SHARED - 1);
    starts.push(performance.now() - started);
  }
  starts.sort((a, b) => a - b);
  const slowest = starts.at(-1)!;
  const reference = `insert rows: ${seconds(plain)}`;
  return {
    lines: [
      {
        ...{ what: `first snapshot of ${rows.toLocaleString('en')} rows, to the counts`, measured: seconds(first.took), reference },
        ...{ ratio: first.took / plain },
      },
      { what: '  processor time of service and database', measured: seconds(first.spent), budget: '≤ 3 s', met: first.spent <= 3000 },
      { what: '  the same again', measured: seconds(again.took), reference, ratio: again.took / plain },
      { what: '  processor time of service and database', measured: seconds(again.spent), budget: '≤ 1 s', met: again.spent <= 1000 },
      { what: 'a pod start to inUseCount, median', measured: seconds(starts[starts.length >> 1]!) },
      { what: '  the slowest', measured: seconds(slowest), budget: '≤ 2 s', met: slowest <= 2000 },
    ],
    shapes: [
      { name: 'every unit is counted once', holds: total === rows, detail: `${total} of ${rows}` },
      { name: 'a snapshot that says the same writes no row', holds: same, detail: `transaction ${before}` },
    ],
  };
}

/** Images that the workloads run; answers how long PostgreSQL takes to insert as many plain rows. */
async function prepare(worker: Database['worker'], rows: number): Promise<number> {
  const images = Math.ceil(rows / SHARED);
  await worker.query(
    `insert into resource (account, kind, arn, scan_status, scan_reason, registry, repository, digest, arch)
     select ${ACCOUNT}, ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE}, 'image ' || digest, 1, 1, 'registry.example', 'team/app', digest, 'amd64'
     from unnest($1::text[]) as digest`,
    [Array.from({ length: images }, (_, at) => digestOf(at))],
  );
  const started = performance.now();
  await worker.query(
    'create temp table plain as select n, md5(n::text) as key, now() as at from generate_series(1, $1::int) as n'.replace(
      '$1',
      String(rows),
    ),
  );
  return performance.now() - started;
}

function imageOf(at: number, units: number): RunningImage {
  return {
    ...{ namespace: `team-${at % 100}`, workload: { kind: 'Deployment', name: `workload-${at}` }, definition: '' },
    ...{ image: 'registry.example/team/app:1', imageId: `registry.example/team/app@${digestOf(Math.floor(at / SHARED))}` },
    ...{ platform: 'linux/amd64', running: units, lastSeen: Date.now(), stopped: [], reach: 'UNKNOWN' },
  };
}

function digestOf(at: number): string {
  return `sha256:${createHash('sha256').update(String(at)).digest('hex')}`;
}
