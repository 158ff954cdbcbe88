import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { claim } from '../jobs/queue.ts';
import { applyReports } from './apply-reports.ts';
import { RUNNING_LANE } from './jobs.ts';
import { removeCluster } from './remove-cluster.ts';
import { clusterOf, digestOf, RunningEstate, runs } from './testdata/running-estate.ts';

const east = clusterOf('east');
const APP = 'registry.example/team/app';
const app = runs(APP, `${APP}@${digestOf('m')}`);

describe('reports of those who mean ill, or are unlucky', () => {
  let db: TestDatabase;
  let estate: RunningEstate;
  beforeEach(async () => {
    db = await createTestDatabase();
    estate = new RunningEstate(db);
  });
  afterEach(() => db.drop());

  const lines = async (sql: string): Promise<string[]> => (await db.worker.query<{ line: string }>(sql)).rows.map((row) => row.line);
  const take = () => claim(db.worker, RUNNING_LANE, { worker: 'test', leaseMs: 60_000 });
  const remove = async (): Promise<void> => {
    const arn = (await lines('select arn as line from cluster'))[0]!;
    await inTransaction(db.worker, (tx) => removeCluster(tx, 1, arn, new Date(estate.now)));
  };

  it('nothing counts that was being applied while its cluster was removed', async () => {
    const image = await estate.image(1, APP, 'm');
    await estate.tell(1, east, [{ part: 'snapshot-begin' }, { part: 'snapshot-page', images: [app] }, { part: 'snapshot-end' }]);
    const applying = (await take())!;
    await remove();
    expect(await take()).toBeUndefined();
    await applyReports(estate.deps, { account: 1, cluster: Number(applying.key) }, applying);
    await estate.work();
    expect(await estate.counts()).toEqual({ [image]: 0 });
    await estate.snapshot(1, east, [app]);
    expect(await estate.counts()).toEqual({ [image]: 1 });
  });

  it('snapshots that never end are not kept, however many begin', async () => {
    for (let n = 0; n < 3; n++) await estate.tell(1, east, [{ part: 'snapshot-begin' }, { part: 'snapshot-page', images: [app] }]);
    await estate.work();
    expect(await lines('select part::text as line from running_report order by id')).toEqual(['1', '2']);
  });

  it('a snapshot without an end is told again when it is larger than any cluster', async () => {
    await estate.tell(1, east, [{ part: 'snapshot-begin' }]);
    await db.worker.query(
      `insert into running_report (account, cluster, part, at) select account, id, 2, now() from cluster cross join generate_series(1, 2000)`,
    );
    expect(await estate.tell(1, east, [{ part: 'snapshot-page', images: [app] }])).toEqual(['resync']);
    await estate.tell(1, east, [{ part: 'snapshot-begin' }]);
    await estate.work();
    await estate.tell(1, east, [{ part: 'snapshot-page', images: [app] }, { part: 'snapshot-end' }]);
    await estate.work();
    expect(await lines('select running::text as line from running_image')).toEqual(['1']);
    expect(await lines('select part::text as line from running_report')).toEqual([]);
  });

  it('a cluster of ECS gets another name where a host took its own', async () => {
    await estate.tell(0, { ...clusterOf('prod', 'docker'), name: 'prod' }, [{ part: 'snapshot-begin' }]);
    const arn = 'arn:aws:ecs:us-east-1:000000000000:cluster/prod';
    expect(await estate.tell(0, { provider: 'ecs', uid: arn, name: 'prod' }, [{ part: 'snapshot-begin' }])).toEqual(['taken']);
    expect(await lines('select arn as line from cluster order by id')).toEqual([arn, expect.stringMatching(/:cluster\/prod-[0-9a-f]{8}$/)]);
  });

  it('what a member says that it runs neither delays the pushes of an owner nor fills its queue', async () => {
    await db.owner.query(`insert into member (account, administrator, status, updated_at) values (2, 1, 1, now())`);
    for (const account of [1, 2])
      await db.worker.query(`insert into registry (account, kind, name, host, config) values ($1, 'oci', 'r', 'registry.example', '{}')`, [
        account,
      ]);
    const many = Array.from({ length: 500 }, (_, n) => runs(APP, `${APP}@${digestOf(`x${n}`)}`));
    const more = Array.from({ length: 500 }, (_, n) => runs(APP, `${APP}@${digestOf(`y${n}`)}`));
    await db.worker.query(
      `insert into job (account, kind, key, lane, priority, payload) select 1, 'ingest', 'k' || n, 'other', 0, '{}' from generate_series(1, 300) n`,
    );
    await estate.tell(2, east, [{ part: 'snapshot-begin' }]);
    await estate.tell(2, east, [
      { part: 'snapshot-page', images: many },
      { part: 'snapshot-page', images: more },
      { part: 'snapshot-end' },
    ]);
    await estate.work();
    expect(
      await lines(
        `select concat_ws(' ', account, priority, count(*)) as line from job where lane = 'ingest' group by account, priority order by 1`,
      ),
    ).toEqual(['1 0 700', '2 5 1000']);
  });
});
