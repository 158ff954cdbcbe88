import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { SERVICE_EVENT } from './service-events.ts';
import { tellRunning, type UseBefore } from './tell-running.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const HOUR = 3_600_000;
let db: TestDatabase;

/** Resource 1 has a critical and a high finding, 2 a low one that is attacked, 3 a high one, 4 a critical one that is suppressed. */
beforeAll(async () => {
  db = await createTestDatabase();
  await db.owner.query(
    `insert into issue (id, kind, name, source, doc, revision, weaponised) overriding system value values
       (1, 2, 'CVE-2026-1', 's', '{}', 1, false), (2, 2, 'CVE-2026-2', 's', '{}', 1, true)`,
  );
  await db.owner.query(
    `insert into resource (account, id, kind, arn, scan_status, scan_reason, in_use_count, exposure) overriding system value
     select 7, n, 2, 'arn:' || n, 1, 1, 2, 1 from generate_series(1, 4) n`,
  );
  await db.owner.query(
    `insert into finding (account, resource, issue, spot, kind, status, severity, first_at, last_at, updated_at)
     select 7, r, i, n, 2, s, v, now(), now(), now() from (values (1, 1, 1, 1, 5), (1, 1, 2, 1, 4), (2, 2, 3, 1, 2), (3, 1, 4, 1, 4), (4, 1, 5, 2, 5)) t(r, i, n, s, v)`,
  );
});
beforeEach(() => db.owner.query('delete from service_event'));
afterAll(async () => db?.drop());

async function told(...before: Partial<UseBefore>[]) {
  const rested = { account: 7, inUseCount: 0, lastInUseAt: null };
  const rows = before.map((one, at) => ({ ...rested, resource: at + 1, ...one }));
  await inTransaction(db.worker, (tx) => tellRunning(tx, rows, NOW));
  return (await db.owner.query('select account, kind, subject, body from service_event order by seq')).rows;
}

test('tells what is critical or attacked, once for a resource', async () => {
  expect(await told({}, {}, {}, {})).toEqual([
    {
      account: 7,
      kind: SERVICE_EVENT.RUNNING,
      subject: 'arn:1',
      body: {
        ...{ state: 'STARTED', severity: 'CRITICAL', inUseCount: 2, exposure: 'INTERNET' },
        ...{ critical: 1, high: 1, knownExploited: 0, vulnerabilityIds: ['CVE-2026-1', 'CVE-2026-1'] },
      },
    },
    expect.objectContaining({ subject: 'arn:2', body: expect.objectContaining({ severity: 'LOW', knownExploited: 1 }) }),
  ]);
});

test('says nothing of what ran a moment ago, or runs on, or does not run', async () => {
  expect(await told({ lastInUseAt: new Date(NOW.getTime() - 23 * HOUR) }, { inUseCount: 1 })).toEqual([]);
  expect(await told({ lastInUseAt: new Date(NOW.getTime() - 25 * HOUR) })).toHaveLength(1);
  await db.owner.query('update resource set in_use_count = 0 where id = 2');
  expect((await told({ resource: 2 })).map((row) => row.subject)).toEqual(['arn:1']);
});
