import { BatchGetAccountStatusCommand, Inspector2Client } from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assayOf } from '../http/testdata/callers.ts';
import { startTestService, type TestService } from '../http/testdata/start-service.ts';
import { ensureAccount } from './settings.ts';

const MEMBER = '222222222222';
let service: TestService;
let admin: ReturnType<typeof assayOf>;
beforeAll(async () => {
  service = await startTestService({ now: Date.now });
  admin = assayOf(service, 0);
  await admin('accounts/create', { name: 'team', accountId: MEMBER });
  await ensureAccount(service.db.api, 3, 'outsider');
});
afterAll(() => service?.stop());

const status = async (key: Record<string, unknown>) => {
  const credentials = { accessKeyId: String(key['accessKeyId']), secretAccessKey: String(key['secretAccessKey']) };
  const client = new Inspector2Client({ endpoint: service.server.address, region: 'us-east-1', credentials, maxAttempts: 1 });
  return (await client.send(new BatchGetAccountStatusCommand({}))).accounts?.[0]?.accountId;
};
const refused = { name: 'UnrecognizedClientException' };

test('a key shows its secret once, opens its account, and ends with the sessions of its user', async () => {
  const { body: key } = await admin('access-keys/create', { userName: 'kim', role: 'operator' });
  expect(await status(key)).toBe('000000000000');
  const { body: listed } = await admin('access-keys/list', {});
  expect(listed['accessKeys']).toContainEqual({
    accessKeyId: key['accessKeyId'],
    userName: 'kim',
    role: 'operator',
    createdAt: expect.anything(),
  });
  expect(JSON.stringify(listed)).not.toContain(key['secretAccessKey']);
  const session = await service.tokens.create('session', { account: 0, name: 'kim', role: 'operator' });
  const other = await service.tokens.create('session', { account: 0, name: 'lee', role: 'operator' });
  expect((await admin('access-keys/delete', { accessKeyId: key['accessKeyId'] })).status).toBe(200);
  expect((await admin('access-keys/delete', { accessKeyId: key['accessKeyId'] })).status).toBe(404);
  await expect(status(key)).rejects.toMatchObject(refused);
  expect(await service.tokens.find('session', session)).toBeUndefined();
  expect(await service.tokens.find('session', other)).toMatchObject({ role: 'operator' });
  const { rows } = await service.db.owner.query("select 1 from secret where id = 'access_key/' || $1", [key['accessKeyId']]);
  expect(rows).toEqual([]);
});

test('bearer tokens live as long as asked, are listed without themselves, and removed by their id', async () => {
  const { body: made } = await admin('bearer-tokens/create', { userName: 'ci', role: 'viewer', days: 2 });
  const days = (Date.parse(String(made['expiresAt'])) || Number(made['expiresAt']) * 1000) - Date.now();
  expect(Math.round(days / 86_400_000)).toBe(2);
  expect(await service.tokens.find('bearer', String(made['token']))).toMatchObject({ role: 'viewer' });
  const { body: listed } = await admin('bearer-tokens/list', {});
  expect(JSON.stringify(listed)).toContain(made['tokenId']);
  expect(JSON.stringify(listed)).not.toContain(made['token']);
  expect((await admin('bearer-tokens/delete', { tokenId: made['tokenId'] })).status).toBe(200);
  expect((await admin('bearer-tokens/delete', { tokenId: made['tokenId'] })).status).toBe(404);
  expect(await service.tokens.find('bearer', String(made['token']))).toBeUndefined();
});

test('a user is removed with everything under its name', async () => {
  const { body: key } = await admin('access-keys/create', { userName: 'kim', role: 'viewer' });
  const token = await service.tokens.create('bearer', { account: 0, name: 'kim', role: 'viewer' });
  expect((await admin('users/delete', { userName: 'kim' })).status).toBe(200);
  await expect(status(key)).rejects.toMatchObject(refused);
  expect(await service.tokens.find('bearer', token)).toBeUndefined();
  expect((await admin('users/delete', { userName: 'kim' })).status).toBe(404);
});

test('the management account makes the first key of an account it made, and nobody one of somebody else’s', async () => {
  const { body: key } = await admin('access-keys/create', { accountId: MEMBER, userName: 'admin', role: 'admin' });
  expect(await status(key)).toBe(MEMBER);
  const member = assayOf(service, Number(MEMBER));
  expect((await member('access-keys/list', {})).body['accessKeys']).toHaveLength(1);
  const user = { userName: 'x' };
  const calls = {
    'access-keys/create': { ...user, role: 'admin' },
    'access-keys/list': {},
    'access-keys/delete': { accessKeyId: key['accessKeyId'] },
    'bearer-tokens/create': { ...user, role: 'admin' },
    'users/delete': user,
  };
  for (const [uri, input] of Object.entries(calls)) {
    expect([uri, (await member(uri, { ...input, accountId: '000000000000' })).status]).toEqual([uri, 403]);
    expect([uri, (await assayOf(service, 3)(uri, { ...input, accountId: MEMBER })).status]).toEqual([uri, 403]);
    expect([uri, (await assayOf(service, 0, 'operator')(uri, input)).status]).toEqual([uri, 403]);
  }
  // The key of another account is not found, though it exists.
  expect((await admin('access-keys/delete', { accessKeyId: key['accessKeyId'] })).status).toBe(404);
  expect(await status(key)).toBe(MEMBER);
});
