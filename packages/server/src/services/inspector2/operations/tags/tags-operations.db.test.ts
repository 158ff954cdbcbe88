import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  CreateFilterCommand,
  DeleteFilterCommand,
  Inspector2Client,
  ListFiltersCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestService, type TestService } from '../../../../http/testdata/start-service.ts';

let service: TestService;
let client: Inspector2Client;
let resourceArn = '';
beforeAll(async () => {
  service = await startTestService({ now: Date.now });
  const text = readFileSync(path.join(service.folder, 'credentials'), 'utf8');
  const value = (name: string): string => new RegExp(`^${name} = (\\S+)$`, 'm').exec(text)![1]!;
  const credentials = { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') };
  client = new Inspector2Client({ endpoint: service.server.address, region: 'us-east-1', credentials, maxAttempts: 3 });
  const made = await client.send(new CreateFilterCommand({ name: 'f', action: 'NONE', filterCriteria: {}, tags: { team: 'web' } }));
  resourceArn = made.arn!;
});
afterAll(() => service?.stop());

const tags = async () => (await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags;

it('tags come with the filter, are added, replaced and removed, and shown with it', async () => {
  expect(await tags()).toEqual({ team: 'web' });
  await client.send(new TagResourceCommand({ resourceArn, tags: { team: 'api', 'cost centre': '7', empty: '' } }));
  await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['empty', 'never'] }));
  expect(await tags()).toEqual({ team: 'api', 'cost centre': '7' });
  const { filters } = await client.send(new ListFiltersCommand({ arns: [resourceArn] }));
  expect(filters?.[0]?.tags).toEqual({ team: 'api', 'cost centre': '7' });
});

it('no more than fifty, none of Amazon’s own, and a refused change changes nothing', async () => {
  const before = await tags();
  const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, 'v']));
  const add = (more: Record<string, string>) => client.send(new TagResourceCommand({ resourceArn, tags: more }));
  await expect(add(many(51))).rejects.toMatchObject({ name: 'ValidationException', fields: [{ name: 'tags' }] });
  await expect(add({ 'aws:x': '' })).rejects.toMatchObject({ name: 'ValidationException', fields: [{ name: 'tags' }] });
  await expect(add(many(49))).rejects.toMatchObject({ name: 'BadRequestException' });
  expect(await tags()).toEqual(before);
  await add(many(48));
  expect(Object.keys((await tags()) ?? {})).toHaveLength(50);
});

it('what is not there has no tags, nor has another account’s, and a new filter begins without', async () => {
  const others = [
    resourceArn.replaceAll('000000000000', '000000000007'),
    `${resourceArn}0`,
    'x',
    resourceArn.replace('us-east-1', 'eu-west-1'),
  ];
  for (const arn of others) {
    await expect(client.send(new ListTagsForResourceCommand({ resourceArn: arn }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(client.send(new TagResourceCommand({ resourceArn: arn, tags: { a: '' } }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  }
  await client.send(new DeleteFilterCommand({ arn: resourceArn }));
  await expect(tags()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const { rows } = await service.db.worker.query('select from tag');
  expect(rows).toEqual([]);
});
