import { silentLogger } from '@assay/core/context.ts';
import { createPool } from '@assay/server/db/pool.ts';
import { CLUSTER_OWNER } from '@assay/server/db/postgres/cluster.ts';
import { ROLE_NAMES } from '@assay/server/db/roles.ts';
import { ELIGIBILITY_LANE } from '@assay/server/eligibility/revive.ts';
import { SWEEP, sweepImages } from '@assay/server/eligibility/sweep.ts';
import { findingArns } from '@assay/server/findings/arn.ts';
import { claim, enqueue } from '@assay/server/jobs/queue.ts';
import { memoryRevisions } from '@assay/testkit/memory-revisions.ts';

/**
 * Arguments: socket folder, images. An account of its own with that many images of a watched registry, a tenth of which run; then one in
 * twenty lapses, with ten findings each. Beside each sweep the least that a database must do for it. Takes everything away again.
 */
const [socket = '', imagesText = '0'] = process.argv.slice(2);
const images = Number(imagesText);
const ACCOUNT = 999_999;
const FINDINGS = 10;
const at = (user: string, max: number) =>
  createPool({ host: socket, port: 5432, user, database: 'assay' }, { name: 'bench', max, log: silentLogger });
const pool = at(ROLE_NAMES.worker, 2);
const owner = at(CLUSTER_OWNER, 1);

async function clean(): Promise<void> {
  for (const table of [
    'finding_package',
    'finding_event',
    'finding',
    'running_hour',
    'running_image',
    'cluster',
    'resource',
    'eligibility_sweep',
  ])
    await owner.query(`delete from ${table} where account = $1`, [ACCOUNT]);
  await owner.query('delete from running_resource where account = $1', [ACCOUNT]);
  await owner.query('delete from service_event where account = $1', [ACCOUNT]);
  await owner.query('delete from job');
}

async function fill(): Promise<void> {
  await owner.query(
    `insert into resource (account, kind, arn, inventory, scan_status, scan_reason, registry, repository, digest, pushed_at, frequency)
     select $1, 2, 'bench-' || n, 1, 1, 1, 'bench', 'app-' || n, 'sha256:' || n, now(), 1 from generate_series(1, $2::int) n`,
    [ACCOUNT, images],
  );
  await owner.query(
    `insert into cluster (account, arn, provider, uid, name, created_at, complete_at, observed_at)
     values ($1, 'bench', 'kubernetes', 'bench', 'bench', now() - interval '400 days', now(), now() + interval '1 day')`,
    [ACCOUNT],
  );
  await owner.query(
    `with ran as (
       insert into running_image (account, cluster, namespace, workload_kind, workload, definition, image, image_id, platform, key, running,
         first_seen, last_seen)
       select $1, c.id, 'n', 'Deployment', r.repository, '', '', '', '', decode(md5(r.id::text), 'hex'), 1, now(), now()
       from resource r, cluster c where r.account = $1 and c.account = $1 and r.id % 10 = 0 returning id, workload)
     insert into running_resource (observer, running, account, resource)
     select $1, ran.id, $1, r.id from ran join resource r on r.account = $1 and r.repository = ran.workload`,
    [ACCOUNT],
  );
  await owner.query('analyze resource, cluster, running_image, running_resource');
}

/** Every twentieth image, none of which runs, was pushed long ago and has findings. */
async function age(): Promise<void> {
  const due = 'r.account = $1 and r.id % 20 = 1';
  await owner.query(`update resource r set pushed_at = now() - interval '300 days' where ${due}`, [ACCOUNT]);
  await owner.query(
    `with made as (
       insert into finding (account, resource, issue, kind, status, severity, fix, score, first_at, last_at, updated_at)
       select r.account, r.id, i.id, 2, 1, 4, 2, 7, now(), now(), now() from resource r, (select id from issue order by id limit ${FINDINGS}) i
       where ${due} returning account, id, resource)
     insert into finding_package (account, finding, package, resource, fixed, advisory, reason, severity, score, basis)
     select account, id, (select min(id) from package), resource, '2', 'A', 1, 4, 7, 0 from made`,
    [ACCOUNT],
  );
  await owner.query('vacuum analyze resource');
  await owner.query('analyze finding, finding_package');
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const region = 'us-east-1';
const naming = { region, arns: findingArns(Buffer.alloc(32, 1), region) };

async function sweep(): Promise<number> {
  await enqueue(pool, { account: ACCOUNT, kind: SWEEP, key: 'sweep', lane: ELIGIBILITY_LANE, payload: {} });
  const job = await claim(pool, ELIGIBILITY_LANE, { worker: 'bench', leaseMs: 600_000 });
  if (job === undefined) throw new Error('no job');
  return timed(() => sweepImages(job, { pool, naming, now: Date.now }, new AbortController().signal));
}

await clean();
await memoryRevisions().publish(pool, []);
await fill();
const base = process.memoryUsage().rss;
let peak = base;
const sampling = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 20);
await sweep();
const quiet = await sweep();
await age();
const lapsing = await sweep();
const { rows } = await owner.query<{ lapsed: number; open: number }>(
  `select (select lapsed from eligibility_sweep where account = $1) as lapsed,
     (select count(*)::int from finding where account = $1 and status <> 3) as open`,
  [ACCOUNT],
);
if (rows[0]?.lapsed !== Math.round(images / 20) || rows[0].open !== 0) throw new Error(`lapsed: ${JSON.stringify(rows[0])}`);
clearInterval(sampling);
const read = await timed(() =>
  pool.query('select id, scan_status, scan_reason, pushed_at, pulled_at, last_in_use_at from resource where account = $1', [ACCOUNT]),
);
const plain = await timed(() =>
  pool.query(
    `with gone as (update finding set status = 3, closed_at = now(), updated_at = now() where account = $1 returning account, id, resource)
     insert into finding_event (account, resource, finding, kind, actor, change) select account, resource, id, 2, 'bench', '{}' from gone`,
    [ACCOUNT],
  ),
);
await clean();
await Promise.all([pool.end(), owner.end()]);
console.log(
  JSON.stringify({ images, lapsed: rows[0].lapsed, findings: rows[0].lapsed * FINDINGS, quiet, read, lapsing, plain, grew: peak - base }),
);
