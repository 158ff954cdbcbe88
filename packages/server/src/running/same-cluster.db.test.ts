import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { clustersForImage } from './clusters-for-image.ts';
import { keepRunning } from './keep.ts';
import { removeCluster } from './remove-cluster.ts';
import { clusterOf, digestOf, RunningEstate, runs } from './testdata/running-estate.ts';

const east = clusterOf('east');
const APP = 'registry.example/team/app';
const MINUTE = 60_000;
const [ADMIN, ONE, TWO, STRANGER] = [1, 2, 3, 4];

describe('a cluster that several accounts of an organisation watch', () => {
  let db: TestDatabase;
  let estate: RunningEstate;
  let app: number;
  beforeEach(async () => {
    db = await createTestDatabase();
    estate = new RunningEstate(db);
    await db.owner.query(`insert into member (account, administrator, status, updated_at) values ($1, $3, 1, now()), ($2, $3, 1, now())`, [
      ...[ONE, TWO, ADMIN],
    ]);
    app = await estate.image(ADMIN, APP, 'm');
  });
  afterEach(() => db.drop());

  const pods = (running: number, namespace = 'default') => [
    runs(APP, `${APP}@${digestOf('m')}`, { running, namespace, lastSeen: estate.now }),
  ];
  const alive = (account: number) => estate.tell(account, east, [{ part: 'health' }]);
  const count = async () => (await estate.counts())[app];
  const turn = async () => {
    await db.worker.query(`delete from progress where consumer = 'running'`);
    await keepRunning(estate.deps);
    await estate.work();
  };
  const arn = async () => (await db.owner.query('select arn from resource where id = $1', [app])).rows[0].arn as string;
  const places = async (reader: number, seen: readonly number[]) => {
    const asked = { seen, owner: ADMIN, arn: await arn(), after: undefined, limit: 10, now: new Date(estate.now) };
    const found = await inTransaction(db.api, async (tx) => {
      await tx.query("select set_config('assay.accounts', $1, true)", [String(reader)]);
      return clustersForImage(tx, asked);
    });
    return found.map((one) => [one.account, one.workloads.reduce((sum, each) => sum + each.running, 0)]);
  };

  it('is counted once: for who counts already, until that one falls silent, and never beside a stranger', async () => {
    await estate.snapshot(ONE, east, pods(3));
    await estate.snapshot(TWO, east, pods(3));
    expect(await count()).toBe(3);
    expect(await places(ADMIN, [ADMIN, ONE, TWO])).toEqual([[ONE, 3]]);
    expect(await places(TWO, [TWO])).toEqual([[TWO, 3]]);
    // The other one is nearer to the present, and says nothing here.
    await estate.change(TWO, east, pods(5));
    expect(await count()).toBe(3);
    await estate.change(ONE, east, pods(5));
    expect(await count()).toBe(5);
    await estate.snapshot(STRANGER, east, pods(7));
    expect(await count()).toBe(5);

    estate.now += 16 * MINUTE;
    await alive(TWO);
    await turn();
    expect(await count()).toBe(5);
    expect(await places(ADMIN, [ADMIN, ONE, TWO])).toEqual([[TWO, 5]]);
    await estate.change(TWO, east, pods(6));
    expect(await count()).toBe(6);
    // Back again it is one that also watches.
    await alive(ONE);
    await turn();
    expect(await count()).toBe(6);
  });

  it('is the other one’s when who counts is removed, and everybody’s own when they part', async () => {
    await estate.snapshot(ONE, east, pods(3));
    await estate.snapshot(TWO, east, pods(4));
    const { rows } = await db.owner.query('select arn from cluster where account = $1', [ONE]);
    await inTransaction(db.worker, (tx) => removeCluster(tx, ONE, rows[0].arn, new Date(estate.now)));
    await estate.work();
    expect(await count()).toBe(4);
    await estate.snapshot(ONE, east, pods(3));
    expect(await count()).toBe(4);
    await db.owner.query('delete from member where account = $1', [TWO]);
    await turn();
    const own = await db.owner.query('select account, counted_by as by from cluster order by 1');
    expect(own.rows).toEqual([
      { account: ONE, by: null },
      { account: TWO, by: null },
    ]);
  });

  it('counts what each sees of it when they watch namespaces of their own', async () => {
    await estate.snapshot(ONE, east, pods(3, 'shop'), ['shop']);
    await estate.snapshot(TWO, east, [...pods(3, 'shop'), ...pods(2, 'bank')], ['shop', 'bank']);
    expect(await count()).toBe(5);
    await estate.snapshot(ADMIN, east, [...pods(3, 'shop'), ...pods(2, 'bank'), ...pods(1, 'rest')]);
    await turn();
    expect(await count()).toBe(6);
    await estate.change(TWO, east, pods(9, 'bank'));
    expect(await count()).toBe(6);
  });
});
