import { GetConfigurationCommand, Inspector2Client, UpdateConfigurationCommand } from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AssayCaller, startTestService, type TestService } from '../../../../http/testdata/start-service.ts';

// The SDK signs with the time that it is.
const NOW = Math.floor(Date.now() / 1000) * 1000;
let service: TestService;
const callers: Record<string, AssayCaller> = {};

beforeAll(async () => {
  service = await startTestService({ now: () => NOW });
  for (const role of ['viewer', 'operator', 'admin'] as const) callers[role] = await service.callerOf({ account: 7, name: role, role });
  await service.db.owner.query(
    `insert into resource (account, kind, arn, scan_status, scan_reason, frequency, deleted_at)
     select 7, 2, 'image-' || n, s, r, 1, d from (values (1, 1, 1, null), (2, 1, 21, null), (3, 2, 22, null), (4, 1, 1, now())) as v(n, s, r, d)`,
  );
  await service.db.owner.query(
    `insert into eligibility_sweep (account, swept_at, counted_since, images, held, held_at) values (7, $1, $1, 10, 3, $1), (8, $1, $1, 10, 9, $1)`,
    [new Date(NOW)],
  );
});
afterAll(() => service?.stop());

test('tells what is monitored, for how long, and what is held', async () => {
  const at = NOW / 1000;
  expect((await callers['viewer']!('/assay/eligibility/status/get')).body).toEqual({
    ...{ accountId: '000000000007', pushDuration: 'DAYS_14', useDuration: 'DAYS_14', mode: 'LAST_IN_USE_AT', use: 'NONE' },
    ...{ monitoredImages: 3, staleImages: 1, deletedImages: 1, lapsedImages: 1, heldImages: 3, acceptedImages: 0, heldAt: at, sweptAt: at },
  });
  const cluster = (observed: number) =>
    service.db.owner.query(
      `insert into cluster (account, arn, provider, uid, name, created_at, observed_at, complete_at)
       values (7, 'c', 'ecs', 'c', 'c', $1, $2, $1) on conflict (account, arn) do update set observed_at = excluded.observed_at`,
      [new Date(NOW - 86_400_000), new Date(observed)],
    );
  await cluster(NOW - 16 * 60_000);
  expect((await callers['viewer']!('/assay/eligibility/status/get')).body).toMatchObject({ use: 'SILENT', watchedSince: at - 86_400 });
  await cluster(NOW);
  expect((await callers['viewer']!('/assay/eligibility/status/get')).body).toMatchObject({ use: 'HEARD', watchedUntil: at });
});

test('an operator lets what is held lapse, of the own account only', async () => {
  expect((await callers['viewer']!('/assay/eligibility/held/accept')).status).toBe(403);
  expect((await callers['operator']!('/assay/eligibility/held/accept')).body).toEqual({ acceptedImages: 3 });
  const { body } = await callers['viewer']!('/assay/eligibility/status/get');
  expect(body).toMatchObject({ heldImages: 0, acceptedImages: 3 });
  expect(body).not.toHaveProperty('heldAt');
  expect((await callers['operator']!('/assay/eligibility/held/accept')).body).toEqual({ acceptedImages: 0 });
  const { rows } = await service.db.owner.query('select account, accepted, accepted_by from eligibility_sweep order by 1');
  expect(rows).toEqual([
    { account: 7, accepted: 3, accepted_by: expect.stringContaining('operator') },
    { account: 8, accepted: 0, accepted_by: null },
  ]);
});

test('an image that stopped may count as in use for no time, which Amazon has no word for', async () => {
  const use = async () => (await callers['viewer']!('/assay/eligibility/status/get')).body['useDuration'];
  expect((await callers['operator']!('/assay/eligibility/update', { useDuration: 'NONE' })).status).toBe(403);
  expect((await callers['admin']!('/assay/eligibility/update', { useDuration: 'DAYS_1' })).status).toBe(400);
  expect((await callers['admin']!('/assay/eligibility/update', { useDuration: 'NONE' })).status).toBe(200);
  expect(await use()).toBe('NONE');
  const { accessKeyId, secretAccessKey } = await service.accessKeyOf({ account: 7, name: 'admin', role: 'admin' });
  const client = new Inspector2Client({
    endpoint: service.server.address,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
  });
  const read = async () => (await client.send(new GetConfigurationCommand({}))).ecrConfiguration?.rescanDurationState;
  expect(await read()).toMatchObject({ rescanDuration: 'DAYS_14', pullDateRescanDuration: 'DAYS_3', pullDateRescanMode: 'LAST_IN_USE_AT' });
  const ecrConfiguration = { rescanDuration: 'LIFETIME', pullDateRescanDuration: 'DAYS_7', pullDateRescanMode: 'LAST_PULL_DATE' } as const;
  await client.send(new UpdateConfigurationCommand({ ecrConfiguration }));
  expect(await read()).toMatchObject(ecrConfiguration);
  expect(await use()).toBe('DAYS_7');
  client.destroy();
});

test('what other windows would end is told for those that the change would hold for, and a member is told nothing', async () => {
  const { db } = service;
  const admin = await service.callerOf({ account: 20, name: 'boss', role: 'viewer' });
  const member = await service.callerOf({ account: 21, name: 'own', role: 'admin' });
  await service.callerOf({ account: 22, name: 'follows', role: 'admin' });
  const own = { rescanDuration: 'LIFETIME', pullDateRescanDuration: 'DAYS_14', pullDateRescanMode: 'LAST_IN_USE_AT' };
  await db.owner.query(`insert into member (account, administrator, status, updated_at) values (21, 20, 1, now()), (22, 20, 1, now())`);
  await db.owner.query(`update account set settings = settings || $1 where account = 21`, [JSON.stringify({ ecr: own })]);
  await db.owner.query(
    `insert into resource (account, kind, arn, scan_status, scan_reason, frequency, pushed_at, inventory)
     select a, 2, 'preview-' || n, 1, 1, 1, $1::timestamptz - n * interval '1 day', 900 from unnest(array[20, 21, 22]) as a, generate_series(1, 5) as n`,
    [new Date(NOW)],
  );
  const preview = async (input: object, who = admin) => (await who('/assay/eligibility/preview', input)).body;
  const byPull = { mode: 'LAST_PULL_DATE' };
  expect(await preview({ ...byPull })).toEqual({
    ...{ accountId: '000000000020', pushDuration: 'DAYS_14', useDuration: 'DAYS_14', mode: 'LAST_PULL_DATE' },
    ...{ accountCount: 2, monitoredImages: 10, lapsingImages: 0, heldImages: 0, closingFindings: 0 },
  });
  expect(await preview({ ...byPull, pushDuration: 'DAYS_3', useDuration: 'NONE' })).toMatchObject({
    useDuration: 'NONE',
    lapsingImages: 4,
  });
  expect(await preview({ accountId: '000000000021', ...byPull, pushDuration: 'DAYS_3' })).toMatchObject({
    accountCount: 1,
    lapsingImages: 2,
  });
  expect((await member('/assay/eligibility/preview', byPull)).status).toBe(403);
  expect((await member('/assay/eligibility/preview', { accountId: '000000000020' })).status).toBe(403);
});
