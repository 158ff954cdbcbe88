import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BatchGetFreeTrialInfoCommand, EnableCommand, Inspector2Client, ListUsageTotalsCommand } from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../../../http/testdata/start-service.ts';

const DAY = 86_400_000;
let service: TestService;
let client: Inspector2Client;
beforeAll(async () => {
  const dependencies = { prices: { ECR_INITIAL_SCAN: 0.09, EC2_INSTANCE_HOURS: 0.001 } };
  service = await startTestService({ now: Date.now, dependencies });
  await service.callerOf({ account: 7, name: 'x', role: 'admin' });
  const text = readFileSync(path.join(service.folder, 'credentials'), 'utf8');
  const value = (name: string): string => new RegExp(`^${name} = (\\S+)$`, 'm').exec(text)![1]!;
  const credentials = { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') };
  client = new Inspector2Client({ endpoint: service.server.address, region: 'us-east-1', credentials, maxAttempts: 3 });
  await service.db.worker.query(
    `insert into usage (account, day, type, amount) values (0, current_date, 1, 100), (0, current_date - 3, 1, 11), (7, current_date, 1, 5000)`,
  );
});
afterAll(() => service?.stop());

it('usage is what was counted, at the prices that were set', async () => {
  const { totals, nextToken } = await client.send(new ListUsageTotalsCommand({ accountIds: ['000000000000'] }));
  expect(nextToken).toBeUndefined();
  expect(totals?.map((total) => total.accountId)).toEqual(['000000000000']);
  const scans = totals?.[0]?.usage?.find((usage) => usage.type === 'ECR_INITIAL_SCAN');
  expect(scans).toEqual({ type: 'ECR_INITIAL_SCAN', total: 111, estimatedMonthlyCost: 9.99, currency: 'USD', cloudProvider: 'AWS' });
  const others = totals?.[0]?.usage?.filter((usage) => usage.type !== 'ECR_INITIAL_SCAN') ?? [];
  expect(others.length).toBeGreaterThan(3);
  expect(others.every((usage) => usage.total === 0 && usage.estimatedMonthlyCost === 0)).toBe(true);
  await expect(client.send(new ListUsageTotalsCommand({ accountIds: ['000000000007'] }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});

it('the trial begins with the first time a scan type is enabled, and lasts 15 days', async () => {
  const ask = () => client.send(new BatchGetFreeTrialInfoCommand({ accountIds: ['000000000000', '000000000007'] }));
  const first = await ask();
  expect(first.failedAccounts).toMatchObject([{ accountId: '000000000007', code: 'ACCESS_DENIED' }]);
  const trials = first.accounts?.[0]?.freeTrialInfo ?? [];
  expect(trials.map((trial) => trial.type)).toEqual(['CODE_REPOSITORY', 'EC2', 'ECR', 'LAMBDA', 'LAMBDA_CODE']);
  for (const { start, end, status } of trials) {
    expect(status).toBe('ACTIVE');
    expect(end!.getTime() - start!.getTime()).toBe(15 * DAY);
  }
  await client.send(new EnableCommand({ resourceTypes: ['ECR'] }));
  expect((await ask()).accounts).toEqual(first.accounts);
  await service.db.worker.query(`update free_trial set started_at = started_at - interval '15 days' where type = 'EC2'`);
  const states = (await ask()).accounts?.[0]?.freeTrialInfo?.map(({ type, status }) => [type, status]);
  expect(states).toEqual([
    ['CODE_REPOSITORY', 'ACTIVE'],
    ['EC2', 'INACTIVE'],
    ['ECR', 'ACTIVE'],
    ['LAMBDA', 'ACTIVE'],
    ['LAMBDA_CODE', 'ACTIVE'],
  ]);
});
