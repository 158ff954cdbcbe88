import { type MemoryRevisions, memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claim, enqueue, type Job, LeaseLost, reap } from '../../jobs/queue.ts';
import { FenceLost } from '../../resources/store.ts';
import { holdRevision } from '../../revisions/revisions.ts';
import { evaluate, Superseded } from './evaluate.ts';
import { advisory, type Estate, estateOf, image } from './testdata/estate.ts';

/** Each test stops one worker at the worst moment, lets another pass, and goes on. Without its guard each leaves wrong findings. */
describe('races between scans, evaluations and revisions', () => {
  let db: TestDatabase;
  let revisions: MemoryRevisions;
  let estate: Estate;
  beforeEach(async () => {
    db = await createTestDatabase();
    revisions = memoryRevisions();
    estate = estateOf(db, revisions);
  });
  afterEach(() => db.drop());
  const run = (chunk = 1) => evaluate({ pool: db.worker, revisions, ctx: estate.ctx, naming: estate.naming, chunk });
  const old = [advisory('CVE-2026-1', 'a', '2.0.0')];
  const next = [advisory('CVE-2026-2', 'a', '2.0.0')];
  /** Runs `act` once, when a database is opened for the nth time from now: the revision has been read, nothing is written. */
  function atOpen(nth: number, act: () => Promise<unknown>): void {
    let calls = 0;
    revisions.onOpen = async () => {
      if (++calls === nth) await act();
    };
  }

  it('a revision that advances while a scan is matched: the scan matches again before it commits', async () => {
    await revisions.publish(db.worker, old);
    await run();
    // Advance and the whole evaluation pass between matching and commit; they cannot see the inventory.
    atOpen(1, async () => {
      revisions.onOpen = async () => {};
      await revisions.publish(db.worker, next);
      expect(await run()).toMatchObject({ resources: 0 });
    });
    expect(await estate.scan(1, image('app', ['a@1.0.0']))).toMatchObject({ revision: 2 });
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-2 app a@1.0.0']);
  });

  it('a revision cannot advance between the comparison and the commit of a scan', async () => {
    await revisions.publish(db.worker, old);
    const holder = await db.worker.connect();
    try {
      await holder.query('begin');
      expect(await holdRevision(holder)).toBe(1);
      let advanced = false;
      const advance = revisions.publish(db.worker, next).then(() => {
        advanced = true;
      });
      await waitForLock(db);
      expect(advanced).toBe(false);
      await holder.query('commit');
      await advance;
    } finally {
      holder.release(true);
    }
  });

  it('an evaluation that read its revision before a newer scan leaves that scan alone', async () => {
    await revisions.publish(db.worker, old);
    await run();
    await estate.scan(1, image('app', ['a@1.0.0']));
    await revisions.publish(db.worker, next);
    // The evaluation of revision 2 has its number; then revision 3 comes and a scan is matched with it.
    atOpen(1, async () => {
      revisions.onOpen = async () => {};
      await revisions.publish(db.worker, [advisory('CVE-2026-3', 'a', '2.0.0')]);
      await estate.scan(1, image('app', ['a@1.0.0']));
    });
    expect(await run()).toMatchObject({ to: 2, resources: 0 });
    expect((await estate.findings()).filter((line) => line.startsWith('ACTIVE'))).toEqual(['ACTIVE CVE-2026-3 app a@1.0.0']);
    await run();
    expect((await estate.findings()).filter((line) => line.startsWith('ACTIVE'))).toEqual(['ACTIVE CVE-2026-3 app a@1.0.0']);
  });

  it('an inventory replaced after the probe is judged by what it holds now', async () => {
    await revisions.publish(db.worker, old);
    await run();
    for (const name of ['app', 'zzz']) await estate.scan(1, image(name, ['a@1.0.0']));
    const other = await estate.scan(1, image('other', ['b@1.0.0']));
    await revisions.publish(db.worker, next);
    // The first chunk writes `app`; with it `zzz`, whose turn comes next, gets another inventory.
    await db.owner.query(`create function swap_inventory() returns trigger language plpgsql security definer as $$ begin
      update resource set inventory = ${other.inventory} where repository = 'zzz'; return null; end $$`);
    await db.owner.query(
      "create trigger swap after update of evaluated on resource for each row when (new.repository = 'app') execute function swap_inventory()",
    );
    await run();
    expect((await estate.findings()).filter((line) => line.includes('CVE-2026-2'))).toEqual(['ACTIVE CVE-2026-2 app a@1.0.0']);
  });

  it('a slept evaluation is refused once another has begun', async () => {
    await revisions.publish(db.worker, old);
    await run();
    await estate.scan(1, image('app', ['a@1.0.0']));
    await revisions.publish(db.worker, next);
    atOpen(2, async () => {
      // Somebody else takes over, and the change is withdrawn meanwhile: nothing differs from where we started.
      revisions.onOpen = async () => {};
      await revisions.publish(db.worker, [...old, advisory('CVE-2026-9', 'z', '1.0.0')]);
      await run();
    });
    await expect(run()).rejects.toThrow(Superseded);
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 app a@1.0.0']);
  });

  it('a half-done evaluation of a revision that was withdrawn is undone by the next', async () => {
    await revisions.publish(db.worker, old);
    await run();
    for (const name of ['app1', 'app2']) await estate.scan(1, image(name, ['a@1.0.0']));
    await revisions.publish(db.worker, next);
    let chunks = 0;
    const dying = { ...estate.ctx, now: () => (++chunks === 2 ? die() : estate.now) };
    await expect(evaluate({ pool: db.worker, revisions, ctx: dying, naming: estate.naming, chunk: 1 })).rejects.toThrow('killed');
    expect((await estate.findings()).filter((line) => line.startsWith('ACTIVE'))).toEqual([
      'ACTIVE CVE-2026-1 app2 a@1.0.0',
      'ACTIVE CVE-2026-2 app1 a@1.0.0',
    ]);
    // Back to the first content: between the revision that is done everywhere and this one nothing differs.
    await revisions.publish(db.worker, old);
    await run();
    expect((await estate.findings()).filter((line) => line.startsWith('ACTIVE'))).toEqual([
      'ACTIVE CVE-2026-1 app1 a@1.0.0',
      'ACTIVE CVE-2026-1 app2 a@1.0.0',
    ]);
  });

  it('the late write of a worker whose lease ran out is refused, by its job and by the fence of the resource', async () => {
    await revisions.publish(db.worker, old);
    const job = async (): Promise<Job> => (await claim(db.worker, 'scan', { worker: 'w', leaseMs: 60_000 }))!;
    await enqueue(db.worker, { account: 1, kind: 'scan', key: 'app', lane: 'scan', payload: {} });
    const slept = await job();
    await db.worker.query("update job set lease_until = now() - interval '1 s'");
    await reap(db.worker, 5);
    const awake = await job();
    await estate.scan(1, image('app', ['a@3.0.0']), awake);
    await expect(estate.scan(1, image('app', ['a@1.0.0']), slept)).rejects.toThrow(FenceLost);
    // On a resource that nobody else wrote the queue's own guard holds.
    await expect(estate.scan(1, image('other', ['a@1.0.0']), slept)).rejects.toThrow(LeaseLost);
    expect(await estate.findings()).toEqual([]);
  });

  it('two workers on one resource write one after the other', async () => {
    await revisions.publish(db.worker, old);
    await Promise.all(
      Array.from({ length: 6 }, () =>
        estate.scan(1, image('app', ['a@1.0.0'])).catch((error: Error) => expect(error).toBeInstanceOf(FenceLost)),
      ),
    );
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 app a@1.0.0']);
    const { rows } = await db.worker.query(
      'select (select count(*) from resource) as resources, (select count(*) from inventory) as inventories, (select count(*) from finding_event) as events',
    );
    expect(rows).toEqual([{ resources: 1, inventories: 1, events: 1 }]);
  });
});

function die(): never {
  throw new Error('killed');
}

async function waitForLock(db: TestDatabase): Promise<void> {
  for (let n = 0; n < 200; n++) {
    const { rows } = await db.worker.query("select from pg_locks where locktype = 'advisory' and not granted");
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('nobody waits');
}
