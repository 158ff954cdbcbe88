import { readFileSync } from 'node:fs';
import type { Advisory } from '@assay/core/advisory.ts';
import { silentLogger } from '@assay/core/context.ts';
import { createPool } from '@assay/server/db/pool.ts';
import { CLUSTER_OWNER } from '@assay/server/db/postgres/cluster.ts';
import { ROLE_NAMES } from '@assay/server/db/roles.ts';
import { findingArns } from '@assay/server/findings/arn.ts';
import { evaluate } from '@assay/server/findings/write/evaluate.ts';
import { SYSTEM } from '@assay/server/jobs/queue.ts';
import { memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import type pg from 'pg';
import { SPOTLESS_EVERY, VERSIONS_PER_NAME } from '../estate/content.ts';
import { median } from '../measure.ts';

/**
 * Arguments: socket folder, images that an advisory shall hit, how many advisories. For each: seconds from publishing the revision to
 * findings committed, and the same number of rows by plain inserts. Takes its findings away again.
 */
const [socket = '', wantedText = '0', timesText = '1'] = process.argv.slice(2);
const pool = createPool(
  { host: socket, port: 5432, user: ROLE_NAMES.worker, database: 'assay' },
  { name: 'bench', max: 2, log: silentLogger },
);

/** Only for cleaning up. */
const owner = createPool(
  { host: socket, port: 5432, user: CLUSTER_OWNER, database: 'assay' },
  { name: 'bench-owner', max: 1, log: silentLogger },
);

interface Target {
  readonly name: string;
  readonly namespace: string;
  readonly images: number;
}

/** Packages without any known vulnerability, by the number of inventories that hold some version of them; the nearest to what is wanted. */
async function chooseTargets(wanted: number, count: number): Promise<Target[]> {
  const { rows } = await pool.query<Target>(
    `select p.name, p.namespace, (select count(*) from (
         select i.account, i.id from unnest(p.ids) one cross join lateral (select i.account, i.id from inventory i where i.packages @> array[one] offset 0) i
         group by i.account, i.id) held) as images
     from (select name, namespace, array_agg(id) as ids from package
           where ((id - 1) / ${VERSIONS_PER_NAME}) % ${SPOTLESS_EVERY} = 0 and namespace in ('npm', 'pypi')
           group by name, namespace order by min(id) limit 120) p`,
  );
  return rows.sort((a, b) => Math.abs(a.images - wanted) - Math.abs(b.images - wanted)).slice(0, count);
}

function advisoryOf(target: Pick<Target, 'name' | 'namespace'>): Advisory {
  const ecosystem = target.namespace === 'npm' ? 'npm' : 'PyPI';
  return {
    id: `BENCH-${target.name}`,
    modified: '2026-01-01T00:00:00Z',
    summary: `Trouble in ${target.name}`,
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [
      { package: { ecosystem, name: target.name }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '99' }] }] },
    ],
    assay: { feed: 'bench' },
  };
}

async function plainInserts(db: pg.Pool, name: string): Promise<number> {
  const { rows } = await db.query<{ id: number; copy: number }>(
    `with made as (insert into issue (kind, name, source, doc, revision) select kind, name || '-plain', source, doc, revision from issue where name = $1 returning id)
     select i.id, made.id as copy from made, issue i where i.name = $1`,
    [name],
  );
  const { id, copy } = rows[0]!;
  const started = performance.now();
  await db.query(
    `with made as (
       insert into finding (account, resource, issue, kind, status, severity, fix, score, first_at, last_at, updated_at)
       select account, resource, $2, kind, status, severity, fix, score, first_at, last_at, updated_at from finding where issue = $1
       returning account, id, resource, issue),
     packages as (
       insert into finding_package (account, finding, package, resource, fixed, advisory, reason, severity, score)
       select m.account, m.id, fp.package, m.resource, fp.fixed, fp.advisory, fp.reason, fp.severity, fp.score
       from finding f join made m on m.account = f.account and m.resource = f.resource
       join finding_package fp on fp.account = f.account and fp.finding = f.id where f.issue = $1)
     insert into finding_event (account, resource, finding, kind, actor, change) select account, resource, id, 1, 'bench', '{}' from made`,
    [id, copy],
  );
  return performance.now() - started;
}

const CLEAN = [
  `create temp table gone as select f.account, f.id from finding f join issue i on i.id = f.issue where i.name like 'BENCH-%'`,
  'delete from finding_package fp using gone where fp.account = gone.account and fp.finding = gone.id',
  'delete from finding_event e using gone where e.account = gone.account and e.finding = gone.id',
  'delete from finding f using gone where f.account = gone.account and f.id = gone.id',
  `delete from issue where name like 'BENCH-%'`,
  'delete from job',
  'drop table gone',
];

async function clean(): Promise<void> {
  const client = await owner.connect();
  for (const statement of CLEAN) await client.query(statement);
  client.release(true);
}

/** Milliseconds that the processor has worked for this process, and for the database's processes that serve it. */
async function processorTimes(): Promise<{ worker: number; database: number }> {
  const { user, system } = process.cpuUsage();
  const { rows } = await owner.query<{ pid: number }>("select pid from pg_stat_activity where application_name = 'assay-bench'");
  const served = rows.map(({ pid }) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6);
  return { worker: (user + system) / 1000, database: served.reduce((sum, one) => sum + one, 0) };
}

await clean();
const revisions = memoryRevisions();
const known = [advisoryOf({ name: 'nobody-has-this', namespace: 'npm' }), advisoryOf({ name: 'nobody-has-this', namespace: 'pypi' })];
const first = await revisions.publish(pool, known);
await pool.query(
  `insert into progress (consumer, account, revision) values ('findings', $1, $2)
   on conflict (consumer, account) do update set revision = excluded.revision, attempted = '{}'`,
  [SYSTEM, first],
);
const region = 'us-east-1';
const naming = { region, arns: findingArns(Buffer.alloc(32, 1), region) };
const runs: { images: number; opened: number; ms: number; worker: number; database: number; plain: number }[] = [];
const targets = await chooseTargets(Number(wantedText), Number(timesText));
const base = process.memoryUsage().rss;
let peak = base;
const sampling = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 20);
for (const target of targets) {
  known.push(advisoryOf(target));
  const before = await processorTimes();
  const started = performance.now();
  await revisions.publish(pool, known);
  const result = await evaluate({ pool, revisions, naming, ctx: { now: Date.now, log: silentLogger } });
  const ms = performance.now() - started;
  const after = await processorTimes();
  if (result?.opened !== target.images)
    throw new Error(`${target.images} images hold ${target.name}, ${result?.opened} findings were opened`);
  runs.push({
    images: target.images,
    opened: result.opened,
    ms,
    worker: after.worker - before.worker,
    database: after.database - before.database,
    plain: await plainInserts(pool, `BENCH-${target.name}`),
  });
}
clearInterval(sampling);
await clean();
await Promise.all([pool.end(), owner.end()]);
const of = (pick: (run: (typeof runs)[number]) => number): number => median(runs.map(pick));
console.log(
  JSON.stringify({
    images: of((r) => r.images),
    ms: of((r) => r.ms),
    worker: of((r) => r.worker),
    database: of((r) => r.database),
    plain: of((r) => r.plain),
    grew: peak - base,
    runs,
  }),
);
