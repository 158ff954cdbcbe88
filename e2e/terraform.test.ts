import path from 'node:path';
import * as sdk from '@aws-sdk/client-inspector2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, inspector, REGION } from './api.ts';
import { until } from './processes.ts';
import { cleanUp, readKeys, type Service, scratch, startService } from './service.ts';

/**
 * What Terraform's AWS provider asks for its Inspector resources, call by call and wait by wait, with its reading of each answer: members
 * that it dereferences, words of messages that it searches, lists of which it takes the first. Only its pauses are shorter.
 */
const folder = scratch();
let service: Service;
let client: sdk.Inspector2Client;
let account = '';
let member = '';
beforeAll(async () => {
  service = await startService({ data: path.join(folder, 'data') });
  client = inspector(service);
  const sts = new STSClient({ endpoint: service.address, region: REGION, credentials: readKeys(service.credentialsFile) });
  account = (await sts.send(new GetCallerIdentityCommand({}))).Account ?? '';
  expect(account).toMatch(/^\d{12}$/);
  member = (await call<{ accountId: string }>(service, '/assay/accounts/create', JSON.stringify({ name: 'member' }))).body.accountId;
}, 180_000);
afterAll(() => cleanUp(folder));

const TYPES = ['EC2', 'ECR', 'LAMBDA', 'LAMBDA_CODE', 'CODE_REPOSITORY'] as const;
const within = { within: 30_000, what: () => 'the state that the provider waits for' };
const refusal = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => expect.fail('it was not refused'),
    (error: Error) => error,
  );

/** The account and its scan types as the provider's status function sees them; each member is dereferenced. */
async function enablerState(): Promise<{ readonly account: string; readonly types: Map<string, string> }> {
  const { accounts, failedAccounts } = await client.send(new sdk.BatchGetAccountStatusCommand({ accountIds: [account] }));
  expect(failedAccounts ?? []).toEqual([]);
  const [{ state, resourceState }] = accounts as [sdk.AccountState];
  const { ec2, ecr, lambda, lambdaCode, codeRepository } = resourceState as Required<sdk.ResourceState>;
  const statuses = [ec2, ecr, lambda, lambdaCode, codeRepository].map((one) => one!.status!);
  return { account: state!.status!, types: new Map(TYPES.map((type, n) => [type, statuses[n]!])) };
}

/** An enabled account without an enabled type counts as still in progress, for ever. */
async function enablerSettled(): Promise<Awaited<ReturnType<typeof enablerState>>> {
  let seen = await enablerState();
  await until(async () => {
    seen = await enablerState();
    const all = [seen.account, ...seen.types.values()];
    const hollow = seen.account === 'ENABLED' && ![...seen.types.values()].includes('ENABLED');
    return !hollow && !all.some((status) => /ING$/.test(status));
  }, within);
  return seen;
}

async function applyEnabler(wanted: readonly (typeof TYPES)[number][]): Promise<void> {
  const answer = await client.send(
    new sdk.EnableCommand({ accountIds: [account], resourceTypes: [...wanted], clientToken: 'terraform-1' }),
  );
  expect(answer.failedAccounts ?? []).toEqual([]);
  const { types } = await enablerSettled();
  const others = TYPES.filter((type) => types.get(type) === 'ENABLED' && !wanted.includes(type));
  // The provider reads the members' names, upper-cases them, and knows of LAMBDA_CODE alone that this is not its word.
  const words = others.map((type) => (type === 'LAMBDA_CODE' ? type : type.replace('_', ''))) as sdk.ResourceScanType[];
  if (others.length > 0) await client.send(new sdk.DisableCommand({ accountIds: [account], resourceTypes: words }));
  const settled = await enablerSettled();
  expect(TYPES.filter((type) => settled.types.get(type) === 'ENABLED')).toEqual(wanted);
  expect(settled.account).toBe('ENABLED');
}

test('aws_inspector2_enabler', async () => {
  await applyEnabler(['EC2', 'ECR']);
  await applyEnabler(['ECR', 'LAMBDA', 'LAMBDA_CODE']);
  const answer = await client.send(new sdk.DisableCommand({ accountIds: [account], resourceTypes: [...TYPES] }));
  expect(answer.failedAccounts ?? []).toEqual([]);
  expect((await enablerSettled()).account).toBe('DISABLED');
  await client.send(new sdk.EnableCommand({ accountIds: [account], resourceTypes: ['ECR'], clientToken: 'terraform-2' }));
});

test('aws_inspector2_filter', async () => {
  const filterCriteria: sdk.FilterCriteria = {
    severity: [
      { comparison: 'NOT_EQUALS', value: 'LOW' },
      { comparison: 'EQUALS', value: 'HIGH' },
      { comparison: 'EQUALS', value: 'CRITICAL' },
    ],
    inspectorScore: [{ lowerInclusive: 4.5, upperInclusive: 10 }],
    updatedAt: [{ startInclusive: new Date('2026-01-01T00:00:00Z') }],
    resourceTags: [{ comparison: 'EQUALS', key: 'team', value: 'web' }],
    portRange: [{ beginInclusive: 22, endInclusive: 80 }],
    vulnerablePackages: [{ name: { comparison: 'PREFIX', value: 'lod' }, architecture: { comparison: 'EQUALS', value: 'X86_64' } }],
  };
  const { arn } = await client.send(new sdk.CreateFilterCommand({ name: 'tf', action: 'NONE', filterCriteria, tags: { a: '1', b: '' } }));
  const read = async () => (await client.send(new sdk.ListFiltersCommand({ arns: [arn!] }))).filters ?? [];
  const tags = async () => (await client.send(new sdk.ListTagsForResourceCommand({ resourceArn: arn! }))).tags;
  const [made] = await read();
  // Plans never converge when a list comes back in another order, or an absent text as an empty one.
  expect(made).toMatchObject({
    arn,
    name: 'tf',
    action: 'NONE',
    ownerId: account,
    createdAt: expect.any(Date),
    updatedAt: expect.any(Date),
  });
  expect(made!.criteria).toEqual(filterCriteria);
  expect([made!.description, made!.reason]).toEqual([undefined, undefined]);
  expect(await tags()).toEqual({ a: '1', b: '' });
  await client.send(
    new sdk.UpdateFilterCommand({
      filterArn: arn,
      action: 'SUPPRESS',
      filterCriteria: { title: filterCriteria.severity },
      reason: 'accepted',
    }),
  );
  await client.send(new sdk.UntagResourceCommand({ resourceArn: arn!, tagKeys: ['a'] }));
  await client.send(new sdk.TagResourceCommand({ resourceArn: arn!, tags: { b: '2', c: '3' } }));
  expect((await read())[0]).toMatchObject({
    name: 'tf',
    action: 'SUPPRESS',
    reason: 'accepted',
    criteria: { title: filterCriteria.severity },
  });
  expect(await tags()).toEqual({ b: '2', c: '3' });
  await client.send(new sdk.DeleteFilterCommand({ arn }));
  expect(await read()).toEqual([]);
  expect((await refusal(client.send(new sdk.DeleteFilterCommand({ arn })))).name).toBe('ResourceNotFoundException');
});

test('aws_inspector2_configuration', async () => {
  const state = async () => {
    const { ecrConfiguration, ec2Configuration } = await client.send(new sdk.GetConfigurationCommand({}));
    const { rescanDuration, pullDateRescanDuration, pullDateRescanMode, status } = ecrConfiguration!.rescanDurationState!;
    expect([status, ec2Configuration!.scanModeState!.scanModeStatus]).toEqual(['SUCCESS', 'SUCCESS']);
    return { ec2: ec2Configuration!.scanModeState!.scanMode, ecr: { rescanDuration, pullDateRescanDuration, pullDateRescanMode } };
  };
  const apply = async (wanted: Awaited<ReturnType<typeof state>>) => {
    const ecrConfiguration = wanted.ecr as sdk.EcrConfiguration;
    await client.send(new sdk.UpdateConfigurationCommand({ ecrConfiguration, ec2Configuration: { scanMode: wanted.ec2 } }));
    await until(async () => JSON.stringify(await state()) === JSON.stringify(wanted), within);
  };
  await apply({
    ec2: 'EC2_SSM_AGENT_BASED',
    ecr: { rescanDuration: 'DAYS_30', pullDateRescanDuration: 'DAYS_14', pullDateRescanMode: 'LAST_PULL_DATE' },
  });
  await apply({
    ec2: 'EC2_HYBRID',
    ecr: { rescanDuration: 'LIFETIME', pullDateRescanDuration: 'DAYS_90', pullDateRescanMode: 'LAST_IN_USE_AT' },
  });
});

describe('an organization', () => {
  const administrators = async () => {
    const found: sdk.DelegatedAdminAccount[] = [];
    const pages = sdk.paginateListDelegatedAdminAccounts({ client, pageSize: 5 }, {});
    for await (const page of pages) found.push(...(page.delegatedAdminAccounts ?? []));
    return found;
  };
  const designate = () => client.send(new sdk.EnableDelegatedAdminAccountCommand({ delegatedAdminAccountId: account, clientToken: 'tf' }));

  test('aws_inspector2_delegated_admin_account', async () => {
    await designate();
    expect(await refusal(designate())).toMatchObject({ name: 'ConflictException', message: expect.stringContaining('already enabled') });
    await until(async () => (await administrators()).some((one) => one.accountId === account && one.status === 'ENABLED'), within);
  });

  test('aws_inspector2_organization_configuration', async () => {
    const apply = async (autoEnable: sdk.AutoEnable) => {
      await client.send(new sdk.UpdateOrganizationConfigurationCommand({ autoEnable }));
      let same = 0;
      await until(async () => {
        const answer = await client.send(new sdk.DescribeOrganizationConfigurationCommand({}));
        const equal = Object.entries(autoEnable).every(([type, on]) => answer.autoEnable![type as keyof sdk.AutoEnable] === on);
        same = equal ? same + 1 : 0;
        expect(Object.values(answer.autoEnable!).every((on) => typeof on === 'boolean')).toBe(true);
        return same === 2;
      }, within);
    };
    await apply({ ec2: true, ecr: true, lambda: true, lambdaCode: true, codeRepository: false });
    await apply({ ec2: false, ecr: true, lambda: false, lambdaCode: false, codeRepository: false });
    await apply({ ec2: false, ecr: false, lambda: false, lambdaCode: false, codeRepository: false });
  });

  test('aws_inspector2_member_association', async () => {
    const read = () => client.send(new sdk.GetMemberCommand({ accountId: member }));
    await client.send(new sdk.AssociateMemberCommand({ accountId: member }));
    await until(async () => (await read()).member!.relationshipStatus === 'ENABLED', within);
    expect((await read()).member).toMatchObject({ accountId: member, delegatedAdminAccountId: account, updatedAt: expect.any(Date) });
    const leave = () => client.send(new sdk.DisassociateMemberCommand({ accountId: member }));
    await leave();
    // Gone is one of three things.
    const left = await read().then(
      (answer) => answer.member?.relationshipStatus === 'REMOVED',
      (error: Error) =>
        error.name === 'ResourceNotFoundException' ||
        (error.name === 'AccessDeniedException' && error.message.includes('Invoking account does not have access to get member account')),
    );
    expect(left).toBe(true);
    expect(await refusal(leave())).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('is not yet associated to it'),
    });
  });

  test('aws_inspector2_delegated_admin_account, destroyed', async () => {
    await client.send(new sdk.DisableDelegatedAdminAccountCommand({ delegatedAdminAccountId: account }));
    await until(async () => (await administrators()).length === 0, within);
    const again = await refusal(client.send(new sdk.DisableDelegatedAdminAccountCommand({ delegatedAdminAccountId: account })));
    expect(again.name).toBe('ResourceNotFoundException');
  });
});
