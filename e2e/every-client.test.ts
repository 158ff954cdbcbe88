import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { INSPECTOR_SCAN_OPERATIONS } from '@assay/server/services/inspector-scan/operations.ts';
import { INSPECTOR2_OPERATIONS } from '@assay/server/services/inspector2/operations.ts';
import { STS_OPERATIONS } from '@assay/server/services/sts/operations.ts';
import { type CoverageFilterCriteria, ListCoverageCommand } from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bomOf, call, inspector, submit, submitted } from './api.ts';
import { type ApiClient, boto3Client, commandLine, javascriptClient, type Reply } from './api-clients.ts';
import { until } from './processes.ts';
import { pythonWithClients, pythonWithOldClient } from './python-clients.ts';
import { type Known, RECIPES, type Recipe } from './recipes.ts';
import { has } from './requirements.ts';
import { pods, report } from './running.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';

/** Every built operation through every client, with the same recipes; what came of it is docs/compatibility.md. */
const RESULTS = new URL('./compatibility.json', import.meta.url);
const folder = scratch();
const python = pythonWithClients();
const old = pythonWithOldClient();
const hasPython = has('AWS CLI 1.45 and boto3 1.43', python !== undefined, 'apt-get install python3-venv, where pip works');
const hasOld = has('Debian’s AWS CLI v2', old !== undefined, 'apt-get install awscli');

let service: Service;
const before = { account: '000000000000', member: '', keyArn: '', imageArn: '' };
beforeAll(async () => {
  service = await startService({ data: path.join(folder, 'data') });
  const job = await submit(service, bomOf(['pkg:npm/lodash@4.17.15', 'pkg:pypi/django@3.2.0']), { repository: 'shop/app', tag: 'v1' });
  expect(await submitted(service, job)).toMatchObject({ status: 'SUCCEEDED' });
  before.member = (await call<{ accountId: string }>(service, '/assay/accounts/create', JSON.stringify({ name: 'member' }))).body.accountId;
  before.imageArn = await runImage();
  before.keyArn = (await call<{ keyArn: string }>(service, '/assay/keys/create', '{}')).body.keyArn;
}, 180_000);
afterAll(() => cleanUp(folder));

/** The submitted image runs in two pods and in three tasks; answers its ARN once both are counted. */
async function runImage(): Promise<string> {
  const client = inspector(service);
  const images = async () => (await client.send(new ListCoverageCommand({ filterCriteria: IMAGES }))).coveredResources ?? [];
  const arn = (await images())[0]?.resourceId ?? '';
  const digest = arn.slice(arn.lastIndexOf('/') + 1);
  await report(service, { provider: 'kubernetes', uid: 'uid-of-east', name: 'east' }, [
    pods('shop/app:v1', digest, { namespace: 'shop', running: 2 }),
  ]);
  const task = { namespace: '', workload: { kind: 'Service', name: 'web' }, definition: TASK, running: 3 };
  await report(service, { provider: 'ecs', uid: ECS, name: 'prod' }, [pods('shop/app:v1', digest, task)]);
  const count = async () => (await images())[0]?.resourceMetadata?.ecrImage?.inUseCount;
  await until(async () => (await count()) === 5, { within: 30_000, what: () => 'both clusters are counted' });
  return arn;
}
const IMAGES = { resourceType: [{ comparison: 'EQUALS', value: 'AWS_ECR_CONTAINER_IMAGE' }] } as const satisfies CoverageFilterCriteria;
const ECS = 'arn:aws:ecs:us-east-1:000000000000:cluster/prod';
const TASK = 'arn:aws:ecs:us-east-1:000000000000:task-definition/web:7';

test('every built operation has a recipe', () => {
  const built = [INSPECTOR2_OPERATIONS, INSPECTOR_SCAN_OPERATIONS, STS_OPERATIONS].flatMap((operations) => Object.keys(operations));
  expect([...new Set(RECIPES.map((recipe) => recipe.operation))].sort()).toEqual(built.sort());
});

type Outcome = 'passes' | 'unknown to it';

async function goThrough(client: ApiClient, name: string): Promise<Record<string, Outcome>> {
  const known: Known = { client: name, ...before, findingArn: '', filterArn: '', reportId: '', exportId: '', nextToken: '' };
  const outcomes: Record<string, Outcome> = {};
  for (const recipe of RECIPES) {
    const reply = await ask(client, recipe, known);
    outcomes[recipe.operation] = 'unknown' in reply ? 'unknown to it' : 'passes';
    if ('answer' in reply) recipe.learn?.(reply.answer, known);
  }
  await client.close();
  return outcomes;
}

async function ask(client: ApiClient, recipe: Recipe, known: Known): Promise<Reply> {
  const { service: name, operation, input = () => ({}), output = () => ({}), mayRefuse } = recipe;
  let reply = await client.call(name, operation, input(known));
  if (recipe.again === true) {
    await until(
      async () => {
        reply = await client.call(name, operation, input(known));
        return 'unknown' in reply || ('answer' in reply && (reply.answer as { status: string }).status !== 'IN_PROGRESS');
      },
      { within: 60_000, what: () => `${operation}: ${JSON.stringify(reply)}` },
    );
  }
  if ('unknown' in reply) return reply;
  if ('refused' in reply && reply.refused === mayRefuse) return reply;
  expect({ operation, reply }).toMatchObject({ operation, reply: { answer: output(known) } });
  return reply;
}

/** The results that docs/compatibility.md shows are in the repository; ASSAY_WRITE_RESULTS=1 writes them. */
function compare(client: string, outcomes: Record<string, Outcome>): void {
  const stored = JSON.parse(readFileSync(RESULTS, 'utf8')) as Record<string, Record<string, Outcome>>;
  const sorted = Object.fromEntries(Object.entries(outcomes).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (process.env['ASSAY_WRITE_RESULTS'] === '1') writeFileSync(RESULTS, `${JSON.stringify({ ...stored, [client]: sorted }, null, 2)}\n`);
  else expect(stored[client], 'run with ASSAY_WRITE_RESULTS=1, then node tools/write-compatibility.ts').toEqual(sorted);
}

describe('every built operation', () => {
  test('through the JavaScript SDK', async () => {
    compare('JavaScript SDK', await goThrough(javascriptClient(service), 'js'));
  });

  test.skipIf(!hasPython)('through boto3', async () => {
    compare('boto3', await goThrough(boto3Client(service, python ?? '', folder), 'boto'));
  });

  test.skipIf(!hasPython)('through the AWS CLI', async () => {
    compare('AWS CLI', await goThrough(commandLine(service, python ?? '', folder), 'cli'));
  });

  test.skipIf(!hasOld)('through the AWS CLI of Debian 12, those that it knows', async () => {
    compare('AWS CLI v2 of Debian 12', await goThrough(commandLine(service, old ?? '', folder), 'old'));
  });
});
