import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeSample, SAMPLE_FORMAT } from './remove.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

it('takes the sample away, and nothing that somebody else called sample', async () => {
  await db.worker.query(
    `insert into resource (account, kind, arn, scan_status, scan_reason, registry, repository, detail) values
     (0, 1, 'ours', 1, 1, 'local', 'sample', $1), (0, 1, 'theirs', 1, 1, 'local', 'sample', '{"sbom": "CycloneDX 1.6"}'),
     (0, 1, 'image', 1, 1, 'local', 'sample', '{}'), (7, 1, 'ours', 1, 1, 'local', 'sample', $1)`,
    [JSON.stringify({ sbom: SAMPLE_FORMAT })],
  );
  await removeSample(db.worker, 0);
  const { rows } = await db.worker.query('select account, arn from resource order by account, arn');
  expect(rows).toEqual([
    { account: 0, arn: 'image' },
    { account: 0, arn: 'theirs' },
    { account: 7, arn: 'ours' },
  ]);
});
