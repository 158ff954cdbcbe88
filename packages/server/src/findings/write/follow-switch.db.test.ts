import { type MemoryRevisions, memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureAccount, readSettings } from '../../accounts/settings.ts';
import { SWITCH_LANE, switchScanTypes } from '../../accounts/switch.ts';
import { claim, LeaseLost } from '../../jobs/queue.ts';
import { evaluate } from './evaluate.ts';
import { followSwitch } from './follow-switch.ts';
import { advisory, type Estate, estateOf, image } from './testdata/estate.ts';

let db: TestDatabase;
let revisions: MemoryRevisions;
let estate: Estate;
beforeEach(async () => {
  db = await createTestDatabase();
  revisions = memoryRevisions();
  estate = estateOf(db, revisions);
  for (const account of [1, 2]) await ensureAccount(db.api, account, 'team');
  await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0')]);
  await estate.scan(1, image('app', ['a@1.0.0']));
  await estate.scan(2, image('app', ['a@1.0.0']));
});
afterEach(() => db.drop());

const turn = (enabled: boolean) => switchScanTypes(db.api, { account: 1, types: ['ECR'], enabled });
const next = () => claim(db.worker, SWITCH_LANE, { worker: 'w', leaseMs: 10_000 });
const follow = async (): Promise<void> => followSwitch(estate, (await next())!);
const coverage = async () =>
  (await db.worker.query('select scan_status as status, scan_reason as reason, detail from resource where account = 1')).rows;
const switching = async () => (await readSettings(db.api, [1])).get(1)?.switching;

test('disabling closes findings with their history, enabling brings them back from what is stored, and other accounts notice nothing', async () => {
  const [before] = await coverage();
  await turn(false);
  expect(await switching()).toEqual({ ECR: false });
  await follow();
  expect(await switching()).toEqual({});
  expect(await estate.findings()).toEqual(['CLOSED CVE-2026-1 app a@1.0.0']);
  expect(await estate.findings(2)).toEqual(['ACTIVE CVE-2026-1 app a@1.0.0']);
  expect(await coverage()).toMatchObject([{ status: 2, reason: 13 }]);
  // A new advisory opens nothing here, and neither does a scan, which is kept all the same.
  await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0'), advisory('CVE-2026-2', 'b', '9.0.0')]);
  await estate.scan(1, image('app', ['a@1.0.0', 'b@1.0.0']));
  await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0'), advisory('CVE-2026-2', 'b', '8.0.0')]);
  await evaluate({ pool: db.worker, revisions, naming: estate.naming, ctx: estate.ctx });
  expect(await estate.findings()).toEqual(['CLOSED CVE-2026-1 app a@1.0.0']);
  await turn(true);
  await follow();
  expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 app a@1.0.0', 'ACTIVE CVE-2026-2 app b@1.0.0']);
  expect(await coverage()).toEqual([before]);
  const { rows } = await db.worker.query('select kind, actor from finding_event where account = 1 order by seq');
  expect(rows.map((row) => `${row.kind} ${row.actor}`)).toEqual(['1 scan', '2 disable', expect.any(String), expect.any(String)]);
  expect(rows.slice(2).map((row) => row.actor)).toEqual(['enable', 'enable']);
});

test('an evaluation with a newer number that got in between leaves nothing open', async () => {
  await turn(false);
  const job = (await next())!;
  await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '3.0.0')]);
  await evaluate({ pool: db.worker, revisions, naming: estate.naming, ctx: estate.ctx });
  await followSwitch(estate, job);
  expect(await estate.findings()).toEqual(['CLOSED CVE-2026-1 app a@1.0.0']);
});

test('switched back before the job came, nothing happens; during it, the next job follows', async () => {
  await turn(false);
  await turn(true);
  await follow();
  expect(await next()).toBeUndefined();
  expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 app a@1.0.0']);
  expect(await switching()).toEqual({});
  await turn(false);
  const job = (await next())!;
  await turn(true);
  await followSwitch(estate, job);
  await turn(false);
  await follow();
  expect(await estate.findings()).toEqual(['CLOSED CVE-2026-1 app a@1.0.0']);
  expect(await switching()).toEqual({});
});

test('a worker that slept past its lease changes nothing', async () => {
  await turn(false);
  const job = (await next())!;
  await db.worker.query("update job set fence = nextval('fence') where id = $1", [job.id]);
  await expect(followSwitch(estate, job)).rejects.toThrow(LeaseLost);
  expect(await estate.findings()).toEqual(['ACTIVE CVE-2026-1 app a@1.0.0']);
});

test('without resources of a type it is switched at once', async () => {
  expect((await switchScanTypes(db.api, { account: 1, types: ['EC2', 'LAMBDA'], enabled: false }))?.switching).toEqual({});
  expect(await next()).toBeUndefined();
});
