import {
  BatchGetFindingDetailsCommand,
  CreateFilterCommand,
  DeleteFilterCommand,
  type FilterCriteria,
  type Finding,
  ListCoverageCommand,
  ListFindingAggregationsCommand,
} from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allFindings, bomOf, call, inspector, submit, submitted } from './api.ts';
import { assay } from './cli.ts';
import { until } from './processes.ts';
import { pods, report } from './running.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';

/** Two images with the same package; one of them runs. Every list, report, rule and date has to know it. */
const folder = scratch();
const RUNS = 'registry.example/shop/api';
const LIES = 'registry.example/shop/old';
let service: Service;
const arns = new Map<string, string>();

beforeAll(async () => {
  service = await startService({ data: `${folder}/data` });
  for (const repository of [RUNS, LIES]) {
    const job = await submit(service, bomOf(['pkg:npm/lodash@4.17.15'], repository), { repository, tag: 'v1' });
    arns.set(repository, (await submitted(service, job)).resourceArn ?? '');
  }
});
afterAll(() => cleanUp(folder));

const digestOf = (repository: string) => `sha256:${arns.get(repository)?.split('sha256:')[1]}`;
const client = () => inspector(service);
const find = (filterCriteria: FilterCriteria): Promise<Finding[]> => allFindings(client(), { filterCriteria });
const repositoriesOf = (findings: readonly Finding[]): (string | undefined)[] =>
  [...new Set(findings.map((one) => one.resources?.[0]?.details?.awsEcrContainerImage?.repositoryName))].sort();

describe('before anything reports', () => {
  test('nothing is in use, and nothing was', async () => {
    expect(await find({ ecrImageInUseCount: [{ lowerInclusive: 1 }] })).toEqual([]);
    expect(await find({ ecrImageLastInUseAt: [{ startInclusive: new Date(0) }] })).toEqual([]);
    expect((await find({ ecrImageInUseCount: [{ upperInclusive: 0, lowerInclusive: 0 }] })).length).toBeGreaterThan(1);
  });
});

describe('an image that runs', () => {
  let rule: string | undefined;
  beforeAll(async () => {
    // Whatever does not run is hidden; it is shown again on the day it starts.
    const criteria = { ecrImageInUseCount: [{ lowerInclusive: 0, upperInclusive: 0 }] };
    const made = new CreateFilterCommand({ name: 'rests', action: 'SUPPRESS', filterCriteria: criteria, reason: 'not in use' });
    rule = (await client().send(made)).arn;
    await until(async () => (await find({ findingStatus: [{ comparison: 'EQUALS', value: 'ACTIVE' }] })).length === 0, { within: 20_000 });
    const cluster = { provider: 'kubernetes', uid: 'uid-shop', name: 'shop' } as const;
    await report(service, cluster, [pods(`${RUNS}:v1`, `${RUNS}@${digestOf(RUNS)}`, { running: 3, reach: 'INTERNET' })]);
    await until(async () => (await find({ ecrImageInUseCount: [{ lowerInclusive: 3 }] })).length > 0, { within: 20_000 });
  });

  test('is found by its count, and by when it ran: rolling and in a fixed range', async () => {
    const now = Date.now();
    for (const criteria of [
      { ecrImageInUseCount: [{ lowerInclusive: 3, upperInclusive: 3 }] },
      ...[14, 30, 60, 90].map((days) => ({ ecrImageLastInUseAt: [{ startInclusive: new Date(now - days * 86_400_000) }] })),
      { ecrImageLastInUseAt: [{ startInclusive: new Date(now - 3_600_000), endInclusive: new Date(now + 3_600_000) }] },
    ] satisfies FilterCriteria[]) {
      expect(repositoriesOf(await find(criteria)), JSON.stringify(criteria)).toEqual(['shop/api']);
    }
    expect(await find({ ecrImageLastInUseAt: [{ endInclusive: new Date(now - 3_600_000) }] })).toEqual([]);
    expect(await find({ ecrImageInUseCount: [{ lowerInclusive: 4 }] })).toEqual([]);
  });

  test('says so on each of its findings', async () => {
    const [finding] = await find({ ecrImageInUseCount: [{ lowerInclusive: 1 }] });
    const image = finding?.resources?.[0]?.details?.awsEcrContainerImage;
    expect(image).toMatchObject({ inUseCount: 3, lastInUseAt: expect.any(Date) });
    const details = await client().send(new BatchGetFindingDetailsCommand({ findingArns: [finding?.findingArn ?? ''] }));
    expect(details.errors ?? []).toEqual([]);
  });

  test('says so in coverage, which can be asked for it', async () => {
    for (const filterCriteria of [
      { ecrImageInUseCount: [{ lowerInclusive: 1 }] },
      { ecrImageLastInUseAt: [{ startInclusive: new Date(Date.now() - 14 * 86_400_000) }] },
    ]) {
      const { coveredResources } = await client().send(new ListCoverageCommand({ filterCriteria }));
      const seen = (coveredResources ?? []).map((one) => [one.resourceId, one.resourceMetadata?.ecrImage?.inUseCount]);
      expect(seen).toEqual([[arns.get(RUNS), 3]]);
    }
  });

  test('is shown again by a rule that hides what rests, which keeps hiding the other', async () => {
    const shown = async () => repositoriesOf(await find({ findingStatus: [{ comparison: 'EQUALS', value: 'ACTIVE' }] }));
    await until(async () => (await shown()).length > 0, { within: 20_000 });
    expect(await shown()).toEqual(['shop/api']);
    expect(repositoriesOf(await find({ findingStatus: [{ comparison: 'EQUALS', value: 'SUPPRESSED' }] }))).toEqual(['shop/old']);
    await client().send(new DeleteFilterCommand({ arn: rule }));
    await until(async () => (await shown()).length === 2, { within: 20_000 });
  });

  test('says so where findings are counted by image', async () => {
    const counted = async (imageAggregation: object) => {
      const aggregation = { awsEcrContainerAggregation: imageAggregation };
      const { responses } = await client().send(
        new ListFindingAggregationsCommand({ aggregationType: 'AWS_ECR_CONTAINER', aggregationRequest: aggregation }),
      );
      return (responses ?? []).map((one) => one.awsEcrContainerAggregation);
    };
    const all = await counted({});
    expect(Object.fromEntries(all.map((one) => [one?.resourceId, one?.inUseCount]))).toEqual({
      [arns.get(RUNS) ?? '']: 3,
      [arns.get(LIES) ?? '']: 0,
    });
    expect(all.map((one) => one?.lastInUseAt instanceof Date).sort()).toEqual([false, true]);
    expect((await counted({ inUseCount: [{ lowerInclusive: 3 }] })).map((one) => one?.resourceId)).toEqual([arns.get(RUNS)]);
    expect(await counted({ inUseCount: [{ lowerInclusive: 4 }] })).toEqual([]);
    expect(await counted({ lastInUseAt: [{ endInclusive: new Date(0) }] })).toEqual([]);
  });

  test.each(['json', 'csv'])('says so in reports as %s', async (format) => {
    const door = ['--server', service.address, '--credentials', service.credentialsFile];
    const { code, out, err } = await assay(['report', '--format', format, ...door], { cwd: folder });
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(format === 'json' ? /"inUseCount": ?3/ : /in.?use.?count/i);
  });

  test('falls due as policies on what runs say', async () => {
    const rules = [{ name: 'runs', inUse: true, days: 7 }];
    expect((await call(service, '/assay/due/policy/put', JSON.stringify({ rules }))).status).toBe(200);
    const due = async () =>
      (
        await call<{ findings: { resourceArn: string }[] }>(
          service,
          '/assay/due/findings/list',
          JSON.stringify({ states: ['DUE', 'OVERDUE'] }),
        )
      ).body.findings;
    await until(async () => (await due()).length > 0, { within: 20_000 });
    expect([...new Set((await due()).map((one) => one.resourceArn))]).toEqual([arns.get(RUNS)]);
  });

  test('comes before what rests in the queue of what to fix first', async () => {
    const { body } = await call<{ actions: { place: string; running: boolean }[] }>(service, '/assay/fix-first/list', '{}');
    expect(body.actions.map((one) => [one.place, one.running])).toEqual([
      [RUNS, true],
      [LIES, false],
    ]);
  });
});
