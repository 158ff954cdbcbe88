import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enqueue } from '../jobs/queue.ts';
import { publishRevision } from '../revisions/revisions.ts';
import { checkDatabase } from './database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

async function told(now = Date.now()): Promise<Record<string, string>> {
  const checks = await checkDatabase(db, () => now);
  return Object.fromEntries(checks.map(({ name, state, words }) => [name, `${state}: ${words}`]));
}

test('a fresh database only lacks advisories', async () => {
  const { advisories, ...rest } = await told();
  expect(advisories).toMatch(/^problem: There are none; run/);
  for (const words of Object.values(rest)) expect(words).toMatch(/^ok: /);
});

test('what goes wrong later is told with what to do', async () => {
  const digest = 'ab'.repeat(32);
  const builtAt = new Date(Date.now() - 20 * 86_400_000);
  await publishRevision(db.worker, { digest, enrichment: digest, place: 'x', matcher: 1, builtAt, counts: {} });
  await enqueue(db.worker, { account: 1, kind: 'look', key: 'a', lane: 'look', payload: {} });
  await enqueue(db.worker, { account: 1, kind: 'look', key: 'b', lane: 'look', payload: {} });
  await db.worker.query("update job set run_at = now() - interval '1 hour' where key = 'a'");
  await db.worker.query("update job set state = 2 where key = 'b'");
  await db.worker.query("insert into sink (account, kind, name, config, attempts) values (7, 'webhook', 'w', '{}', 3)");
  await db.worker.query(
    `insert into cluster (account, arn, provider, uid, name, observed_at) select 7, n, 'docker', n, n, now() - interval '25 hours' from unnest(array['a', 'b', 'c', 'd']) n`,
  );
  await db.owner.query('alter table filter disable row level security');
  const words = await told(Date.now() + 3_600_000);
  expect(words['PostgreSQL']).toMatch(/^warning: Its clock .* differ by 3600 s/);
  expect(words['advisories']).toMatch(/^warning: They are 20 days old/);
  expect(words['queue']).toMatch(/^problem: \d+ jobs wait, the first since 60 minutes/);
  expect(words['failed jobs']).toMatch(/^warning: 1 jobs/);
  expect(words['sinks']).toMatch(/^warning: 1 of 1 sinks/);
  expect(words['clusters']).toMatch(/^warning: Not heard for a day: a, b, c and 1 more\. /);
  expect(words['isolation']).toMatch(/^problem: Row-level security is off for filter/);
});

test('a newer schema stops the rest', async () => {
  await db.owner.query("insert into schema_migration (name, checksum) values ('9999-future', 'x')");
  const words = await told();
  expect(words['schema']).toMatch(/^problem: The database is of a newer Assay \(9999-future\)/);
  expect(words['queue']).toBeUndefined();
});
