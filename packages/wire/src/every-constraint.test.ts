import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadModel, type ServiceName } from './load-model.ts';
import type { OperationModel, ServiceModel } from './model.ts';
import { createSampler, encodeRequest, type SampleRequest } from './model-samples.testdata.ts';
import { BEARER, startTestGateway, type TestGateway } from './test-gateway.ts';

/** Every constraint that a request can break, broken alone, through the gateway: the modelled exception, naming the member. */
const SERVICES: readonly ServiceName[] = ['inspector2', 'inspector-scan', 'assay', 'sts'];
/** A union or an enumeration has at most so many members. */
const PICKS = 16;
/** As large as its body may be, so that the limit of the body refuses it first. */
const REFUSED_AS_A_BODY = new Set(['Document max']);

let gateway: TestGateway;
let served = 0;
beforeAll(async () => {
  const handlersOf = async (service: ServiceName) => {
    const handler = async () => {
      served++;
      return {};
    };
    return Object.fromEntries(Object.keys((await loadModel(service)).operations).map((name) => [name, handler]));
  };
  const handlers = Object.fromEntries(await Promise.all(SERVICES.map(async (name) => [name, await handlersOf(name)])));
  gateway = await startTestGateway({ handlers });
});
afterAll(() => gateway?.close());

interface Answer {
  readonly status: number;
  readonly error: string | undefined;
  readonly body: { readonly reason?: string; readonly fields?: readonly { readonly name: string }[] };
}

function send(service: string, { method, target, body }: SampleRequest): Promise<Answer> {
  const { hostname, port } = new URL(gateway.url);
  const headers = { authorization: `Bearer ${BEARER}`, 'x-assay-service': service, 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path: target, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const error = response.headers['x-amzn-errortype'] as string | undefined;
        resolve({ status: response.statusCode!, error, body: JSON.parse(Buffer.concat(chunks).toString()) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe.each(SERVICES)('%s', (service) => {
  test('each constraint of its model is broken alone and named', async () => {
    const model = await loadModel(service);
    const { constraints, mutations } = createSampler(model);
    const broken = new Set<string>();
    let requests = 0;
    for (const [name, operation] of Object.entries(model.operations)) {
      if (operation.input === undefined) continue;
      const tried = new Set<string>();
      for (let pick = 0; pick < PICKS; pick++) {
        for (const { path, constraint, apply } of mutations(operation.input, pick)) {
          // The same place with another word of an enumeration is the same test.
          if (tried.has(`${path} ${constraint}`)) continue;
          tried.add(`${path} ${constraint}`);
          const place = { path, constraint, input: apply() };
          if (isTooLongForAPath(model, operation, place.input)) continue;
          broken.add(constraint);
          if (REFUSED_AS_A_BODY.has(constraint)) continue;
          requests++;
          const wrong = await check(model, { name, operation }, place);
          if (wrong !== undefined) expect.fail(`${name} ${path} (${constraint}): ${wrong}`);
        }
      }
    }
    console.log(`${service}: ${broken.size} constraints, broken in ${requests} requests`);
    expect([...constraints()].filter((one) => !broken.has(one))).toEqual([]);
    expect(served).toBe(0);
  }, 180_000);
});

/** HTTP itself ends paths at some kilobytes; the same shape is in other operations' bodies. */
function isTooLongForAPath(model: ServiceModel, operation: OperationModel, input: Record<string, unknown>): boolean {
  return (encodeRequest(model, operation, input)?.target.length ?? 0) > 8_000;
}

/** What is wrong with the answer; undefined when nothing is. */
async function check(
  model: ServiceModel,
  { name, operation }: { readonly name: string; readonly operation: OperationModel },
  { path, constraint, input }: { readonly path: string; readonly constraint: string; readonly input: Record<string, unknown> },
): Promise<string | undefined> {
  const request = encodeRequest(model, operation, input);
  // Without its label there is no such path, and no operation either.
  if (request === undefined) return operation.uri.includes(`{${path}}`) ? undefined : `${name} cannot be written`;
  const answer = await send(model.signingName, request);
  const named = answer.body.fields?.map((field) => field.name) ?? [];
  const right = answer.status === 400 && answer.error === 'ValidationException' && named.length === 1 && named[0] === path;
  return right ? undefined : `${constraint} answered ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`;
}

test('a document larger than its model allows is refused with its body', async () => {
  const { operations } = await loadModel('assay');
  const limit = operations['SubmitInventory']!.bodyLimit!;
  const { hostname, port } = new URL(gateway.url);
  const headers = { authorization: `Bearer ${BEARER}`, 'x-assay-service': 'assay', 'content-length': limit + 1 };
  const status = await new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method: 'POST', path: '/assay/submissions', headers }, (response) => {
      response.resume();
      resolve([response.statusCode, response.headers['x-amzn-errortype']]);
      sent.destroy();
    });
    sent.on('error', reject);
    sent.flushHeaders();
  });
  expect(status).toEqual([400, 'ValidationException']);
});
