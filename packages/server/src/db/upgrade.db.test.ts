import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createTestDatabase, testCluster } from '@assay/testkit/postgres.ts';
import { CreateFilterCommand, Inspector2Client, ListFiltersCommand, ListFindingsCommand } from '@aws-sdk/client-inspector2';
import pg from 'pg';
import { expect, test } from 'vitest';
import { startTestService } from '../http/testdata/start-service.ts';
import { embeddedTarget } from './database.ts';
import { migrate, readMigrations } from './migrate.ts';

/** The schema of release 0.1.0: files that may never change again. */
const RELEASE_0_1_0: Readonly<Record<string, string>> = {
  '0001-content': '2e96f4f022f8d63b7237115da658209b44b9ff56732cfc921a7b039fe1a3116f',
  '0002-accounts': 'e4c696feace62bf696b3b39532dc74f9edd7f7bf96520bdfe4dd513c553ee07f',
  '0003-resources': 'a8106cd61f4745b69c0d275878f1995ad4996c72a0b3b37b5ac2a4749253ff6d',
  '0004-findings': '758db849614c1261da82fb592f4d1d762c470b3b6da454ca8822c6d8f620d135',
  '0005-jobs': 'abca7edc3302cf73f9594d265daf59505ae70bb5f4de022999821338d3116c23',
  '0006-isolation': '2a67c2eb877e7354c58e6f5492ab35d6ceae475ce7eb697b17588f430febab3f',
  '0100-credentials': '0120b6388b9908daf016dcce02a8e7e7a1642518cc31a7a111549c24be0f3eb9',
  '0200-finding-lists': '4a38931cc6485a1da8cb5a324b069e5696e166a6af73867efd4013ea226c7051',
  '0201-service': 'fd20430ea78f0fd2c422e77f689bc8b974bf26365444c781bcc04682b9c01b61',
  '0202-removal': 'daa4be7f109bec04d9de948266b4994663b299903bfe2e9a835e629f3f2a2b65',
  '0202-webhooks': 'a830293f575f5f282b6098f3c8f62004660ffb0d60a9c8b21610241426802d74',
  '0300-list-speed': 'e4c7a5d4a6efd1b43afbaf2d3713d9a0e42b078aa0e015e356a8244047506556',
  '0301-aggregations': '2c6ab6679f50a92a5f923f92dbd95eb5e87e75e3f24ffad3b4dbc62a0523a758',
  '0302-resource-use': '224ba1c0ffabb894aba88b473650e1b78dfc41743c3960ceaea7b58e409bada0',
};
/** Of the database in the fixture; they open nothing else. */
const MASTER_KEY = '908436052654de0b92f3255ebe778071fd0ea22a2bbb3c7db46901beff5849b9';
const KEYS = { accessKeyId: 'AKIA2FJ53RMWTTRA5YUB', secretAccessKey: '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' };
const FINDINGS = 36;

test('the migrations of a release stay as they were released', () => {
  const now = new Map(readMigrations().map(({ name, checksum }) => [name, checksum]));
  for (const [name, checksum] of Object.entries(RELEASE_0_1_0)) expect([name, now.get(name)]).toEqual([name, checksum]);
});

test('a database of release 0.1.0 is brought here with its findings, its keys, and its events', async () => {
  const db = await createTestDatabase();
  const owner = new pg.Client({ ...embeddedTarget(await testCluster(), db.name).owner });
  await owner.connect();
  try {
    await owner.query('drop schema public cascade; create schema public; grant usage on schema public to public');
    const old = readMigrations().filter(({ name }) => name in RELEASE_0_1_0);
    expect(await migrate(owner, old)).toHaveLength(Object.keys(RELEASE_0_1_0).length);
    await owner.query(readFileSync(path.join(import.meta.dirname, 'testdata/release-0.1.0.sql'), 'utf8'));
    const made = await migrate(owner);
    expect(made).toEqual(readMigrations().flatMap(({ name }) => (name in RELEASE_0_1_0 ? [] : [name])));
  } finally {
    await owner.end();
  }
  const prepare = (folder: string): void => writeFileSync(path.join(folder, 'master.key'), MASTER_KEY);
  const service = await startTestService({ now: Date.now, prepare, db });
  try {
    const client = new Inspector2Client({ endpoint: service.server.address, region: 'us-east-1', credentials: KEYS, maxAttempts: 1 });
    const { findings = [] } = await client.send(new ListFindingsCommand({ maxResults: 100 }));
    expect(findings).toHaveLength(FINDINGS);
    expect(
      findings.every((one) => one.status === 'ACTIVE' && one.title !== undefined && one.packageVulnerabilityDetails !== undefined),
    ).toBe(true);
    const filterCriteria = { ecrImageRepositoryName: [{ comparison: 'EQUALS' as const, value: 'old' }] };
    const some = await client.send(new ListFindingsCommand({ filterCriteria, sortCriteria: { field: 'SEVERITY', sortOrder: 'DESC' } }));
    expect(some.findings?.length).toBeGreaterThan(0);
    expect(some.findings?.length).toBeLessThan(FINDINGS);
    await client.send(new CreateFilterCommand({ name: 'kept', action: 'NONE', filterCriteria }));
    expect((await client.send(new ListFiltersCommand({}))).filters?.map((one) => one.name)).toEqual(['kept']);
    const { rows } = await db.worker.query('select count(*)::int as n from finding_event');
    expect(rows[0].n).toBe(FINDINGS);
  } finally {
    await service.stop();
  }
});
