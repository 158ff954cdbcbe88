import {
  AssociateMemberCommand,
  BatchGetAccountStatusCommand,
  DescribeOrganizationConfigurationCommand,
  DisableCommand,
  DisableDelegatedAdminAccountCommand,
  DisassociateMemberCommand,
  EnableCommand,
  EnableDelegatedAdminAccountCommand,
  GetConfigurationCommand,
  GetDelegatedAdminAccountCommand,
  GetMemberCommand,
  type Inspector2Client,
  ListAccountPermissionsCommand,
  ListDelegatedAdminAccountsCommand,
  ListMembersCommand,
  UpdateConfigurationCommand,
  type UpdateConfigurationCommandInput,
  UpdateOrganizationConfigurationCommand,
} from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assayOf, inspectorOf } from '../http/testdata/callers.ts';
import { startTestService, type TestService } from '../http/testdata/start-service.ts';
import { MOST_MEMBERS } from './organization.ts';
import { ensureAccount } from './settings.ts';

const MANAGEMENT = '000000000000';
const ADMINISTRATOR = '111111111111';
const MEMBER = '222222222222';
const OUTSIDER = 333_333_333_333;
let service: TestService;
let management: Inspector2Client;
let administrator: Inspector2Client;
let member: Inspector2Client;
let make: ReturnType<typeof assayOf>;

beforeAll(async () => {
  service = await startTestService({ now: Date.now });
  make = assayOf(service, 0);
  for (const accountId of [ADMINISTRATOR, MEMBER]) {
    expect((await make('accounts/create', { name: 'team', accountId })).body).toEqual({ accountId });
  }
  await ensureAccount(service.db.api, OUTSIDER, 'outsider');
  management = await inspectorOf(service, 0);
  administrator = await inspectorOf(service, Number(ADMINISTRATOR));
  member = await inspectorOf(service, Number(MEMBER));
});
afterAll(() => service?.stop());

const denied = { name: 'AccessDeniedException' };

test('the management account alone makes accounts, closes them and designates one administrator', async () => {
  const taken = await make('accounts/create', { name: 'again', accountId: MEMBER });
  expect(taken).toMatchObject({ status: 409, body: { message: 'There is an account of this number already' } });
  expect((await assayOf(service, Number(MEMBER))('accounts/create', { name: 'mine' })).status).toBe(403);
  const drawn = (await make('accounts/create', { name: 'drawn' })).body['accountId'] as string;
  expect(drawn).toMatch(/^\d{12}$/);
  expect((await make('accounts/close', { accountId: drawn })).status).toBe(200);
  expect((await make('accounts/close', { accountId: drawn })).status).toBe(404);
  expect((await make('accounts/close', { accountId: '333333333333' })).status).toBe(404);
  await expect(inspectorOf(service, Number(drawn)).then((c) => c.send(new BatchGetAccountStatusCommand({})))).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
  });

  await expect(management.send(new GetDelegatedAdminAccountCommand({}))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const appoint = (client: Inspector2Client, delegatedAdminAccountId: string) =>
    client.send(new EnableDelegatedAdminAccountCommand({ delegatedAdminAccountId }));
  await expect(appoint(member, MEMBER)).rejects.toMatchObject(denied);
  await expect(appoint(management, '333333333333')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await appoint(management, ADMINISTRATOR);
  await expect(appoint(management, ADMINISTRATOR)).rejects.toThrow(/already enabled/);
  await expect(appoint(management, MEMBER)).rejects.toMatchObject({ name: 'ConflictException' });
  const listed = await management.send(new ListDelegatedAdminAccountsCommand({}));
  expect(listed.delegatedAdminAccounts).toEqual([{ accountId: ADMINISTRATOR, status: 'ENABLED' }]);
  await expect(member.send(new ListDelegatedAdminAccountsCommand({}))).rejects.toMatchObject(denied);
});

test('the administrator associates accounts of the organisation and no other', async () => {
  await expect(management.send(new AssociateMemberCommand({ accountId: MEMBER }))).rejects.toMatchObject(denied);
  await expect(administrator.send(new AssociateMemberCommand({ accountId: '333333333333' }))).rejects.toThrow(/not an account of this/);
  await expect(administrator.send(new AssociateMemberCommand({ accountId: ADMINISTRATOR }))).rejects.toThrow(/is the delegated admin/);
  await expect(administrator.send(new GetMemberCommand({ accountId: MEMBER }))).rejects.toThrow(
    /Invoking account does not have access to get member account/,
  );
  const everyone = await administrator.send(new ListMembersCommand({ onlyAssociated: false }));
  expect(everyone.members?.map((one) => [one.accountId, one.relationshipStatus])).toEqual([
    [MANAGEMENT, 'CREATED'],
    [MEMBER, 'CREATED'],
  ]);
  await administrator.send(new AssociateMemberCommand({ accountId: MEMBER }));
  const { member: one } = await administrator.send(new GetMemberCommand({ accountId: MEMBER }));
  expect(one).toEqual({
    accountId: MEMBER,
    relationshipStatus: 'ENABLED',
    delegatedAdminAccountId: ADMINISTRATOR,
    updatedAt: expect.any(Date),
  });
  await expect(member.send(new GetMemberCommand({ accountId: MEMBER }))).rejects.toMatchObject(denied);
  const seenBy = await member.send(new GetDelegatedAdminAccountCommand({}));
  expect(seenBy.delegatedAdmin?.accountId).toBe(ADMINISTRATOR);
  // A page ends, and goes on with its token.
  await administrator.send(new AssociateMemberCommand({ accountId: MANAGEMENT }));
  const first = await administrator.send(new ListMembersCommand({ maxResults: 1 }));
  const second = await administrator.send(new ListMembersCommand({ maxResults: 1, nextToken: first.nextToken }));
  expect([first, second].map((page) => page.members?.[0]?.accountId)).toEqual([MANAGEMENT, MEMBER]);
  expect(second.nextToken).toBeUndefined();
  await administrator.send(new DisassociateMemberCommand({ accountId: MANAGEMENT }));
});

test('the administrator switches its members; a member enables, and leaves disabling to it', async () => {
  const status = async (client: Inspector2Client, ...accountIds: string[]) => client.send(new BatchGetAccountStatusCommand({ accountIds }));
  expect((await status(administrator, ADMINISTRATOR, MEMBER)).accounts).toHaveLength(2);
  expect((await status(member, ADMINISTRATOR)).failedAccounts).toMatchObject([{ errorCode: 'ACCESS_DENIED' }]);
  const off = await administrator.send(new DisableCommand({ accountIds: [MEMBER, '333333333333'], resourceTypes: ['EC2'] }));
  expect(off.accounts).toMatchObject([{ accountId: MEMBER, resourceStatus: { ec2: 'DISABLED', ecr: 'ENABLED' } }]);
  expect(off.failedAccounts).toMatchObject([{ accountId: '333333333333', errorCode: 'ACCESS_DENIED' }]);
  const own = await member.send(new DisableCommand({ resourceTypes: ['ECR'] }));
  expect(own).toMatchObject({ accounts: [], failedAccounts: [{ accountId: MEMBER, errorCode: 'ACCESS_DENIED' }] });
  const on = await member.send(new EnableCommand({ resourceTypes: ['EC2'] }));
  expect(on.accounts).toMatchObject([{ resourceStatus: { ec2: 'ENABLED' } }]);
  const all = await administrator.send(new DisableCommand({}));
  expect(all.failedAccounts).toMatchObject([{ accountId: ADMINISTRATOR, errorCode: 'DISASSOCIATE_ALL_MEMBERS' }]);
  const may = async (client: Inspector2Client) =>
    (await client.send(new ListAccountPermissionsCommand({ service: 'EC2' }))).permissions?.map((one) => one.operation);
  expect(await may(administrator)).toEqual(['ENABLE_SCANNING', 'DISABLE_SCANNING']);
  expect(await may(member)).toEqual(['ENABLE_SCANNING']);
  expect(await may(await inspectorOf(service, Number(MEMBER), 'viewer'))).toEqual([]);
  const paged = await administrator.send(new ListAccountPermissionsCommand({ maxResults: 3 }));
  const rest = await administrator.send(new ListAccountPermissionsCommand({ nextToken: paged.nextToken }));
  expect([paged.permissions?.length, rest.permissions?.length]).toEqual([3, 5]);
});

test("members follow their administrator's configuration until it gives one its own", async () => {
  const days = async (client: Inspector2Client, accountId?: string) =>
    (await client.send(new GetConfigurationCommand({ accountId }))).ecrConfiguration?.rescanDurationState;
  expect(await days(member)).toEqual({
    rescanDuration: 'DAYS_14',
    pullDateRescanDuration: 'DAYS_14',
    pullDateRescanMode: 'LAST_IN_USE_AT',
    status: 'SUCCESS',
  });
  const update = (client: Inspector2Client, input: UpdateConfigurationCommandInput) => client.send(new UpdateConfigurationCommand(input));
  await expect(update(member, { ecrConfiguration: { rescanDuration: 'DAYS_7' } })).rejects.toMatchObject(denied);
  await update(administrator, { ecrConfiguration: { rescanDuration: 'DAYS_30', pullDateRescanMode: 'LAST_PULL_DATE' } });
  expect(await days(member)).toMatchObject({
    rescanDuration: 'DAYS_30',
    pullDateRescanDuration: 'DAYS_14',
    pullDateRescanMode: 'LAST_PULL_DATE',
    updatedAt: expect.any(Date),
  });
  await update(administrator, { accountId: MEMBER, ecrConfiguration: { rescanDuration: 'LIFETIME' } });
  await update(administrator, { ecrConfiguration: { rescanDuration: 'DAYS_60' } });
  expect([(await days(administrator))?.rescanDuration, (await days(administrator, MEMBER))?.rescanDuration]).toEqual([
    'DAYS_60',
    'LIFETIME',
  ]);
  await update(administrator, { accountId: MEMBER, updateConfigurationInheritance: { ecrConfiguration: 'INHERIT_FROM_ADMIN' } });
  expect((await days(member))?.rescanDuration).toBe('DAYS_60');
  await expect(update(administrator, { updateConfigurationInheritance: { ecrConfiguration: 'INHERIT_FROM_ADMIN' } })).rejects.toMatchObject(
    { name: 'ValidationException' },
  );
  await expect(update(administrator, {})).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(update(administrator, { accountId: '333333333333', ec2Configuration: { scanMode: 'EC2_HYBRID' } })).rejects.toMatchObject(
    denied,
  );
  await update(administrator, { ec2Configuration: { scanMode: 'EC2_SSM_AGENT_BASED', activateVMScanner: true } });
  expect((await member.send(new GetConfigurationCommand({}))).ec2Configuration).toEqual({
    scanModeState: { scanMode: 'EC2_SSM_AGENT_BASED', scanModeStatus: 'SUCCESS' },
    vmScannerState: { activated: true, status: 'SUCCESS', activatedAt: expect.any(Date) },
  });
});

test('accounts that join are associated and enabled as the organisation says, up to the limit', async () => {
  const configure = (autoEnable: { ec2: boolean; ecr: boolean }) =>
    administrator.send(new UpdateOrganizationConfigurationCommand({ autoEnable }));
  await expect(member.send(new DescribeOrganizationConfigurationCommand({}))).rejects.toMatchObject(denied);
  expect(await administrator.send(new DescribeOrganizationConfigurationCommand({}))).toMatchObject({
    autoEnable: { ec2: false, ecr: false, lambda: false, lambdaCode: false, codeRepository: false },
    maxAccountLimitReached: false,
  });
  await configure({ ec2: false, ecr: true });
  await make('accounts/create', { name: 'joins', accountId: '444444444444' });
  const { accounts } = await administrator.send(new BatchGetAccountStatusCommand({ accountIds: ['444444444444'] }));
  expect(accounts).toMatchObject([{ resourceState: { ecr: { status: 'ENABLED' }, ec2: { status: 'DISABLED' } } }]);

  await service.db.owner.query('insert into member select 500000000000 + n, $1, 1, now() from generate_series(1, $2) n', [
    Number(ADMINISTRATOR),
    MOST_MEMBERS - 2,
  ]);
  await make('accounts/create', { name: 'one too many', accountId: '555555555555' });
  expect(await administrator.send(new DescribeOrganizationConfigurationCommand({}))).toMatchObject({ maxAccountLimitReached: true });
  const { rows } = await service.db.owner.query('select account, subject, body from service_event');
  expect(rows).toMatchObject([{ account: Number(ADMINISTRATOR), subject: '555555555555', body: { autoEnableStatus: 'Failed' } }]);
  await expect(administrator.send(new AssociateMemberCommand({ accountId: '555555555555' }))).rejects.toMatchObject({
    name: 'ServiceQuotaExceededException',
  });
  await service.db.owner.query('delete from member where account between 500000000001 and 511111111111');
});

test('who leaves is out of sight, and an administrator that goes leaves no one behind', async () => {
  await administrator.send(new DisassociateMemberCommand({ accountId: MEMBER }));
  await expect(administrator.send(new DisassociateMemberCommand({ accountId: MEMBER }))).rejects.toThrow(/is not yet associated to it/);
  expect((await administrator.send(new GetMemberCommand({ accountId: MEMBER }))).member?.relationshipStatus).toBe('REMOVED');
  const gone = await administrator.send(new BatchGetAccountStatusCommand({ accountIds: [MEMBER] }));
  expect(gone.failedAccounts).toHaveLength(1);
  expect((await make('accounts/close', { accountId: ADMINISTRATOR })).status).toBe(409);
  await service.db.owner.query(
    `insert into filter (account, name, action, criteria, fields, approved_by, in_force, applied, created_at, updated_at)
     values ($1, 'of the administrator', 2, '{}', '{}', 'a', true, true, now(), now())`,
    [ADMINISTRATOR],
  );
  await management.send(new DisableDelegatedAdminAccountCommand({ delegatedAdminAccountId: ADMINISTRATOR }));
  // Its rules have nobody else's findings any more, and what they hid there has to be opened.
  expect(
    (await service.db.owner.query("select kind from job where account = $1 and kind = 'settle-rule'", [ADMINISTRATOR])).rows,
  ).toHaveLength(1);
  expect((await service.db.owner.query('select applied from filter where account = $1', [ADMINISTRATOR])).rows).toEqual([
    { applied: false },
  ]);
  await expect(management.send(new DisableDelegatedAdminAccountCommand({ delegatedAdminAccountId: ADMINISTRATOR }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await expect(administrator.send(new ListMembersCommand({}))).rejects.toMatchObject(denied);
  expect((await service.db.owner.query('select 1 from member')).rows).toEqual([]);
});
