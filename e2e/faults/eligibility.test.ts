import path from 'node:path';
import { SCAN_REASON } from '@assay/core/coverage.ts';
import { FINDING_STATUS } from '@assay/core/finding.ts';
import { inTransaction } from '@assay/server/db/pool.ts';
import { ELIGIBILITY_LANE, revive } from '@assay/server/eligibility/revive.ts';
import { SWEEP } from '@assay/server/eligibility/sweep.ts';
import { EVENT_KIND } from '@assay/server/findings/write/event-kind.ts';
import { enqueue } from '@assay/server/jobs/queue.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp, scratch } from '../service.ts';
import { createFaultEstate, type FaultEstate, type Process, submitDocument } from './estate.ts';
import { settled } from './invariants.ts';
import { ROUNDS as MOST_ROUNDS, recoverWorker, strikeWorker, type WorkerPoint } from './run.ts';

/** Every round leaves hundreds of images behind, so that each takes longer than the one before. */
const ROUNDS = Math.min(MOST_ROUNDS, 5);

/** More than lapse in one transaction. */
const IMAGES = 250;
const REVIVED = 20;
const { SCAN_ELIGIBILITY_EXPIRED: LAPSED, SUCCESSFUL } = SCAN_REASON;

const WRITTEN = 'lapsed_with = k.newest';
const LAPSING: readonly WorkerPoint[] = [
  { name: 'what is due is counted', dies: 'itself', side: 'after', statement: 'update eligibility_sweep set swept_at' },
  { name: 'findings are closed, their images not yet', dies: 'itself', side: 'after', statement: 'insert into finding_event' },
  { name: 'images have lapsed, not yet committed', dies: 'itself', side: 'before', statement: '^commit', after: WRITTEN },
  { name: 'the first images have lapsed, the others not yet', dies: 'itself', side: 'after', statement: '^commit', after: WRITTEN },
  { name: 'the last images have lapsed', dies: 'itself', side: 'before', statement: '^commit', after: WRITTEN, nth: 2 },
  { name: 'PostgreSQL dies as images lapse', dies: 'postgres', side: 'before', statement: '^commit', after: WRITTEN },
];
const BACK = `set scan_reason = ${SUCCESSFUL}`;
const REVIVING: readonly WorkerPoint[] = [
  { name: 'an image is revived, its findings not yet told', dies: 'itself', side: 'before', statement: 'insert into finding_event' },
  { name: 'an image is revived, not yet committed', dies: 'itself', side: 'before', statement: '^commit', after: BACK },
  { name: 'an image is revived, nobody knows yet', dies: 'itself', side: 'after', statement: '^commit', after: BACK },
];

const folder = scratch();
let estate: FaultEstate;
let worker: Process;
let copied = 0;

beforeAll(async () => {
  estate = await createFaultEstate(path.join(folder, 'estate'));
  const api = await estate.start('api');
  worker = await estate.start('worker');
  await estate.publish('first');
  expect(await submitDocument(api, 1)).toBe(1);
  await settled(estate);
  // A cluster that always speaks, and has for longer than any window.
  await estate.pool.query(
    `insert into cluster (account, arn, provider, uid, name, created_at, complete_at, observed_at)
     values (0, 'cluster', 'docker', 'one', 'one', now() - interval '400 days', now(), now() + interval '10 days')`,
  );
}, 180_000);
afterAll(async () => {
  await estate?.end();
  await cleanUp(folder);
});

/** New images of a watched registry with the findings of the one that was submitted, pushed long ago. Answers how they are named. */
async function copies(): Promise<string> {
  const { pool } = estate;
  const name = `copy-${++copied}-`;
  await pool.query(
    `insert into resource (account, kind, arn, inventory, evaluated, scan_status, scan_reason, registry, repository, digest, pushed_at, frequency)
     select account, kind, $1 || n, inventory, evaluated, scan_status, scan_reason, registry, $1 || n, digest, now() - interval '300 days', 1
     from resource, generate_series(1, ${IMAGES}) as n where repository like '%faults/app-1'`,
    [name],
  );
  await pool.query(
    `with had as (select f.* from finding f join resource r on r.account = f.account and r.id = f.resource where r.repository like '%faults/app-1'),
     made as (
       insert into finding (account, resource, issue, kind, status, severity, fix, score, first_at, last_at, updated_at)
       select h.account, r.id, h.issue, h.kind, h.status, h.severity, h.fix, h.score, h.first_at, h.last_at, h.updated_at
       from had h, resource r where r.repository like $1 || '%' returning account, id, resource, issue)
     insert into finding_package (account, finding, package, resource, fixed, advisory, reason, severity, score, basis)
     select m.account, m.id, p.package, m.resource, p.fixed, p.advisory, p.reason, p.severity, p.score, p.basis
     from made m join had h on h.issue = m.issue join finding_package p on p.account = h.account and p.finding = h.id`,
    [name],
  );
  return name;
}

async function sweep(): Promise<void> {
  await estate.pool.query(
    `insert into eligibility_sweep (account, swept_at, counted_since, accepted) values (0, now(), now(), 1000000)
     on conflict (account) do update set counted_since = now(), lapsed = 0, accepted = 1000000`,
  );
  await enqueue(estate.pool, { account: 0, kind: SWEEP, key: 'sweep', lane: ELIGIBILITY_LANE, payload: {} });
}

/** Images that lapsed and have open findings, or have not and have none: half states. */
async function halves(name: string): Promise<unknown[]> {
  const { rows } = await estate.pool.query(
    `select repository, scan_reason from resource r where repository like $1 || '%' and (scan_reason = ${LAPSED}) = exists
       (select from finding f where f.account = r.account and f.resource = r.id and f.status <> ${FINDING_STATUS.CLOSED})`,
    [name],
  );
  return rows;
}

/** How many images say this, and how many times each of their findings was told to have closed, and to be back. */
async function told(name: string): Promise<Record<string, unknown>> {
  const { rows } = await estate.pool.query(
    `select count(*) filter (where scan_reason = ${LAPSED})::int as lapsed, (
       select array_agg(distinct n) from (select count(*) filter (where e.kind = ${EVENT_KIND.CLOSED})::int || ' '
           || count(*) filter (where e.kind = ${EVENT_KIND.REOPENED}) as n
         from finding_event e join resource x on x.account = e.account and x.id = e.resource where x.repository like $1 || '%' group by e.finding) t) as told
     from resource where repository like $1 || '%'`,
    [name],
  );
  return rows[0];
}

describe('killed while images lapse or come back, the service leaves none of them half', () => {
  test.each(LAPSING)('$name ($dies)', { timeout: 120_000 + ROUNDS * 20_000 }, async (point) => {
    for (let round = 0; round < ROUNDS; round++) {
      const name = await copies();
      await strikeWorker(estate, worker, { point, begin: sweep });
      expect(await halves(name)).toEqual([]);
      worker = await recoverWorker(estate, worker);
      expect(await halves(name)).toEqual([]);
      expect(await told(name)).toEqual({ lapsed: IMAGES, told: ['1 0'] });
      const { rows } = await estate.pool.query('select lapsed from eligibility_sweep where account = 0');
      expect(rows).toEqual([{ lapsed: IMAGES }]);
    }
  });

  test.each(REVIVING)('$name ($dies)', { timeout: 120_000 + ROUNDS * 20_000 }, async (point) => {
    for (let round = 0; round < ROUNDS; round++) {
      const name = await copies();
      await sweep();
      await settled(estate);
      const { rows } = await estate.pool.query('select id from resource where repository like $1 order by id limit $2', [
        `${name}%`,
        REVIVED,
      ]);
      const ids = rows.map((row) => row.id);
      await strikeWorker(estate, worker, { point, begin: () => inTransaction(estate.pool, (tx) => revive(tx, 0, ids)) });
      worker = await recoverWorker(estate, worker);
      expect(await halves(name)).toEqual([]);
      expect(await told(name)).toEqual({ lapsed: IMAGES - REVIVED, told: ['1 0', '1 1'] });
    }
  });
});
