import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withAccounts } from '../db/pool.ts';
import { removeResource, removeSample, SAMPLE_FORMAT } from './remove.ts';

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

it('takes a resource away with the rights of those who ask for it', async () => {
  const { rows } = await db.worker.query(
    `insert into resource (account, kind, arn, scan_status, scan_reason, detail) values (3, 1, 'unwanted', 1, 1, '{}') returning id`,
  );
  const { id } = rows[0]!;
  await db.worker.query(
    `insert into image_layer (account, resource, place, layer, chain, whole) values (3, $1, 0, 'sha256:a', 'a', true)`,
    [id],
  );
  await withAccounts(db.api, [3], (tx) => removeResource(tx, 3, id));
  const left =
    'select (select count(*) from resource where account = 3)::int as resources, (select count(*) from image_layer)::int as layers';
  expect((await db.owner.query(left)).rows).toEqual([{ resources: 0, layers: 0 }]);
});
