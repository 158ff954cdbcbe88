import type { GroupMessage, SinkMessage } from '@assay/connectors/message.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { advance } from './outbox.ts';
import { nextParcel } from './parcel.ts';
import { recordServiceEvents, SERVICE_EVENT } from './service-events.ts';
import { nextDigest, type SinkRow } from './sink-row.ts';
import { createSink, readSink, type SinkWish } from './sinks.ts';

const NOW = Date.parse('2026-11-22T10:30:00Z');
const telling = { region: 'us-east-1', findingArn: (account: number, id: number) => `${account}/${id}`, describe: () => ({}) };
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  // 300 images of three repositories, ten of them running; two vulnerabilities, every image has both.
  await db.owner.query(`insert into issue (kind, name, source, doc, revision) values (2, 'CVE-1', 's', '{"title": "First"}', 1), (2, 'CVE-2', 's', '{}', 1);
    insert into resource (account, kind, arn, repository, scan_status, scan_reason, in_use_count)
      select 1, 2, 'arn:' || n, 'shop/' || n % 3, 1, 1, case when n <= 10 then n else 0 end from generate_series(1, 300) n;
    insert into finding (account, resource, issue, kind, status, severity, score, first_at, last_at, updated_at)
      select 1, r.id, i.id, 2, 1, case i.name when 'CVE-1' then 5 else 3 end, 5, now(), now(), now() from resource r, issue i`);
});
afterAll(() => db.drop());
beforeEach(() => db.owner.query('truncate finding_event, service_event, progress, sink'));

async function makeSink(more: Partial<SinkWish>): Promise<SinkRow> {
  const wish: SinkWish = { name: 'w', kind: 'webhook', config: {}, mode: 'GROUPED', filter: {}, digestHour: 8, ...more };
  return inTransaction(db.worker, async (tx) => {
    const id = (await createSink(tx, 1, { wish, now: new Date(NOW - 7_200_000) })) as number;
    return (await readSink(tx, { account: 1, id }))!;
  });
}
/** Everything there is, parcel by parcel. */
async function drain(sink: SinkRow): Promise<SinkMessage[]> {
  const all: SinkMessage[] = [];
  for (;;) {
    const parcel = await inTransaction(db.worker, (tx) => nextParcel(tx, sink, { telling, now: NOW, batch: 100 }));
    if (parcel === undefined) return all;
    all.push(...parcel.messages);
    for (const { consumer, last } of parcel.consumed) await advance(db.worker, consumer, last);
    if (parcel.nextAt !== undefined) return all;
  }
}
const happen = (kind: number, actor: string, where = 'true'): Promise<unknown> =>
  db.worker.query(
    `insert into finding_event (account, resource, finding, kind, actor, change) select f.account, f.resource, f.id, ${kind}, $1, '{}'
     from finding f join issue i on i.id = f.issue join resource r on r.account = f.account and r.id = f.resource where ${where} order by f.id`,
    [actor],
  );

test('a new vulnerability on three hundred images is one message, the running ones first', async () => {
  const sink = await makeSink({});
  await happen(1, 'evaluation', "i.name = 'CVE-1'");
  const [message, ...more] = (await drain(sink)) as GroupMessage[];
  expect(more).toEqual([]);
  expect(message).toMatchObject({
    by: 'vulnerability',
    id: 'CVE-1',
    title: 'First',
    severity: 'CRITICAL',
    total: 300,
    open: 300,
    place: '',
  });
  expect(message?.counts).toEqual({ opened: 300, reopened: 0, closed: 0, changed: 0, suppressed: 0 });
  expect(message?.top.map(({ id, inUse }) => [id, inUse])).toEqual([10, 9, 8, 7, 6].map((n) => [`arn:${n}`, n]));
  expect(await drain(sink)).toEqual([]);
});

test('what a look at an image found is one message about the image', async () => {
  const sink = await makeSink({});
  await happen(1, 'scan', "r.arn = 'arn:7'");
  const messages = (await drain(sink)) as GroupMessage[];
  expect(messages.map(({ by, id, title, total, severity }) => [by, id, title, total, severity])).toEqual([
    ['resource', 'arn:7', 'shop/1', 2, 'CRITICAL'],
  ]);
  expect(messages[0]?.top.map(({ id, severity }) => [id, severity])).toEqual([
    ['CVE-1', 'CRITICAL'],
    ['CVE-2', 'MEDIUM'],
  ]);
});

test('tickets are for a vulnerability in a repository; severities, use and repositories narrow', async () => {
  const sink = await makeSink({ mode: 'TICKETS', filter: { severities: ['CRITICAL'], inUse: true, repositories: ['shop/1', 'shop/2'] } });
  await happen(1, 'scan');
  const messages = (await drain(sink)) as GroupMessage[];
  expect(messages.map(({ id, place, total, open }) => [id, place, total, open])).toEqual([
    ['CVE-1', 'shop/1', 4, 4],
    ['CVE-1', 'shop/2', 3, 3],
  ]);
});

test('findings that become overdue together are one message, as severe as is wanted, and counted in a digest', async () => {
  const due = (n: number, severity: string) => {
    const body = { state: 'OVERDUE', vulnerabilityId: `CVE-${n}`, severity, resource: 'arn:1', dueAt: '2026-11-22T00:00:00Z' };
    return { account: 1, kind: SERVICE_EVENT.DUE_DATE, actor: 'due-dates', subject: `finding/${n}`, at: new Date(NOW - 60_000), body };
  };
  const sink = await makeSink({ filter: { severities: ['HIGH', 'CRITICAL'] } });
  const digest = await makeSink({ name: 'd', mode: 'DAILY_DIGEST', filter: { severities: ['HIGH'] } });
  await recordServiceEvents(db.worker, [due(1, 'LOW'), due(2, 'HIGH'), due(3, 'CRITICAL'), due(4, 'HIGH')]);
  const [message, ...more] = await drain(sink);
  expect(more).toEqual([]);
  expect(message).toMatchObject({ type: 'service', kind: 'DUE_DATE', body: { count: 3, first: [{ subject: 'finding/2' }, {}, {}] } });
  expect(await drain({ ...digest, nextAt: new Date(NOW) })).toMatchObject([{ type: 'digest', overdue: 2 }]);
});

test('a digest counts a day, comes when it is due, and is silent when nothing happened', async () => {
  const sink = await makeSink({ mode: 'HOURLY_DIGEST' });
  expect(sink.nextAt?.toISOString()).toBe('2026-11-22T09:00:00.000Z');
  await happen(1, 'evaluation', "i.name = 'CVE-1'");
  await happen(2, 'scan', "i.name = 'CVE-2' and r.id <= 20");
  expect(await drain({ ...sink, nextAt: new Date(NOW + 1) })).toEqual([]);
  const [digest, ...more] = await drain(sink);
  expect(more).toEqual([]);
  expect(digest).toMatchObject({
    type: 'digest',
    counts: { opened: 300, reopened: 0, closed: 20 },
    overdue: 0,
    open: { CRITICAL: 300, MEDIUM: 300 },
    top: [{ id: 'CVE-1', resources: 300, inUse: 10 }],
  });
  expect(await drain(sink)).toEqual([]);
});

test.each([
  ['HOURLY_DIGEST', 8, '2026-11-22T11:00:00.000Z'],
  ['DAILY_DIGEST', 8, '2026-11-23T08:00:00.000Z'],
  ['DAILY_DIGEST', 11, '2026-11-22T11:00:00.000Z'],
  ['DAILY_DIGEST', 10, '2026-11-23T10:00:00.000Z'],
] as const)('the %s of hour %d after 10:30 is due at %s', (mode, digestHour, due) => {
  expect(nextDigest({ mode, digestHour }, NOW)?.toISOString()).toBe(due);
});
