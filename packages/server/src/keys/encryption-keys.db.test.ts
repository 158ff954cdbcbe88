import {
  GetEncryptionKeyCommand,
  Inspector2Client,
  ResetEncryptionKeyCommand,
  UpdateEncryptionKeyCommand,
} from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AssayCaller, startTestService, type TestService } from '../http/testdata/start-service.ts';

let service: TestService;
let client: Inspector2Client;
let admin: AssayCaller;
let stranger: AssayCaller;
beforeAll(async () => {
  service = await startTestService({ now: Date.now });
  admin = await service.callerOf({ account: 0, name: 'a', role: 'admin' });
  stranger = await service.callerOf({ account: 5, name: 'b', role: 'admin' });
  const credentials = await service.accessKeyOf({ account: 0, name: 'a', role: 'admin' });
  client = new Inspector2Client({ endpoint: service.server.address, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterAll(() => service?.stop());

const place = { scanType: 'CODE', resourceType: 'AWS_LAMBDA_FUNCTION' } as const;

test('a key is chosen for a type of scan and of resource, and given up again', async () => {
  const kmsKeyId = (await admin('/assay/keys/create')).body['keyArn'] as string;
  await expect(client.send(new GetEncryptionKeyCommand(place))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(client.send(new ResetEncryptionKeyCommand(place))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const theirs = (await stranger('/assay/keys/create')).body['keyArn'] as string;
  await expect(client.send(new UpdateEncryptionKeyCommand({ ...place, kmsKeyId: theirs }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await client.send(new UpdateEncryptionKeyCommand({ ...place, kmsKeyId }));
  expect(await client.send(new GetEncryptionKeyCommand(place))).toMatchObject({ kmsKeyId });
  await expect(client.send(new GetEncryptionKeyCommand({ ...place, scanType: 'NETWORK' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await client.send(new ResetEncryptionKeyCommand(place));
  await expect(client.send(new GetEncryptionKeyCommand(place))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('keys are listed by page, turned by their account only, and made by admins', async () => {
  const made = (await admin('/assay/keys/create', { description: 'second' })).body['keyArn'] as string;
  const { body: first } = await admin('/assay/keys/list', { maxResults: 1 });
  const { body: second } = await admin('/assay/keys/list', { maxResults: 1, nextToken: first['nextToken'] });
  const keys = [first, second].flatMap((page) => page['keys'] as { keyArn: string }[]);
  expect(new Set(keys.map((key) => key.keyArn)).size).toBe(2);
  expect(second['nextToken']).toBeUndefined();
  expect(await admin('/assay/keys/rotate', { keyArn: made })).toMatchObject({ status: 200, body: { keyArn: made, version: 2 } });
  expect((await stranger('/assay/keys/rotate', { keyArn: made })).status).toBe(404);
  const operator = await service.callerOf({ account: 0, name: 'o', role: 'operator' });
  for (const path of ['create', 'rotate']) expect((await operator(`/assay/keys/${path}`, {})).status).toBe(403);
  expect((await admin('/assay/keys/create', { provider: 'KMS', name: 'x' })).status).toBe(400);
});

test('a data key is opened for the account that the file was written for', async () => {
  const keyArn = (await admin('/assay/keys/create')).body['keyArn'] as string;
  const context = { account: '000000000000', export: 'x' };
  const ref = { arn: keyArn, provider: 'LOCAL', name: '', version: 1 } as const;
  const wrappedKey = await service.dependencies.keys.wrap(ref, Buffer.alloc(32, 9), context);
  const asked = { keyArn, wrappedKey, context };
  const { body } = await admin('/assay/keys/decrypt-data-key', asked);
  expect(Buffer.from(body['dataKey'] as string, 'base64')).toEqual(Buffer.alloc(32, 9));
  expect((await stranger('/assay/keys/decrypt-data-key', asked)).status).toBe(403);
  const claimed = { ...asked, context: { ...context, account: '000000000005' } };
  expect((await stranger('/assay/keys/decrypt-data-key', claimed)).status).toBe(404);
  expect((await admin('/assay/keys/decrypt-data-key', { ...asked, context: { ...context, export: 'y' } })).status).toBe(400);
});
