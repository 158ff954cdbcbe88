import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AssayCaller, startTestService, type TestService } from '../../../../http/testdata/start-service.ts';

let service: TestService;
let viewer: AssayCaller;
type Action = Record<string, unknown>;
const list = async (input: object = {}, caller = viewer) =>
  (await caller('/assay/fix-first/list', input)).body as { actions: Action[]; nextToken?: string };

/** shop/web runs in three pods with an exploited hole in openssl and a small one; shop/old runs nowhere with the same hole. */
beforeAll(async () => {
  service = await startTestService({ now: () => Date.parse('2026-11-22T12:00:00Z') });
  viewer = await service.callerOf({ account: 7, name: 'v', role: 'viewer' });
  const { owner } = service.db;
  await owner.query(
    `insert into issue (id, kind, name, source, doc, revision, weaponised, exploit, epss) overriding system value values
       (1, 2, 'CVE-2026-1', 's', '{}', 1, true, true, 0.9), (2, 2, 'CVE-2026-2', 's', '{}', 1, false, false, 0.01)`,
  );
  await owner.query(
    `insert into package (id, digest, type, namespace, name, version, source_name, purl) overriding system value values
       (1, '\\x01', 1, 'debian:12', 'libssl3', '3.0.9-1', 'openssl', 'p1'), (2, '\\x02', 1, 'debian:12', 'openssl', '3.0.9-1', 'openssl', 'p2'),
       (3, '\\x03', 10, 'npm', 'left-pad', '1.0.0', null, 'p3')`,
  );
  await owner.query(
    `insert into resource (account, id, kind, arn, scan_status, scan_reason, registry, repository, in_use_count, exposure) overriding system value values
       (7, 1, 2, 'arn:web', 1, 1, 'r.example', 'shop/web', 3, 1), (7, 2, 2, 'arn:old', 1, 1, 'r.example', 'shop/old', 0, 0)`,
  );
  await owner.query(
    `insert into finding (account, id, resource, issue, kind, status, severity, fix, first_at, last_at, updated_at) overriding system value values
       (7, 1, 1, 1, 2, 1, 5, 2, '2026-11-01Z', '2026-11-01Z', '2026-11-01Z'), (7, 2, 1, 2, 2, 1, 2, 1, '2026-11-02Z', '2026-11-02Z', '2026-11-02Z'),
       (7, 3, 2, 1, 2, 1, 5, 2, '2026-11-03Z', '2026-11-03Z', '2026-11-03Z')`,
  );
  await owner.query(
    `insert into finding_package (account, finding, package, resource, fixed, advisory, reason) values
       (7, 1, 1, 1, '3.0.9-10', 'a', 1), (7, 1, 2, 1, '3.0.9-2', 'a', 1), (7, 2, 2, 1, '3.0.9-9', 'a', 1), (7, 2, 3, 1, null, 'a', 1), (7, 3, 1, 2, '3.0.9-10', 'a', 1)`,
  );
  await owner.query(
    `insert into finding_due (account, finding, resource, due_at, rule) values (7, 1, 1, '2026-11-08Z', 'exploited'), (7, 2, 1, '2026-12-08Z', 'all')`,
  );
});
afterAll(() => service?.stop());

it('names the upgrade of what runs first, and why', async () => {
  const { actions } = await list();
  expect(actions.map((one) => [(one['package'] as { name: string }).name, one['place'], one['running']])).toEqual([
    ['openssl', 'r.example/shop/web', true],
    ['left-pad', 'r.example/shop/web', true],
    ['openssl', 'r.example/shop/old', false],
  ]);
  expect(actions[0]).toEqual({
    kind: 'PACKAGE',
    accountId: '000000000007',
    place: 'r.example/shop/web',
    package: { name: 'openssl', namespace: 'debian:12', type: 'deb', fixedInVersion: '3.0.9-10' },
    running: true,
    urgency: 4 * 8 * 8 * 2,
    weight: 3,
    severity: 'CRITICAL',
    exposure: 'INTERNET',
    exploitation: 'KNOWN',
    epssScore: expect.closeTo(0.9),
    vulnerabilityIds: ['CVE-2026-1', 'CVE-2026-2'],
    vulnerabilityCount: 2,
    inUseCount: 3,
    resourceCount: 1,
    findingCounts: { all: 2, critical: 1, high: 0, medium: 0, low: 1, informational: 0, untriaged: 0 },
    removedFindingCount: 1,
    packages: [
      { name: 'libssl3', version: '3.0.9-1', fixedInVersion: '3.0.9-10' },
      { name: 'openssl', version: '3.0.9-1', fixedInVersion: '3.0.9-2' },
      { name: 'openssl', version: '3.0.9-1', fixedInVersion: '3.0.9-9' },
    ],
    places: ['r.example/shop/web'],
    placeCount: 1,
    oldestFindingAt: Date.parse('2026-11-01Z') / 1000,
    dueAt: Date.parse('2026-11-08Z') / 1000,
  });
});

it('groups by vulnerability, and pages', async () => {
  const first = await list({ groupBy: 'VULNERABILITY', maxResults: 1 });
  expect(first.actions).toMatchObject([
    { kind: 'VULNERABILITY', vulnerabilityId: 'CVE-2026-1', running: true, inUseCount: 3, removedFindingCount: 1 },
  ]);
  const rest = await list({ groupBy: 'VULNERABILITY', maxResults: 10, nextToken: first.nextToken });
  expect(rest.actions.map((one) => [one['vulnerabilityId'], one['running'], one['weight']])).toEqual([
    ['CVE-2026-2', true, 3],
    ['CVE-2026-1', false, 1],
  ]);
  expect(rest.nextToken).toBeUndefined();
});

it('narrows by criteria, and shows strangers nothing', async () => {
  const running = { ecrImageInUseCount: [{ lowerInclusive: 1 }], severity: [{ comparison: 'EQUALS', value: 'LOW' }] };
  const { actions } = await list({ filterCriteria: running });
  expect(actions.map((one) => (one['findingCounts'] as { all: number }).all)).toEqual([1, 1]);
  const stranger = await service.callerOf({ account: 8, name: 's', role: 'admin' });
  expect(await list({}, stranger)).toEqual({ actions: [] });
});

it('lists findings in the same order, and by use', async () => {
  const search = async (input: object) =>
    (await viewer('/assay/findings/search', input)).body as { findings: Action[]; nextToken?: string };
  const found = ({ findings }: { findings: Action[] }) =>
    findings.map((one) => [one['vulnerabilityId'], one['repository'], one['inUseCount']]);
  const [hole, small, old] = [
    ['CVE-2026-1', 'shop/web', 3],
    ['CVE-2026-2', 'shop/web', 3],
    ['CVE-2026-1', 'shop/old', 0],
  ];
  const first = await search({ maxResults: 1 });
  expect(found(first)).toEqual([hole]);
  expect(first.findings[0]).toMatchObject({ exposure: 'INTERNET', knownExploited: true, packages: [{ fixedInVersion: '3.0.9-10' }, {}] });
  const second = await search({ maxResults: 1, nextToken: first.nextToken });
  expect([...found(second), ...found(await search({ nextToken: second.nextToken }))]).toEqual([small, old]);
  expect(found(await search({ sortCriteria: { field: 'IN_USE_COUNT', sortOrder: 'ASC' } }))).toEqual([old, hole, small]);
  expect((await viewer('/assay/findings/search', { sortCriteria: { field: 'FIX_FIRST', sortOrder: 'ASC' } })).status).toBe(400);
});

it('calls a host as its findings do, and goes on telling it by its ARN', async () => {
  const caller = await service.callerOf({ account: 8, name: 'hosts', role: 'viewer' });
  const arn = (id: string) => `arn:aws:ec2:us-east-1:000000000008:instance/${id}`;
  const { owner } = service.db;
  await owner.query(
    `insert into resource (account, id, kind, arn, scan_status, scan_reason) overriding system value values (8, 81, 1, $1, 1, 1), (8, 82, 1, $2, 1, 1)`,
    [arn('i-1'), arn('i-2')],
  );
  await owner.query(`insert into resource_tag (account, resource, space, key, value) values (8, 81, 2, 'Name', 'web-1')`);
  await owner.query(
    `insert into finding (account, id, resource, issue, kind, status, severity, fix, first_at, last_at, updated_at) overriding system value
     select 8, n, n, 1, 2, 1, 5, 2, '2026-11-01Z', '2026-11-01Z', '2026-11-01Z' from unnest(array[81, 82]) as n`,
  );
  await owner.query(
    `insert into finding_package (account, finding, package, resource, fixed, advisory, reason) select 8, n, 1, n, '3.0.9-10', 'a', 1 from unnest(array[81, 82]) as n`,
  );
  const { actions } = await list({ groupBy: 'VULNERABILITY' }, caller);
  expect(actions[0]).toMatchObject({ places: [arn('i-1'), arn('i-2')], placeNames: ['web-1', arn('i-2')] });
  const byPackage = (await list({}, caller)).actions.map((one) => [one['place'], one['placeNames']]);
  expect(byPackage).toEqual([
    [arn('i-1'), ['web-1']],
    [arn('i-2'), undefined],
  ]);
});
