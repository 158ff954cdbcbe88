import { SCAN_REASON, type ScanReason } from '@assay/core/coverage.ts';
import { PACKAGE_TYPES } from '@assay/core/package-type.ts';
import { resourceState } from '@assay/core/resource-state.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nameOfCode } from '../../../../findings/code-name.ts';
import { type AssayCaller, startTestService, type TestService } from '../../../../http/testdata/start-service.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const REASONS = Object.values(SCAN_REASON);
let service: TestService;
let viewer: AssayCaller;
let outsider: AssayCaller;

/** For every reason four images: taken stock of or not, with an open finding or without. Ids are `reason * 10 + inventory * 2 + problems`. */
beforeAll(async () => {
  service = await startTestService({ now: () => NOW });
  viewer = await service.callerOf({ account: 7, name: 'v', role: 'viewer' });
  outsider = await service.callerOf({ account: 8, name: 'v', role: 'viewer' });
  const { owner } = service.db;
  await owner.query(
    `insert into issue (id, kind, name, source, doc, revision) overriding system value values (1, 1, 'CVE-2026-1', 's', '{}', 1)`,
  );
  await owner.query(
    `insert into resource (account, id, kind, arn, scan_status, scan_reason, repository, digest, inventory, in_use_count) overriding system value
     select 7, reason * 10 + i * 2 + p, 2, 'image-' || reason || '-' || i || '-' || p, 1, reason, 'shop', 'sha256:' || reason, nullif(i, 0), p
     from unnest($1::int[]) as reason, generate_series(0, 1) as i, generate_series(0, 1) as p`,
    [REASONS],
  );
  await owner.query(
    `insert into finding (account, resource, issue, kind, status, severity, fix, first_at, last_at, updated_at)
     select 7, id, 1, 1, case when id % 2 = 1 then 1 else 2 end, 5, 2, now(), now(), now() from resource`,
  );
  await owner.query(
    `insert into package (id, digest, type, namespace, name, version, purl) overriding system value values
       (1, 'a', $1, 'npm', 'lib', '1.0.0', 'pkg:npm/lib@1.0.0')`,
    [PACKAGE_TYPES.npm.code],
  );
  await owner.query(
    `insert into finding_package (account, finding, package, resource, fixed, advisory, reason, severity, score, basis)
     select 7, f.id, 1, f.resource, '1.2.0', 'A', 1, 5, 9, 0 from finding f`,
  );
  await owner.query(
    `insert into cluster (account, id, arn, provider, uid, name, observed_at, complete_at, health) overriding system value values
       (7, 1, 'fresh', 'kubernetes', '1', 'fresh', $1, $1, '{}'), (7, 2, 'silent', 'kubernetes', '2', 'silent', $2, $2, '{}'),
       (7, 3, 'forbidden', 'kubernetes', '3', 'forbidden', $1, null, '{"problems": ["It may not list pods."]}'),
       (7, 4, 'new', 'kubernetes', '4', 'new', $1, null, '{}'), (7, 5, 'risky', 'kubernetes', '5', 'risky', $1, $1, '{}')`,
    [new Date(NOW), new Date(NOW - 16 * 60_000)],
  );
  await owner.query(
    `insert into running_image (account, id, cluster, namespace, workload_kind, workload, definition, image, image_id, platform, key, running,
       first_seen, last_seen, confidence) overriding system value values
       (7, 1, 5, 'n', 'Deployment', 'w', '', 'shop', 'sha256:1', '', 'a', 1, $1, $1, 1),
       (7, 2, 5, 'n', 'Deployment', 'x', '', 'strange:1', 'sha256:2', '', 'b', 3, $1, $1, 0)`,
    [new Date(NOW)],
  );
  await owner.query(`insert into running_resource (observer, running, account, resource) values (7, 1, 7, 13)`);
});
afterAll(() => service?.stop());

interface Stated {
  readonly resourceId: string;
  readonly resourceType: string;
  readonly state: string;
  readonly reason?: string;
  readonly message?: string;
  readonly inUseCount: number;
}

async function all<T>(path: string, input: object, member: string, caller = viewer): Promise<T[]> {
  const found: T[] = [];
  for (let nextToken: unknown; ; ) {
    const { status, body } = await caller(path, { ...input, ...(nextToken === undefined ? {} : { nextToken }) });
    expect(status, JSON.stringify(body)).toBe(200);
    found.push(...(body[member] as T[]));
    nextToken = body['nextToken'];
    if (nextToken === undefined) return found;
  }
}
const states = (input: object, caller = viewer): Promise<Stated[]> =>
  all('/assay/states/list', { maxResults: 17, ...input }, 'resources', caller);

test('every image has the state that its reason, its inventory and its open findings mean, and says why there is none', async () => {
  const listed = await states({ surface: 'REGISTRY' });
  expect(listed).toHaveLength(REASONS.length * 4);
  for (const { resourceId, state, reason } of listed) {
    const [, code, inventory, problems] = resourceId.split('-').map(Number) as [number, number, number, number];
    const named: ScanReason = nameOfCode(SCAN_REASON, code);
    const expected = resourceState({ reason: named, inventory: inventory === 1, problems: problems === 1 });
    expect({ resourceId, state, reason }).toEqual({
      ...{ resourceId, state: expected },
      reason: expected === 'HEALTHY' || expected === 'UNHEALTHY' ? undefined : named,
    });
  }
});

test('what runs is a surface of its own, with its clusters and what is not known yet', async () => {
  const listed = await states({ surface: 'RUNTIME' });
  expect(listed.filter((one) => one.resourceType === 'AWS_ECR_CONTAINER_IMAGE').every((one) => one.inUseCount > 0)).toBe(true);
  const others = listed.filter((one) => one.resourceType !== 'AWS_ECR_CONTAINER_IMAGE');
  expect(others.map(({ resourceId, state, reason, message }) => [resourceId, state, reason, message])).toEqual([
    ['fresh', 'HEALTHY', undefined, undefined],
    ['silent', 'NOT_APPLICABLE', 'CLUSTER_UNREACHABLE', undefined],
    ['forbidden', 'NOT_APPLICABLE', 'ACCESS_DENIED', 'It may not list pods.'],
    ['new', 'UNVERIFIED', undefined, undefined],
    ['risky', 'UNHEALTHY', undefined, undefined],
    ['strange:1', 'UNVERIFIED', 'UNRESOLVED_IMAGE', 'sha256:2'],
  ]);
  expect(await states({ surface: 'RUNTIME', states: ['HEALTHY'] })).toMatchObject([{ resourceId: 'fresh' }]);
});

test('counts agree with lists', async () => {
  const { body } = await viewer('/assay/states/count', {});
  const counts = body['counts'] as { surface: string; state: string; count: number }[];
  for (const surface of ['REGISTRY', 'RUNTIME']) {
    const listed = await states({ surface });
    for (const state of ['UNHEALTHY', 'HEALTHY', 'UNVERIFIED', 'NOT_APPLICABLE']) {
      const counted = counts.filter((one) => one.surface === surface && one.state === state).reduce((sum, one) => sum + one.count, 0);
      expect([surface, state, counted]).toEqual([surface, state, listed.filter((one) => one.state === state).length]);
    }
  }
});

test('only images with problems have a recommendation, with what would end them', async () => {
  const found = await all<{ resourceArn: string; upgrades: unknown[]; inUseCount: number }>(
    '/assay/recommendations/list',
    { surface: 'REGISTRY', maxResults: 7 },
    'recommendations',
  );
  expect(found).toHaveLength(REASONS.length * 2);
  expect(found.every(({ resourceArn }) => resourceArn.endsWith('-1'))).toBe(true);
  expect(found[0]).toMatchObject({
    ...{ resourceArn: 'image-1-0-1', repositoryName: 'shop', inUseCount: 1, fixableCount: 1, upgradeCount: 1 },
    findingCounts: { all: 1, critical: 1 },
    upgrades: [{ packageName: 'lib', installedVersion: '1.0.0', fixedInVersion: '1.2.0', findingCount: 1 }],
  });
});

test('another account sees none of it', async () => {
  for (const surface of ['REGISTRY', 'RUNTIME']) {
    expect(await states({ surface }, outsider)).toEqual([]);
    expect(await all('/assay/recommendations/list', { surface }, 'recommendations', outsider)).toEqual([]);
  }
  expect((await outsider('/assay/states/count', {})).body).toEqual({ counts: [] });
});
