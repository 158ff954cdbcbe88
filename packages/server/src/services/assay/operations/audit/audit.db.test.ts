import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EnableCommand, Inspector2Client, ListFindingsCommand } from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AssayCaller, startTestService, type TestService } from '../../../../http/testdata/start-service.ts';

let service: TestService;
let client: Inspector2Client;
let admin: AssayCaller;
beforeAll(async () => {
  service = await startTestService({ now: Date.now });
  admin = await service.callerOf({ account: 0, name: 'auditor', role: 'admin' });
  const text = readFileSync(path.join(service.folder, 'credentials'), 'utf8');
  const value = (name: string): string => new RegExp(`^${name} = (\\S+)$`, 'm').exec(text)![1]!;
  const credentials = { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') };
  client = new Inspector2Client({ endpoint: service.server.address, region: 'us-east-1', credentials, maxAttempts: 1 });
  for (let i = 0; i < 5; i++) await client.send(new ListFindingsCommand({ maxResults: i + 1 }));
  await client.send(new ListFindingsCommand({ maxResults: 500 })).catch(() => {});
  await client.send(new EnableCommand({ resourceTypes: ['ECR'] }));
});
afterAll(() => service?.stop());

const list = async (input: unknown) => {
  const { status, body } = await admin('/assay/audit/list', input);
  expect(status).toBe(200);
  return body as { records: Record<string, unknown>[]; nextToken?: string };
};

it('tells who called what, newest first, by page and by criteria', async () => {
  const { records } = await list({ criteria: { principalArn: 'arn:aws:iam::000000000000:user/admin' } });
  expect(records.map((one) => [one['operation'], one['status'], one['readOnly']])).toEqual([
    ['Enable', 200, false],
    ['ListFindings', 400, true],
    ...Array.from({ length: 5 }, () => ['ListFindings', 200, true]),
  ]);
  expect(records[0]).toMatchObject({ input: { resourceTypes: ['ECR'] }, output: { accounts: [{ status: 'ENABLED' }] }, proof: 'sigv4' });
  expect(records[1]).toMatchObject({ errorCode: 'ValidationException' });
  expect(records[1]).not.toHaveProperty('input');
  const criteria = { operation: 'ListFindings', failed: false };
  const pages: unknown[][] = [];
  let nextToken: string | undefined;
  do {
    const page = await list({ criteria, maxResults: 2, nextToken });
    pages.push(page.records.map((one) => (one['input'] as { maxResults: number }).maxResults));
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  expect(pages).toEqual([[5, 4], [3, 2], [1]]);
  expect((await list({ criteria: { readOnly: false } })).records).toHaveLength(1);
  expect((await list({ criteria: { endTime: 1_000_000 } })).records).toEqual([]);
  const arn = 'arn:aws:inspector2:us-east-1:000000000000:finding/00000000000000000000000000000000';
  await admin('/assay/findings/explain', { findingArn: arn });
  await client.send(new EnableCommand({ resourceTypes: ['ECR'] }));
  const [named] = (await list({ criteria: { resourceArn: arn, operation: 'ExplainFinding' } })).records;
  expect(named).toMatchObject({ resources: [arn], proof: 'bearer' });
});

it('exports CloudTrail’s records', async () => {
  const { status, body } = await admin('/assay/audit/export', { criteria: { operation: 'Enable' }, maxResults: 1 });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    Records: [
      {
        eventVersion: '1.11',
        userIdentity: { type: 'IAMUser', accountId: '000000000000', userName: 'admin', arn: 'arn:aws:iam::000000000000:user/admin' },
        eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        eventSource: 'inspector2.amazonaws.com',
        eventName: 'Enable',
        awsRegion: 'us-east-1',
        requestParameters: { resourceTypes: ['ECR'] },
        readOnly: false,
        eventType: 'AwsApiCall',
        recipientAccountId: '000000000000',
      },
    ],
    nextToken: expect.any(String),
  });
});

it('is for admins, and of their own account', async () => {
  const operator = await service.callerOf({ account: 0, name: 'op', role: 'operator' });
  expect((await operator('/assay/audit/list')).status).toBe(403);
  const stranger = await service.callerOf({ account: 7, name: 'x', role: 'admin' });
  const { body } = await stranger('/assay/audit/list');
  expect(body).toEqual({ records: [] });
});
