import * as sdk from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnyHandler } from './gateway.ts';
import { loadModel } from './load-model.ts';
import type { ServiceModel } from './model.ts';
import { createSampler } from './model-samples.testdata.ts';
import { CREDENTIALS, startTestGateway, type TestGateway } from './test-gateway.ts';

const model: ServiceModel = await loadModel('inspector2');
const { sample } = createSampler(model);
const operations = Object.entries(model.operations);

describe('every operation through the real client', () => {
  let gateway: TestGateway;
  let client: sdk.Inspector2Client;
  let received: unknown;
  let answer: unknown;
  beforeAll(async () => {
    const handler: AnyHandler = async (input) => {
      received = input;
      return answer;
    };
    const handlers = Object.fromEntries(operations.map(([name]) => [name, handler]));
    gateway = await startTestGateway({ handlers: { inspector2: handlers } });
    client = new sdk.Inspector2Client({ endpoint: gateway.url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 });
  });
  afterAll(async () => {
    client.destroy();
    await gateway.close();
  });

  test.each(operations)('%s: all members there and back', async (name, operation) => {
    const Command = (sdk as unknown as Record<string, new (input: unknown) => never>)[`${name}Command`]!;
    for (let pick = 0; pick < 4; pick++) {
      const input = sample(operation.input!, pick);
      answer = sample(operation.output!, pick);
      const { $metadata, ...output } = (await client.send(new Command(input))) as { $metadata: { httpStatusCode: number } };
      expect($metadata.httpStatusCode).toBe(operation.status);
      expect(received).toEqual(input);
      expect(output).toEqual(answer);
    }
  });
});

describe('the frozen model and the pinned SDK', () => {
  const schemas = Object.entries(sdk).flatMap(([name, schema]) =>
    name.endsWith('$') && Array.isArray(schema) ? [{ name: name.slice(0, -1), schema }] : [],
  );
  const OPERATION = 9;

  test('know the same operations, by the same method, path and status', () => {
    const theirs = schemas
      .filter(({ schema }) => schema[0] === OPERATION)
      .map(({ name, schema }) => [name, (schema[3] as { http?: unknown }).http]);
    const ours = operations.map(([name, { method, uri, status }]) => [name, [method, uri, status]]);
    expect(Object.fromEntries(theirs)).toEqual(Object.fromEntries(ours));
    expect(ours.length).toBe(81);
  });

  test('know the same members of every structure', () => {
    const drift: string[] = [];
    for (const { name, schema } of schemas) {
      const shape = model.shapes[name];
      if (schema[0] === OPERATION || name === 'Inspector2ServiceException') continue;
      const ours = Object.keys(shape?.members ?? {}).sort();
      const theirs = [...((schema[4] ?? []) as string[])].sort();
      if (!shape || ours.join() !== theirs.join()) drift.push(`${name}: model ${ours.join()}, SDK ${theirs.join()}`);
    }
    expect(drift).toEqual([]);
  });

  test('know the same words of every enumeration', () => {
    const drift: string[] = [];
    for (const [name, value] of Object.entries(sdk)) {
      const shape = model.shapes[name];
      if (typeof value !== 'object' || !shape?.enum) continue;
      if (Object.values(value).sort().join() !== [...shape.enum].sort().join()) drift.push(name);
    }
    expect(drift).toEqual([]);
  });
});
