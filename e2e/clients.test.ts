import path from 'node:path';
import {
  AggregationType,
  BatchGetAccountStatusCommand,
  BatchGetFindingDetailsCommand,
  DisableCommand,
  EnableCommand,
  type FilterCriteria,
  type Finding,
  GetConfigurationCommand,
  type Inspector2Client,
  ListCisScansCommand,
  ListCoverageCommand,
  ListCoverageStatisticsCommand,
  ListFindingAggregationsCommand,
  ListFindingsCommand,
  paginateListCoverage,
  paginateListFindingAggregations,
  SortField,
} from '@aws-sdk/client-inspector2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allFindings, bomOf, call, inspector, REGION, submit, submitted } from './api.ts';
import { dateFields, numberFields, sortKeys, stringFields } from './finding-fields.ts';
import { cleanUp, type Keys, readKeys, type Service, scratch, startService } from './service.ts';

const folder = scratch();
const data = path.join(folder, 'data');
let service: Service;
let client: Inspector2Client;
let all: Finding[] = [];

const IMAGES = [
  {
    repository: 'registry.example/shop/api',
    tag: 'v1',
    purls: ['pkg:npm/lodash@4.17.15', 'pkg:pypi/django@3.2.0', 'pkg:npm/minimist@1.2.0'],
  },
  { repository: 'registry.example/shop/web', tag: 'v2', purls: ['pkg:npm/lodash@4.17.20', 'pkg:golang/golang.org/x/net@v0.1.0'] },
  { repository: 'other.example:5000/team__x/app', tag: 'latest', purls: ['pkg:pypi/requests@2.19.0', 'pkg:pypi/pyyaml@5.1'] },
] as const;

beforeAll(async () => {
  service = await startService({ data, environment: { ASSAY_SAMPLE: '1' } });
  client = inspector(service);
  for (const { repository, tag, purls } of IMAGES) {
    expect(await submitted(service, await submit(service, bomOf(purls, repository), { repository, tag }))).toMatchObject({
      status: 'SUCCEEDED',
    });
  }
  await service.said(/Looked at the sample/);
  all = await allFindings(client);
}, 180_000);
afterAll(() => cleanUp(folder));

const arns = (findings: readonly Finding[]): string[] => findings.map((one) => one.findingArn ?? '').sort();
const find = async (filterCriteria: FilterCriteria): Promise<string[]> => arns(await allFindings(client, { filterCriteria }));

describe('the JavaScript SDK', () => {
  test('sees every finding once, whatever the size of a page', async () => {
    expect(all.length).toBeGreaterThan(380);
    expect(new Set(arns(all)).size).toBe(all.length);
    const seen: Finding[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const page = await client.send(
        new ListFindingsCommand({ maxResults: 37, nextToken, sortCriteria: { field: 'SEVERITY', sortOrder: 'DESC' } }),
      );
      expect(page.findings?.length).toBeLessThanOrEqual(37);
      seen.push(...(page.findings ?? []));
      nextToken = page.nextToken;
      pages++;
    } while (nextToken !== undefined);
    expect(pages).toBe(Math.ceil(all.length / 37));
    expect(arns(seen)).toEqual(arns(all));
  });

  test.each(Object.entries(stringFields))('filters by %s', async (field, read) => {
    const counts = new Map<string, number>();
    for (const value of all.flatMap(read)) counts.set(value, (counts.get(value) ?? 0) + 1);
    const values = [...counts].sort(([, a], [, b]) => a - b).map(([value]) => value);
    expect(values.length).toBeGreaterThan(0);
    for (const value of new Set([values[0] ?? '', values.at(-1) ?? ''])) {
      const equal = all.filter((one) => read(one).includes(value));
      expect(await find({ [field]: [{ comparison: 'EQUALS', value }] })).toEqual(arns(equal));
      expect(await find({ [field]: [{ comparison: 'NOT_EQUALS', value }] })).toEqual(arns(all.filter((one) => !equal.includes(one))));
      const prefix = value.slice(0, -1);
      const begins = all.filter((one) => read(one).some((own) => own.startsWith(prefix)));
      if (prefix !== '') expect(await find({ [field]: [{ comparison: 'PREFIX', value: prefix }] })).toEqual(arns(begins));
    }
    expect(await find({ [field]: [{ comparison: 'EQUALS', value: 'no such value' }] })).toEqual([]);
  });

  test.each(Object.entries(numberFields))('filters by %s', async (field, read) => {
    const values = all.flatMap((one) => read(one) ?? []).sort((a, b) => a - b);
    const middle = values[Math.floor(values.length / 2)] ?? Number.NaN;
    expect(middle).not.toBeNaN();
    const within = (low: number, high: number): Finding[] => all.filter((one) => (read(one) ?? -1) >= low && (read(one) ?? -1) <= high);
    expect(await find({ [field]: [{ lowerInclusive: middle }] })).toEqual(arns(within(middle, 1e9)));
    expect(await find({ [field]: [{ lowerInclusive: 0, upperInclusive: middle }] })).toEqual(arns(within(0, middle)));
  });

  test.each(Object.entries(dateFields))('filters by %s', async (field, read) => {
    const dates = all.flatMap((one) => read(one) ?? []).sort((a, b) => a.getTime() - b.getTime());
    const last = dates.at(-1) ?? new Date(0);
    // Seconds with fractions travel as doubles; a second around keeps rounding out of this.
    const near = (at: Date | undefined): boolean => at !== undefined && Math.abs(at.getTime() - last.getTime()) <= 1000;
    const filter = { startInclusive: new Date(last.getTime() - 1000), endInclusive: new Date(last.getTime() + 1000) };
    expect(await find({ [field]: [filter] })).toEqual(arns(all.filter((one) => near(read(one)))));
    expect(await find({ [field]: [{ endInclusive: new Date('2020-01-01T00:00:00Z') }] })).toEqual([]);
  });

  test('filters by package and by tag, joins fields with and, values with or', async () => {
    const named = (name: string) => all.filter((one) => one.packageVulnerabilityDetails?.vulnerablePackages?.some((p) => p.name === name));
    const string = (value: string) => ({ comparison: 'EQUALS' as const, value });
    expect(await find({ vulnerablePackages: [{ name: string('lodash') }] })).toEqual(arns(named('lodash')));
    expect(named('lodash').length).toBeGreaterThan(0);
    const both = await find({ vulnerablePackages: [{ name: string('lodash'), version: string('4.17.15') }], severity: [string('HIGH')] });
    const version = (one: Finding) => one.packageVulnerabilityDetails?.vulnerablePackages?.some((p) => p.version === '4.17.15');
    expect(both).toEqual(arns(named('lodash').filter((one) => one.severity === 'HIGH' && version(one))));
    const either = all.filter((one) => one.severity === 'LOW' || one.severity === 'CRITICAL');
    expect(await find({ severity: [string('LOW'), string('CRITICAL')] })).toEqual(arns(either));
  });

  test.each(Object.values(SortField))('sorts by %s, in both orders, over pages', async (field) => {
    for (const sortOrder of ['ASC', 'DESC'] as const) {
      const found: Finding[] = [];
      let nextToken: string | undefined;
      do {
        const page = await client.send(new ListFindingsCommand({ maxResults: 100, nextToken, sortCriteria: { field, sortOrder } }));
        found.push(...(page.findings ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      expect(arns(found)).toEqual(arns(all));
      const keys = found.flatMap((one) => sortKeys[field]?.(one) ?? []);
      const sign = sortOrder === 'ASC' ? 1 : -1;
      const wrong = keys.findIndex(
        (key, at) => at > 0 && sign * (key < (keys[at - 1] ?? key) ? -1 : key > (keys[at - 1] ?? key) ? 1 : 0) < 0,
      );
      expect(wrong === -1 ? 'in order' : `${keys[wrong - 1]} before ${keys[wrong]}`).toBe('in order');
    }
  });

  test('gets details of the findings it names, and an error for each that is none', async () => {
    const wanted = arns(all).slice(0, 9);
    const strange = `${wanted[0]?.slice(0, -4)}0000`;
    const { findingDetails, errors } = await client.send(new BatchGetFindingDetailsCommand({ findingArns: [...wanted, strange] }));
    expect(findingDetails?.map((one) => one.findingArn).sort()).toEqual(wanted);
    expect(errors).toMatchObject([{ findingArn: strange, errorCode: 'FINDING_DETAILS_NOT_FOUND' }]);
  });

  test('aggregates to the numbers that the list gives', async () => {
    const active = all.filter((one) => one.status === 'ACTIVE');
    const collect = async (aggregationType: 'ACCOUNT' | 'PACKAGE' | 'TITLE' | 'FINDING_TYPE') => {
      const rows = [];
      for await (const page of paginateListFindingAggregations({ client, pageSize: 50 }, { aggregationType }))
        rows.push(...(page.responses ?? []));
      return rows;
    };
    const [account] = await collect('ACCOUNT');
    expect(account?.accountAggregation?.severityCounts).toMatchObject({
      all: active.length,
      critical: active.filter((one) => one.severity === 'CRITICAL').length,
      high: active.filter((one) => one.severity === 'HIGH').length,
    });
    expect((await collect('FINDING_TYPE'))[0]?.findingTypeAggregation?.severityCounts?.all).toBe(active.length);
    const names = new Map<string, number>();
    for (const one of active) {
      const own = new Set(one.packageVulnerabilityDetails?.vulnerablePackages?.map((p) => p.name ?? ''));
      for (const name of own) names.set(name, (names.get(name) ?? 0) + 1);
    }
    const packages = (await collect('PACKAGE')).map((row) => [
      row.packageAggregation?.packageName,
      row.packageAggregation?.severityCounts?.all,
    ]);
    expect(new Map(packages as [string, number][])).toEqual(names);
    const titles = await collect('TITLE');
    expect(titles.reduce((sum, row) => sum + (row.titleAggregation?.severityCounts?.all ?? 0), 0)).toBe(active.length);
    for (const aggregationType of Object.values(AggregationType)) {
      const { responses } = await client.send(new ListFindingAggregationsCommand({ aggregationType }));
      for (const row of responses ?? []) expect(row.$unknown).toBeUndefined();
      const has = ['ACCOUNT', 'FINDING_TYPE', 'TITLE', 'PACKAGE', 'REPOSITORY', 'AWS_ECR_CONTAINER'].includes(aggregationType);
      if (has) expect(responses?.length).toBeGreaterThan(0);
    }
    const repositories = await client.send(
      new ListFindingAggregationsCommand({
        aggregationType: 'REPOSITORY',
        aggregationRequest: {
          repositoryAggregation: { repositories: [{ comparison: 'EQUALS', value: 'shop/api' }], sortBy: 'AFFECTED_IMAGES' },
        },
      }),
    );
    expect(
      repositories.responses?.map((row) => [row.repositoryAggregation?.repository, row.repositoryAggregation?.affectedImages]),
    ).toEqual([['shop/api', 1]]);
    const other = client.send(
      new ListFindingAggregationsCommand({ aggregationType: 'ACCOUNT', aggregationRequest: { titleAggregation: {} } }),
    );
    await expect(other).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('reads coverage, configuration and status, and switches scan types', async () => {
    const covered = [];
    for await (const page of paginateListCoverage({ client, pageSize: 1 }, {})) covered.push(...(page.coveredResources ?? []));
    expect(covered.map((one) => one.resourceMetadata?.ecrRepository?.name).sort()).toEqual([
      'sample',
      'shop/api',
      'shop/web',
      'team__x/app',
    ]);
    expect(new Set(covered.map((one) => one.resourceId))).toEqual(new Set(all.map((one) => one.resources?.[0]?.id)));
    const one = await client.send(
      new ListCoverageCommand({ filterCriteria: { ecrRepositoryName: [{ comparison: 'EQUALS', value: 'shop/api' }] } }),
    );
    expect(one.coveredResources).toHaveLength(1);
    expect(await client.send(new ListCoverageStatisticsCommand({ groupBy: 'RESOURCE_TYPE' }))).toMatchObject({
      totalCounts: 4,
      countsByGroup: [{ count: 4, groupKey: 'AWS_ECR_CONTAINER_IMAGE' }],
    });
    expect((await client.send(new GetConfigurationCommand({}))).ecrConfiguration?.rescanDurationState?.status).toBe('SUCCESS');
    const off = await client.send(new DisableCommand({ resourceTypes: ['LAMBDA_CODE'] }));
    expect(off.accounts?.[0]?.resourceStatus?.lambdaCode).toBe('DISABLED');
    const on = await client.send(new EnableCommand({ resourceTypes: ['LAMBDA_CODE'] }));
    expect(on.accounts?.[0]?.resourceStatus?.lambdaCode).toBe('ENABLED');
    const { accounts } = await client.send(new BatchGetAccountStatusCommand({}));
    expect(Object.values(accounts?.[0]?.resourceState ?? {}).map((state) => state.status)).toEqual(Array(5).fill('ENABLED'));
  });

  test.each<[string, () => Promise<unknown>, readonly string[]]>([
    ['a page too large', () => client.send(new ListFindingsCommand({ maxResults: 101 })), ['maxResults']],
    ['a page of nothing', () => client.send(new ListCoverageCommand({ maxResults: 0 })), ['maxResults']],
    ['a made-up token', () => client.send(new ListFindingsCommand({ nextToken: 'made up' })), ['nextToken']],
    [
      'a comparison that does not exist',
      () => client.send(new ListFindingsCommand({ filterCriteria: { severity: [{ comparison: 'LIKE' as 'EQUALS', value: 'HIGH' }] } })),
      ['filterCriteria.severity[0].comparison'],
    ],
    [
      'a sort field that does not exist',
      () => client.send(new ListFindingsCommand({ sortCriteria: { field: 'LUCK' as 'SEVERITY', sortOrder: 'ASC' } })),
      ['sortCriteria.field'],
    ],
    ['no aggregation', () => client.send(new ListFindingAggregationsCommand({ aggregationType: undefined })), ['aggregationType']],
    ['eleven findings', () => client.send(new BatchGetFindingDetailsCommand({ findingArns: arns(all).slice(0, 11) })), ['findingArns']],
    [
      'an ARN of something else',
      () => client.send(new BatchGetFindingDetailsCommand({ findingArns: ['arn:aws:s3:::x'] })),
      ['findingArns[0]'],
    ],
  ])('is told which member is wrong: %s', async (_what, ask, fields) => {
    const error = (await ask().catch((problem: unknown) => problem)) as { name: string; fields?: { name: string }[]; reason?: string };
    expect(error).toMatchObject({
      name: 'ValidationException',
      reason: 'FIELD_VALIDATION_FAILED',
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
    expect(error.fields?.map((field) => field.name)).toEqual(fields);
  });

  test('is told that a token belongs to another question', async () => {
    const { nextToken } = await client.send(
      new ListFindingsCommand({ maxResults: 10, sortCriteria: { field: 'SEVERITY', sortOrder: 'ASC' } }),
    );
    const other = client.send(
      new ListFindingsCommand({ maxResults: 10, nextToken, sortCriteria: { field: 'SEVERITY', sortOrder: 'DESC' } }),
    );
    await expect(other).rejects.toMatchObject({ name: 'ValidationException', fields: [{ name: 'nextToken' }] });
  });

  test.each<[string, () => Promise<unknown>]>([['ListCisScans', () => client.send(new ListCisScansCommand({}))]])(
    'is told at once that %s is not built yet',
    async (name, ask) => {
      await expect(ask()).rejects.toMatchObject({
        name: 'ValidationException',
        reason: 'OTHER',
        message: `${name} is not built yet`,
        $metadata: { attempts: 1 },
      });
    },
  );

  test('knows who calls, and nobody without the right keys learns anything', async () => {
    const keys = readKeys(service.credentialsFile);
    const sts = (credentials: Keys) =>
      new STSClient({ endpoint: service.address, region: REGION, credentials }).send(new GetCallerIdentityCommand({}));
    expect(await sts(keys)).toMatchObject({ Account: '000000000000', Arn: 'arn:aws:iam::000000000000:user/admin' });
    const wrong = { ...keys, secretAccessKey: 'x'.repeat(40) };
    const unknown = { accessKeyId: 'AKIAABCDEFGHIJKLMNOP', secretAccessKey: keys.secretAccessKey };
    for (const bad of [wrong, unknown]) {
      const error = (await inspector(service, bad)
        .send(new ListFindingsCommand({}))
        .catch((problem: unknown) => problem)) as Error;
      expect(error).toMatchObject({ $metadata: { httpStatusCode: 403 } });
      expect(`${error.name} ${error.message}`).not.toContain('CVE-');
      await expect(sts(bad)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    }
    const elsewhere = inspector(service, keys);
    elsewhere.config.region = async () => 'eu-central-1';
    await expect(elsewhere.send(new ListFindingsCommand({}))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });
});

describe('another account on the same service', () => {
  test('sees nothing of the first, by no operation, and the first sees all that it had', async () => {
    const before = readKeys(service.credentialsFile);
    const job = await submit(service, bomOf(['pkg:npm/lodash@4.17.15']), { repository: 'mine' });
    const mine = await submitted(service, job);
    const [arn = ''] = arns(all);
    await service.end();
    service = await startService({ data, environment: { ASSAY_ACCOUNT: '123456789012' } });
    const other = inspector(service);
    expect(await allFindings(other)).toEqual([]);
    expect((await other.send(new ListCoverageCommand({}))).coveredResources).toEqual([]);
    const filterCriteria = { awsAccountId: [{ comparison: 'EQUALS' as const, value: '000000000000' }] };
    expect(await allFindings(other, { filterCriteria })).toEqual([]);
    const details = await other.send(new BatchGetFindingDetailsCommand({ findingArns: [arn] })).catch((error: Error) => error.name);
    expect(details === 'ValidationException' || (details as { findingDetails: unknown[] }).findingDetails.length === 0).toBe(true);
    expect((await call(service, `/assay/submissions/${job}`)).status).toBe(404);
    expect((await call(service, '/assay/findings/explain', JSON.stringify({ findingArn: arn }))).status).toBe(404);
    expect((await call(service, '/assay/resources/delete', JSON.stringify({ resourceArn: mine.resourceArn }))).status).toBe(404);
    const still = await allFindings(inspector(service, before));
    expect(arns(still)).toEqual(expect.arrayContaining(arns(all)));
    expect(still.some((one) => one.resources?.[0]?.id === mine.resourceArn)).toBe(true);
  }, 120_000);
});
