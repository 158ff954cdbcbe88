import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { RESOURCE_KIND } from '@assay/core/finding.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { loadModel } from '@assay/wire/load-model.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withAccounts } from '../db/pool.ts';
import { coverageDetail } from '../events/coverage-detail.ts';
import { compileCoverage } from './criteria.ts';
import { countCoverage, readCoverage } from './read.ts';

const ROWS = [
  {
    account: 1,
    arn: 'image-a',
    kind: 'AWS_ECR_CONTAINER_IMAGE',
    reason: 'SUCCESSFUL',
    repository: 'shop/app',
    used: 3,
    tag: 'v1',
    detail: {},
  },
  {
    account: 1,
    arn: 'image-b',
    kind: 'AWS_ECR_CONTAINER_IMAGE',
    reason: 'UNSUPPORTED_OS',
    repository: 'shop/db',
    used: 0,
    tag: 'v2',
    detail: {},
  },
  { account: 1, arn: 'host', kind: 'AWS_EC2_INSTANCE', reason: 'SUCCESSFUL', detail: { scanMode: 'EC2_INSPECTOR_AGENT_BASED' } },
  {
    account: 2,
    arn: 'project',
    kind: 'CODE_REPOSITORY',
    reason: 'NO_INVENTORY',
    detail: { codeRepositoryProjectName: 'site', lastScannedCommitId: 'c0ffee' },
  },
  {
    account: 2,
    arn: 'function',
    kind: 'AWS_LAMBDA_FUNCTION',
    reason: 'SUCCESSFUL',
    detail: { lambdaFunctionName: 'f', lambdaFunctionRuntime: 'nodejs' },
  },
  {
    account: 2,
    arn: 'repository',
    kind: 'AWS_ECR_REPOSITORY',
    reason: 'SUCCESSFUL',
    repository: 'shop/db',
    detail: { scanFrequency: 'SCAN_ON_PUSH' },
  },
  { account: 3, arn: 'foreign', kind: 'AWS_EC2_INSTANCE', reason: 'SUCCESSFUL', detail: {} },
] as const;

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  for (const [n, row] of ROWS.entries()) {
    const status = row.reason === 'SUCCESSFUL' ? SCAN_STATUS.ACTIVE : SCAN_STATUS.INACTIVE;
    const used = 'used' in row ? row.used : 0;
    const { rows } = await db.worker.query<{ id: number }>(
      `insert into resource (account, kind, arn, scan_status, scan_reason, repository, in_use_count, detail, scanned_at, pulled_at, last_in_use_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9) returning id`,
      [
        ...[
          row.account,
          RESOURCE_KIND[row.kind],
          row.arn,
          status,
          SCAN_REASON[row.reason],
          'repository' in row ? row.repository : null,
          used,
        ],
        ...[row.detail, new Date(Date.UTC(2026, 0, 1 + n))],
      ],
    );
    const tag = (space: number, key: string, value: string) =>
      db.worker.query('insert into resource_tag values ($1, $2, $3, $4, $5)', [row.account, rows[0]!.id, space, key, value]);
    if ('tag' in row) await tag(1, 'tag', row.tag);
    else await tag(2, 'team', row.arn);
  }
});
afterAll(() => db.drop());

async function covered(criteria: object): Promise<string[]> {
  const compiled = compileCoverage(criteria, { accounts: [1, 2], region: 'us-east-1' });
  const rows = await withAccounts(db.api, compiled.accounts, (tx) => readCoverage(tx, compiled, { limit: 100 }));
  const counted = await withAccounts(db.api, compiled.accounts, (tx) => countCoverage(tx, compiled));
  expect(counted.total).toBe(rows.length);
  return rows.map((row) => row.arn);
}
const is = (value: string) => [{ comparison: 'EQUALS', value }];
const not = (value: string) => [{ comparison: 'NOT_EQUALS', value }];
const ALL = ['image-a', 'image-b', 'host', 'project', 'function', 'repository'];

const CASES: readonly (readonly [string, unknown, readonly string[]])[] = [
  ['scanStatusCode', is('INACTIVE'), ['image-b', 'project']],
  ['scanStatusReason', is('UNSUPPORTED_OS'), ['image-b']],
  ['scanStatusReason', not('SUCCESSFUL'), ['image-b', 'project']],
  ['accountId', is('000000000002'), ['project', 'function', 'repository']],
  ['accountId', is('000000000003'), []],
  ['resourceId', is('host'), ['host']],
  ['resourceType', is('AWS_ECR_CONTAINER_IMAGE'), ['image-a', 'image-b']],
  ['scanType', is('PACKAGE'), ALL],
  ['scanType', is('NETWORK'), []],
  ['scanMode', is('EC2_INSPECTOR_AGENT_BASED'), ['host']],
  ['ecrRepositoryName', is('shop/app'), ['image-a']],
  ['ecrRepositoryName', is('shop/db'), ['image-b', 'repository']],
  ['ecrImageTags', is('v2'), ['image-b']],
  ['lambdaFunctionName', is('f'), ['function']],
  ['lambdaFunctionRuntime', is('nodejs'), ['function']],
  ['codeRepositoryProjectName', is('site'), ['project']],
  ['codeRepositoryProviderType', is('GITHUB'), []],
  ['codeRepositoryProviderTypeVisibility', is('PUBLIC'), []],
  ['lastScannedCommitId', is('c0ffee'), ['project']],
  ['cloudProvider', is('AWS'), ALL],
  ['cloudProviderAccountId', is('000000000001'), ['image-a', 'image-b', 'host']],
  ['cloudProviderRegion', is('us-east-1'), ALL],
  ['cloudProviderOrgId', is('o-1'), []],
  ['cloudContainerImageTags', is('v1'), []],
  ['cloudContainerRepositoryName', is('r'), []],
  ['cloudContainerRegistryName', is('r'), []],
  ['cloudServerlessFunctionName', is('f'), []],
  ['cloudServerlessFunctionRuntime', is('r'), []],
  ['ec2InstanceTags', [{ comparison: 'EQUALS', key: 'team', value: 'host' }], ['host']],
  ['lambdaFunctionTags', [{ comparison: 'EQUALS', key: 'team' }], ['function']],
  ['cloudVmInstanceTags', [{ comparison: 'EQUALS', key: 'team' }], []],
  ['cloudServerlessFunctionTags', [{ comparison: 'EQUALS', key: 'team' }], []],
  ['lastScannedAt', [{ startInclusive: new Date('2026-01-03'), endInclusive: new Date('2026-01-04') }], ['host', 'project']],
  ['imagePulledAt', [{ endInclusive: new Date('2026-01-01') }], ['image-a']],
  ['ecrImageLastInUseAt', [{ startInclusive: new Date('2026-01-02') }], ['image-b']],
  ['ecrImageInUseCount', [{ lowerInclusive: 1 }], ['image-a']],
];

describe('coverage', () => {
  test('has a case here for every criterion of the model', async () => {
    const members = (await loadModel('inspector2')).shapes['CoverageFilterCriteria']?.members ?? {};
    expect([...new Set(CASES.map(([field]) => field))].sort()).toEqual(Object.keys(members).sort());
  });

  test.each(CASES)('%s %j finds %j', async (field, filters, expected) => {
    expect(await covered({ [field]: filters })).toEqual(expected);
  });

  test('criteria hold together, values of one beside each other', async () => {
    expect(
      await covered({ resourceType: [...is('AWS_EC2_INSTANCE'), ...is('AWS_ECR_CONTAINER_IMAGE')], scanStatusCode: is('ACTIVE') }),
    ).toEqual(['image-a', 'host']);
  });

  test.each([
    ['SCAN_STATUS_CODE', { ACTIVE: 4, INACTIVE: 2 }],
    ['SCAN_STATUS_REASON', { SUCCESSFUL: 4, NO_INVENTORY: 1, UNSUPPORTED_OS: 1 }],
    ['ACCOUNT_ID', { '000000000001': 3, '000000000002': 3 }],
    [
      'RESOURCE_TYPE',
      { AWS_ECR_CONTAINER_IMAGE: 2, AWS_EC2_INSTANCE: 1, AWS_LAMBDA_FUNCTION: 1, CODE_REPOSITORY: 1, AWS_ECR_REPOSITORY: 1 },
    ],
    ['ECR_REPOSITORY_NAME', { 'shop/app': 1, 'shop/db': 2 }],
    ['PROVIDER', { AWS: 6 }],
    ['PROVIDER_ACCOUNT_ID', { '000000000001': 3, '000000000002': 3 }],
    ['PROVIDER_ORG_ID', {}],
  ])('groups by %s', async (key, expected) => {
    const criteria = compileCoverage({}, { accounts: [1, 2], region: 'us-east-1' });
    const { total, groups } = await withAccounts(db.api, [1, 2], (tx) => countCoverage(tx, criteria, key));
    expect(total).toBe(6);
    expect(Object.fromEntries(groups.map(({ group, count }) => [group, count]))).toEqual(expected);
  });

  test('every change of status or reason is an event in its transaction, and nothing else is', async () => {
    const events = async () => (await db.worker.query('select account, subject, at, body from service_event order by seq')).rows;
    expect(await events()).toEqual([]);
    await db.worker.query("update resource set in_use_count = 9, scan_reason = scan_reason where arn = 'image-a'");
    await db.worker.query('begin; update resource set scan_reason = 7; rollback');
    expect(await events()).toEqual([]);
    await db.worker.query('update resource set scan_status = 2, scan_reason = 20 where account = 1');
    const told = await events();
    expect(told.map(({ subject }) => subject).sort()).toEqual(['host', 'image-a', 'image-b']);
    const [image] = told.filter(({ subject }) => subject === 'image-a');
    expect(coverageDetail('image-a', new Date('2026-01-01'), image.body)).toEqual({
      ...{ version: '1.0', resourceId: 'image-a', resourceType: 'AWS_ECR_CONTAINER_IMAGE', scanType: 'PACKAGE' },
      scanStatus: { statusCodeValue: 'INACTIVE', reason: 'NO_INVENTORY' },
      previousScanStatus: { statusCodeValue: 'ACTIVE', reason: 'SUCCESSFUL' },
      eventTimestamp: '2026-01-01T00:00:00.000Z',
    });
  });
});
