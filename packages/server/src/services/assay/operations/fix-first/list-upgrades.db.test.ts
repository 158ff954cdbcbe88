import { afterAll, beforeAll, expect, it } from 'vitest';
import { inTransaction } from '../../../../db/pool.ts';
import { recordLayers } from '../../../../fix-first/image-layers.ts';
import { type AssayCaller, startTestService, type TestService } from '../../../../http/testdata/start-service.ts';

let service: TestService;
let viewer: AssayCaller;
type Upgrade = Record<string, unknown>;
const list = async (input: object = {}, caller = viewer) =>
  (await caller('/assay/fix-first/upgrades', input)).body as { running: boolean; findingCount: number; upgrades: Upgrade[] };
const layers = (...digests: string[]) => digests.map((digest) => ({ digest, diffId: `diff-${digest}`, size: 1 }));

/**
 * base/os (1) was renewed as 2, which has no longer what openssl (issue 1) had, but still issue 2. shop/web (3) and shop/api (4) stand on 1 and run;
 * web has a hole of its own in left-pad (issue 3). shop/old (5) stands on it too and does not run.
 */
beforeAll(async () => {
  service = await startTestService({ now: () => Date.parse('2026-11-22T12:00:00Z') });
  viewer = await service.callerOf({ account: 7, name: 'v', role: 'viewer' });
  const { owner, worker } = service.db;
  await owner.query(
    `insert into issue (id, kind, name, source, doc, revision) overriding system value select n, 2, 'CVE-2026-' || n, 's', '{}', 1 from generate_series(1, 3) n`,
  );
  await owner.query(
    `insert into package (id, digest, type, namespace, name, version, source_name, purl) overriding system value values
       (1, '\\x01', 1, 'debian:12', 'libssl3', '3.0.9-1', 'openssl', 'p1'), (2, '\\x02', 1, 'debian:12', 'zlib1g', '1.2-1', 'zlib', 'p2'),
       (3, '\\x03', 10, 'npm', 'left-pad', '1.0.0', null, 'p3')`,
  );
  await owner.query(
    `insert into inventory (account, id, digest, catalogers, packages, layers, evidence) overriding system value
     select 7, n, decode(lpad(n::text, 4, '0'), 'hex'), '\\x00', '{1,2,3}', '{os,os,app}', '' from generate_series(1, 5) n`,
  );
  await owner.query(
    `insert into resource (account, id, kind, arn, scan_status, scan_reason, registry, repository, digest, inventory, in_use_count) overriding system value
     select 7, n, 2, 'arn:' || n, 1, 1, 'r.example', repository, 'sha256:' || n, n, running
     from (values (1, 'base/os', 0), (2, 'base/os', 0), (3, 'shop/web', 3), (4, 'shop/api', 2), (5, 'shop/old', 0)) t(n, repository, running)`,
  );
  const on: [number, string[]][] = [
    [1, ['os']],
    [2, ['os2']],
    [3, ['os', 'app']],
    [4, ['os', 'api']],
    [5, ['os', 'old']],
  ];
  await inTransaction(worker, async (tx) => {
    for (const [resource, digests] of on) {
      const platform = { os: 'linux', architecture: 'amd64' };
      const subject = { kind: 'image', name: 'x', digest: 'x', tags: [], platform, size: 1, layers: layers(...digests) } as const;
      await recordLayers(tx, { account: 7, resource }, subject);
    }
  });
  await owner.query(
    `insert into finding (account, id, resource, issue, kind, status, severity, fix, first_at, last_at, updated_at) overriding system value
     select 7, id, resource, issue, 2, 1, severity, fix, now(), now(), now() from (values
       (31, 3, 1, 5, 2), (32, 3, 2, 4, 2), (33, 3, 3, 4, 2), (41, 4, 1, 5, 2), (42, 4, 2, 4, 2), (51, 5, 1, 5, 2), (22, 2, 2, 4, 2)) t(id, resource, issue, severity, fix)`,
  );
  await owner.query(
    `insert into finding_package (account, finding, package, resource, fixed, advisory, reason)
     select account, id, issue, resource, '9.' || issue, 'a', 1 from finding`,
  );
});
afterAll(() => service?.stop());

it('names the base whose rebuild removes most, then what is left', async () => {
  const { running, findingCount, upgrades } = await list();
  expect([running, findingCount]).toEqual([true, 5]);
  // UNKNOWN weighs 3: of web 3 units × 3 × (8 + 4 + 4), of api 2 × 3 × (8 + 4).
  const total = 9 * 16 + 6 * 12;
  expect(upgrades).toEqual([
    {
      ...{ kind: 'BASE_IMAGE', baseImage: { place: 'r.example/base/os', layerCount: 1, estimated: true }, packageNames: [] },
      ...{ removedFindingCount: 4, riskShare: (9 * 12 + 6 * 12) / total, resourceCount: 2, inUseCount: 5 },
      findingCounts: { all: 4, critical: 2, high: 2, medium: 0, low: 0, informational: 0, untriaged: 0 },
      ...{ places: ['r.example/shop/api', 'r.example/shop/web'], placeCount: 2 },
    },
    expect.objectContaining({
      ...{
        kind: 'PACKAGE',
        package: { name: 'left-pad', namespace: 'npm', type: 'npm', fixedInVersion: '9.3' },
        packageNames: ['left-pad'],
      },
      ...{ removedFindingCount: 1, riskShare: 36 / total, inUseCount: 3 },
    }),
  ]);
});

it('compares with the image that the tag of the base names now', async () => {
  await service.db.owner.query(
    `insert into repo_tag (account, registry, repository, tag, digest, since, until) values
       (7, 'r.example', 'base/os', '12', 'sha256:1', '2026-11-01Z', '2026-11-10Z'), (7, 'r.example', 'base/os', '12', 'sha256:2', '2026-11-10Z', null)`,
  );
  const { upgrades } = await list();
  expect(upgrades.map((one) => [one['kind'], one['removedFindingCount']])).toEqual([
    ['BASE_IMAGE', 2],
    ['PACKAGE', 2],
    ['PACKAGE', 1],
  ]);
  expect(upgrades[0]!['baseImage']).toEqual({ place: 'r.example/base/os', layerCount: 1, estimated: false, newerImageArn: 'arn:2' });
  expect(upgrades[1]!['package']).toMatchObject({ name: 'zlib', fixedInVersion: '9.2' });
});

it('counts nowhere what takes the upgrades of two packages', async () => {
  const { owner } = service.db;
  await owner.query(
    `insert into finding_package (account, finding, package, resource, fixed, advisory, reason) values (7, 33, 2, 3, '9.2', 'a', 1)`,
  );
  const { findingCount, upgrades } = await list();
  expect(findingCount).toBe(5);
  expect(upgrades.map((one) => [one['kind'], one['removedFindingCount']])).toEqual([
    ['BASE_IMAGE', 2],
    ['PACKAGE', 2],
  ]);
  await owner.query('delete from finding_package where finding = 33 and package = 2');
});

it('names layers that repositories share when no image is known that they are', async () => {
  await service.db.owner.query(`update resource set gone_at = now(), repository = null where id in (1, 2)`);
  const [first] = (await list()).upgrades;
  expect(first).toMatchObject({ kind: 'BASE_IMAGE', baseImage: { layerCount: 1, estimated: true }, removedFindingCount: 4 });
  expect(first!['baseImage']).not.toHaveProperty('place');
});

it('is about all there is where nothing runs, and shows strangers nothing', async () => {
  const stranger = await service.callerOf({ account: 8, name: 's', role: 'admin' });
  expect(await list({}, stranger)).toEqual({ running: false, findingCount: 0, upgrades: [] });
  await service.db.owner.query('update resource set in_use_count = 0');
  const { running, upgrades } = await list({ maxResults: 1 });
  expect([running, upgrades.length, upgrades[0]!['inUseCount']]).toEqual([false, 1, 0]);
});
