import { silentLogger } from '@assay/core/context.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import type { RequestRecord } from '@assay/wire/request-record.ts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openJournal } from './journal.ts';
import { keepAudit } from './retention.ts';

const DAY = 86_400_000;
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(() => db.owner.query('truncate audit_record'));

let sequence = 0;
function record(changes: Partial<RequestRecord> = {}): RequestRecord {
  const account = '000000000001';
  return {
    requestId: `r${++sequence}`,
    at: Date.parse('2026-11-01T00:00:00Z') + sequence,
    duration: 1.5,
    service: 'inspector2',
    operation: 'ListFindings',
    readonly: true,
    principal: { account, arn: `arn:aws:iam::${account}:user/a`, userId: 'U', role: 'admin', via: 'sigv4' },
    sourceAddress: '127.0.0.1',
    userAgent: 'test',
    input: () => ({}),
    output: () => undefined,
    status: 200,
    errorCode: undefined,
    errorMessage: undefined,
    ...changes,
  };
}
const open = (options: { reads?: boolean; waitMs?: number; most?: number } = {}) =>
  openJournal({ pool: db.api, log: silentLogger, reads: true, ...options });
const stored = async () =>
  (await db.worker.query<{ request: string }>('select request from audit_record order by id')).rows.map((row) => row.request);

it('a change is stored before its caller is answered, and takes along what waits', async () => {
  const journal = open({ waitMs: 3_600_000 });
  const read = record();
  await journal.observe(read);
  expect(await stored()).toEqual([]);
  const change = record({ readonly: false, operation: 'DeleteFilter' });
  await journal.observe(change);
  expect(await stored()).toEqual([read.requestId, change.requestId]);
  await journal.observe(record());
  await journal.stop();
  expect(await stored()).toHaveLength(3);
});

it('goes on after a batch that could not be stored', async () => {
  let broken = true;
  const pool = new Proxy(db.api, {
    get: (target, name) =>
      name === 'connect' && broken ? () => Promise.reject(new Error('no database')) : Reflect.get(target, name, target),
  });
  const journal = openJournal({ pool, log: silentLogger, reads: true, waitMs: 1 });
  await expect(journal.observe(record({ readonly: false }))).rejects.toThrow('no database');
  await new Promise((resolve) => setTimeout(resolve, 20));
  broken = false;
  const change = record({ readonly: false });
  await journal.observe(change);
  expect(await stored()).toEqual([change.requestId]);
  await journal.stop();
});

it('many changes at once are all stored, each before its answer', async () => {
  const journal = open();
  const late: string[] = [];
  await Promise.all(
    Array.from({ length: 1200 }, async () => {
      const one = record({ readonly: false });
      await journal.observe(one);
      late.push(one.requestId);
    }),
  );
  expect((await stored()).sort()).toEqual(late.sort());
  await journal.stop();
});

it('a change that cannot be recorded is an error of its caller; reads wait for better times, up to a limit', async () => {
  const journal = open({ waitMs: 3_600_000, most: 3 });
  await db.owner.query('alter table audit_record add constraint broken check (false) not valid');
  await journal.observe(record());
  await expect(journal.observe(record({ readonly: false }))).rejects.toThrow(/broken/);
  for (let i = 0; i < 20; i++) await journal.observe(record());
  expect(await stored()).toEqual([]);
  await db.owner.query('alter table audit_record drop constraint broken');
  await journal.stop();
  expect(await stored()).toHaveLength(3);
});

it('reads can be left out, changes cannot, and callers that nobody knows are nobody’s', async () => {
  const journal = open({ reads: false });
  await journal.observe(record());
  await journal.observe(record({ readonly: false, principal: undefined }));
  const change = record({ readonly: false, errorCode: 'AccessDeniedException', status: 403 });
  await journal.observe(change);
  await journal.stop();
  expect(await stored()).toEqual([change.requestId]);
});

it('drops whole months when they are too old, and rows that found no month', async () => {
  const journal = open();
  const at = (time: number) => record({ readonly: false, at: time });
  await db.owner.query(`create table audit_record_201901 partition of audit_record for values from ('2019-01-01Z') to ('2019-02-01Z')`);
  const [ancient, old, recent] = [Date.parse('2019-01-05'), Date.now() - 100 * DAY, Date.now() - DAY];
  for (const one of [ancient, old, recent]) await journal.observe(at(one));
  await journal.stop();
  expect(await keepAudit(db.worker, 0)).toBe(0);
  expect(await stored()).toHaveLength(3);
  expect(await keepAudit(db.worker, 50)).toBe(1);
  expect(await stored()).toHaveLength(1);
});
