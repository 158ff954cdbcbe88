import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claim, enqueue } from '../jobs/queue.ts';
import { publishRevision } from '../revisions/revisions.ts';
import { databaseGauges } from './database-gauges.ts';
import { prometheusText } from './prometheus.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test('queues, evaluation and sinks of all accounts', async () => {
  await enqueue(db.worker, { account: 1, kind: 'look', key: 'a', lane: 'look', payload: {} });
  await enqueue(db.worker, { account: 2, kind: 'look', key: 'a', lane: 'look', payload: {} });
  await claim(db.worker, 'look', { worker: 'w', leaseMs: 60_000 });
  const builtAt = new Date(Date.now() - 7200_000);
  const digest = 'ab'.repeat(32);
  await publishRevision(db.worker, { digest, enrichment: digest, place: 'x', matcher: 1, builtAt, counts: {} });
  await db.worker.query("insert into sink (account, kind, name, config, attempts) values (7, 'webhook', 'w', '{}', 3)");
  await db.worker.query("insert into progress (consumer, account, horizon) select 'sink:' || id, 7, '3' from sink");
  await db.worker.query(
    "insert into finding_event (account, resource, finding, kind, actor, change, at) values (7, 1, 1, 1, 't', '{}', now() - interval '1 hour')",
  );
  const text = prometheusText(await databaseGauges(db.worker, () => 0)());
  expect(text).toMatch(/^assay_jobs\{lane="look",state="queued"\} 1$/m);
  expect(text).toMatch(/^assay_jobs\{lane="look",state="running"\} 1$/m);
  expect(text).toMatch(/^assay_evaluation_lag_revisions 1$/m);
  expect(text).toMatch(/^assay_advisories_age_seconds 72\d\d(\.\d+)?$/m);
  expect(text).toMatch(/^assay_sink_lag_seconds\{account="000000000007",sink="\d+",kind="webhook"\} 3[56]\d\d(\.\d+)?$/m);
  expect(text).toMatch(/^assay_sink_failures\{account="000000000007",sink="\d+",kind="webhook"\} 3$/m);
});
