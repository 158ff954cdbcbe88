import { type MemoryRevisions, memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claim, enqueue } from '../../jobs/queue.ts';
import { evaluate } from './evaluate.ts';
import { advisory, type Estate, estateOf, image } from './testdata/estate.ts';

const DAY = 86_400_000;
const none = { opened: 0, reopened: 0, closed: 0, changed: 0 };

describe('findings of what is stored', () => {
  let db: TestDatabase;
  let revisions: MemoryRevisions;
  let estate: Estate;
  beforeEach(async () => {
    db = await createTestDatabase();
    revisions = memoryRevisions();
    estate = estateOf(db, revisions);
  });
  afterEach(() => db.drop());
  const run = () => evaluate({ pool: db.worker, revisions, ctx: estate.ctx, naming: estate.naming, chunk: 2 });
  const events = async () => (await db.worker.query('select kind, change from finding_event order by seq')).rows;

  it('a scan opens findings, the same scan again writes nothing', async () => {
    await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0'), advisory('CVE-2026-2', 'b', '1.0.0')]);
    const first = await estate.scan(1, image('team/app:1', ['a@1.0.0', 'b@1.5.0', 'c@1.0.0']));
    expect(first).toMatchObject({ created: true, packages: 3, status: 'ACTIVE', reason: 'SUCCESSFUL', findings: { ...none, opened: 1 } });
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 team/app a@1.0.0']);
    const stamp = async () =>
      (await db.worker.query('select f.xmin as fx, p.xmin as px, f.ctid as fc, p.ctid as pc, f.*, p.* from finding f, finding_package p'))
        .rows;
    const before = await stamp();
    estate.now += DAY;
    const again = await estate.scan(1, image('team/app:1', ['a@1.0.0', 'b@1.5.0', 'c@1.0.0']));
    expect(again).toMatchObject({ created: false, resource: first.resource, inventory: first.inventory, findings: none });
    expect(await stamp()).toEqual(before);
    expect((await db.worker.query('select severity, score, fix from finding')).rows).toEqual([{ severity: 5, score: 9.8, fix: 2 }]);
    expect(await events()).toEqual([
      { kind: 1, change: { status: [null, 1], severity: [null, 5], score: [null, 9.8], fix: [null, 2], added: [expect.any(Number)] } },
    ]);
  });

  it('closes what a new look no longer holds, keeps its packages, and opens the same finding again', async () => {
    await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0')]);
    await estate.scan(1, image('app', ['a@1.0.0']));
    const [before] = (await db.worker.query('select id, first_at from finding')).rows;
    estate.now += DAY;
    expect((await estate.scan(1, image('app', ['a@2.0.0']))).findings).toEqual({ ...none, closed: 1 });
    expect(await estate.findings()).toEqual(['CLOSED CVE-2026-1 app a@1.0.0']);
    estate.now += 6 * DAY;
    expect((await estate.scan(1, image('app', ['a@1.5.0']))).findings).toEqual({ ...none, reopened: 1 });
    expect((await db.worker.query('select id, first_at from finding')).rows).toEqual([before]);
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 app a@1.5.0']);
    await estate.scan(1, image('app', ['a@2.0.0']));
    estate.now += 8 * DAY;
    await estate.scan(1, image('app', ['a@1.0.0']));
    expect((await db.worker.query('select id, first_at from finding')).rows).toEqual([{ id: before.id, first_at: new Date(estate.now) }]);
    expect((await events()).map((event) => event.kind)).toEqual([1, 2, 3, 2, 3]);
  });

  it('closes nothing because it failed to look', async () => {
    await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0'), advisory('CVE-2026-2', 'b', '2.0.0')]);
    await estate.scan(1, image('app', ['a@1.0.0', 'b@1.0.0']));
    // The database of b was unreadable; a was upgraded and seen.
    const gap = { code: 'unreadable-package-database', message: 'broken' } as const;
    await estate.scan(1, image('app', ['a@2.0.0'], [gap]));
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-2 app b@1.0.0', 'CLOSED CVE-2026-1 app a@1.0.0']);
    // What was carried over goes on being evaluated.
    await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0'), advisory('CVE-2026-3', 'b', '3.0.0')]);
    await run();
    expect(await estate.findings()).toEqual([
      'ACTIVE CVE-2026-3 app b@1.0.0',
      'CLOSED CVE-2026-1 app a@1.0.0',
      'CLOSED CVE-2026-2 app b@1.0.0',
    ]);
    // Nothing at all could be read: everything stays, and the coverage says so.
    const void_ = await estate.scan(1, image('app', [], [{ ...gap, fatal: true }]));
    expect(void_).toMatchObject({ inventory: null, status: 'INACTIVE', reason: 'INTERNAL_ERROR', findings: none });
    // The next whole look clears it.
    await estate.scan(1, image('app', ['a@2.0.0']));
    expect((await estate.findings()).filter((line) => line.startsWith('ACTIVE'))).toEqual([]);
  });

  it('closes nothing because a feed vanished', async () => {
    await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0')]);
    await estate.scan(1, image('app', ['a@1.0.0']));
    await revisions.publish(db.worker, []);
    await run();
    await estate.scan(1, image('app', ['a@1.0.0']));
    expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 app a@1.0.0']);
  });

  it('evaluates a new revision by its changed keys, over accounts, in chunks', async () => {
    await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '1.1.0')]);
    await run();
    for (let n = 0; n < 7; n++) await estate.scan(n % 2, image(`app${n}`, ['a@1.0.0', `other${n}@1.0.0`]));
    await estate.scan(1, image('clean', ['b@1.0.0']));
    await revisions.publish(db.worker, [
      advisory('CVE-2026-1', 'a', '1.0.0'),
      advisory('CVE-2026-2', 'a', '9.0.0'),
      advisory('CVE-2026-3', 'unused', '9.0.0'),
    ]);
    expect(await run()).toMatchObject({ from: 1, to: 2, packages: 1, resources: 7, opened: 7, closed: 7, changed: 0 });
    expect((await estate.findings(1)).filter((line) => line.startsWith('ACTIVE'))).toEqual(
      ['app1', 'app3', 'app5'].map((app) => `ACTIVE CVE-2026-2 ${app} a@1.0.0`),
    );
    expect(await run()).toMatchObject({ packages: 0, resources: 0, opened: 0, closed: 0 });
  });

  it('joins several revisions into one diff, and starts from nothing where an old database is gone', async () => {
    const first = await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0')]);
    await run();
    await estate.scan(1, image('app', ['a@1.0.0', 'b@1.0.0']));
    await revisions.publish(db.worker, [advisory('CVE-2026-9', 'b', '2.0.0'), advisory('CVE-2026-1', 'a', '2.0.0')]);
    const third = await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0'), advisory('CVE-2026-2', 'b', '2.0.0')]);
    revisions.forget(2);
    expect(await run()).toMatchObject({ from: first, to: third, packages: 1, opened: 1 });
    revisions.forget(third);
    await revisions.publish(db.worker, [
      advisory('CVE-2026-1', 'a', '2.0.0'),
      advisory('CVE-2026-2', 'b', '2.0.0'),
      advisory('CVE-2026-4', 'z', '1.0.0'),
    ]);
    expect(await run()).toMatchObject({ packages: 2, opened: 0, closed: 0 });
  });

  it('changes severity with the CVE record, and EPSS without writing a finding', async () => {
    const bare = { ...advisory('CVE-2026-1', 'a', '2.0.0'), severity: [] };
    const cve = (epss: number, vector: string) => ({
      id: 'CVE-2026-1',
      epss: { score: epss, date: '2026-01-01' },
      cve: { severities: [{ type: 'CVSS_V3', score: vector }] },
    });
    await revisions.publish(db.worker, [bare], [cve(0.1, 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H')]);
    await run();
    await estate.scan(1, image('app', ['a@1.0.0']));
    const read = async () =>
      (await db.worker.query('select f.xmin, f.severity, i.epss from finding f join issue i on i.id = f.issue')).rows[0];
    const before = await read();
    expect(before).toMatchObject({ severity: 5, epss: 0.1 });
    await revisions.publish(db.worker, [bare], [cve(0.7, 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H')]);
    await run();
    expect(await read()).toEqual({ ...before, epss: 0.7 });
    await revisions.publish(db.worker, [bare], [cve(0.7, 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N')]);
    expect(await run()).toMatchObject({ changed: 1 });
    expect(await read()).toMatchObject({ severity: 2 });
  });

  it('a finding has the worst of its packages, and whether all, some or none can be fixed', async () => {
    const low = 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N';
    const both = (fixA: string | undefined) => [
      {
        ...advisory('CVE-2026-1', 'a', '2.0.0'),
        affected: [
          {
            ...advisory('x', 'a', '2.0.0', low).affected[0]!,
            ranges: [
              { type: 'SEMVER' as const, events: fixA === undefined ? [{ introduced: '0' }] : [{ introduced: '0' }, { fixed: fixA }] },
            ],
          },
          advisory('x', 'b', '2.0.0').affected[0]!,
        ],
      },
    ];
    await revisions.publish(db.worker, both(undefined));
    await run();
    await estate.scan(1, image('app', ['a@1.0.0', 'b@1.0.0']));
    expect((await db.worker.query('select fix from finding')).rows).toEqual([{ fix: 1 }]);
    await revisions.publish(db.worker, both('1.5.0'));
    await run();
    expect((await db.worker.query('select fix from finding')).rows).toEqual([{ fix: 2 }]);
    expect((await events()).at(-1)).toMatchObject({ kind: 4, change: { fix: [1, 2] } });
    await estate.scan(1, image('app', ['a@1.0.0']));
    expect((await events()).at(-1)).toMatchObject({ kind: 4, change: { removed: [expect.any(Number)] } });
  });

  it('ends the job in the same transaction, with what was done as its result', async () => {
    await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0')]);
    const id = await enqueue(db.worker, { account: 1, kind: 'scan', key: 'x', lane: 'scan', payload: {} });
    const job = (await claim(db.worker, 'scan', { worker: 'w', leaseMs: 1000 }))!;
    const result = await estate.scan(1, image('app', ['a@1.0.0']), job);
    expect((await db.worker.query('select state, result from job where id = $1', [id])).rows).toEqual([{ state: 3, result }]);
  });
});
