import type { Logger } from '@assay/core/context.ts';
import { memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { loadModel } from '@assay/wire/load-model.ts';
import { type ServiceModel, shapeOf } from '@assay/wire/model.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryBlobs } from '../findings/write/testdata/estate.ts';
import { type BuiltOperation, builtOperations, type Caller, callerFor } from '../http/testdata/built-operations.ts';
import { recipeOf } from '../http/testdata/recipes.ts';
import { fits, inputWith, type TextMember, textMembers } from '../http/testdata/sample-input.ts';
import { startTestService, type TestService } from '../http/testdata/start-service.ts';
import { startOtlp } from '../telemetry/otlp.ts';
import { prometheusText } from '../telemetry/prometheus.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import type { ServerDependencies } from './context.ts';

const ACCOUNT = 0;
/** What callers must keep to themselves, by the names that people give such things; said here once more, and not read from the product. */
const SECRET = /secret|password|passphrase|^token$|accessToken|authCode|credential|privateKey|plaintext/i;
/** And what answers give away once: the link to sign in, a data key. */
const GIVEN = /^(path|dataKey)$/;
const NO_SECRET = /^(tokenId|accessKeyId|bearerTokens)$/;

let service: TestService;
let call: Caller;
let operations: BuiltOperation[];
const lines: string[] = [];
const spans: string[] = [];
const telemetry = createTelemetry();

const write = (message: string, attributes?: object): void => void lines.push(`${message} ${JSON.stringify(attributes)}`);
const log: Logger = { debug: write, info: write, warn: write, error: write };

beforeAll(async () => {
  const revisions = memoryRevisions() as unknown as ServerDependencies['revisions'];
  const sealing = { account: 0, rotate: async () => 1 };
  const dependencies = { blobs: memoryBlobs(), revisions, startedAt: new Date(), sealing };
  service = await startTestService({ now: Date.now, log, dependencies, onAnswer: telemetry.request });
  call = await callerFor(service, { account: ACCOUNT, role: 'admin' });
  operations = [...(await builtOperations()), ...(await unbuiltOperations())];
});
afterAll(() => service?.stop());

/** They answer that they are not built, and are recorded all the same. */
async function unbuiltOperations(): Promise<BuiltOperation[]> {
  const model = await loadModel('inspector2');
  const built = new Set((await builtOperations()).map((one) => one.name));
  const rest = Object.entries(model.operations).filter(([name]) => !built.has(name));
  return rest.map(([name, operation]) => ({ service: 'inspector2', name, model, operation }));
}

interface Try {
  readonly one: BuiltOperation;
  readonly input: unknown;
}

/** One input for each secret that the operation takes: as it should be, too long for its limits, and where it is no text at all. */
function secretTries(one: BuiltOperation, secretOf: (form: string) => string): Try[] {
  const { model, operation } = one;
  if (operation.input === undefined) return [];
  return textMembers(model, operation.input)
    .filter(({ path }) => isSecret(path.at(-1) ?? ''))
    .flatMap((member) => {
      const good = secretOf('good').slice(0, shapeOf(model, member.shape).max ?? 64);
      const values = [good, secretOf('long').padEnd(20_000, 'x')];
      const inputs = values.map((value) => inputOf(one, member, value));
      expect(fits(model, member.shape, good), `${one.name} takes no ${good}`).toBe(true);
      return [...inputs, inputOf(one, member, [secretOf('list')] as never), inputOf(one, member, { [secretOf('map')]: 1 } as never)].map(
        (input) => ({ one, input }),
      );
    });
}

function inputOf({ model, operation, ...one }: BuiltOperation, { path }: TextMember, value: string): unknown {
  const recipe = recipeOf({ model, operation, ...one }) as object;
  const whole = inputWith(model, operation.input!, { path, value }) as object;
  return path.length === 1 ? { ...recipe, ...whole, ...recipeWithout(recipe, path[0]!) } : whole;
}

function recipeWithout(recipe: object, name: string): object {
  return Object.fromEntries(Object.entries(recipe).filter(([member]) => member !== name));
}

function isSecret(member: string): boolean {
  return SECRET.test(member) && !NO_SECRET.test(member);
}

/** Secrets that an answer gives away once. */
function secretsOf(model: ServiceModel, value: unknown, member = ''): string[] {
  if (typeof value === 'string') return (isSecret(member) || GIVEN.test(member)) && value.length >= 12 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => secretsOf(model, inner, Array.isArray(value) ? member : name));
}

test('no secret that goes in, comes out or proves who calls is in a log line, a trace, a metric or an audit record', async () => {
  let count = 0;
  const marked = new Set<string>();
  const secretOf = (form: string): string => {
    const text = `Marked${form}${String(++count).padStart(4, '0')}Secret${'m'.repeat(20)}`;
    marked.add(text.slice(0, 16));
    return text;
  };
  const send = async (_url: string, body: Buffer): Promise<number> => spans.push(body.toString('utf8')) && 200;
  const otlp = startOtlp({ endpoint: 'http://collector', send, metrics: telemetry.metrics, now: Date.now, log });
  const given = new Set<string>();
  const asked = new Set<string>();
  for (const one of operations) {
    for (const { input } of [{ input: recipeOf(one) }, ...secretTries(one, secretOf)]) {
      const answer = await call(one, input);
      asked.add(one.name);
      for (const secret of answer.text.startsWith('{') ? secretsOf(one.model, JSON.parse(answer.text)) : []) given.add(secret);
    }
  }
  for (const token of [secretOf('bearer'), secretOf('cookie')]) await proofs(token);
  await brokenBody(secretOf('broken'));
  await otlp.stop();
  await service.flush();
  const { rows } = await service.db.owner.query<{ row: string }>('select r::text as row from audit_record r');
  const places = {
    log: lines.join('\n'),
    traces: spans.join('\n'),
    metrics: prometheusText(await telemetry.metrics.read()),
    audit: rows.map(({ row }) => row).join('\n'),
  };
  const found = [...marked, ...given].flatMap((secret) =>
    Object.entries(places).flatMap(([place, text]) => (text.includes(secret) ? [`${place}: ${around(text, secret)}`] : [])),
  );
  expect(found).toEqual([]);
  // The search looked where things are.
  expect(asked.size).toBe(operations.length);
  expect(marked.size).toBeGreaterThan(20);
  expect(given.size).toBeGreaterThanOrEqual(3);
  for (const name of ['CreateSink', 'CreateAccessKey', 'UpdateExportStore']) {
    for (const [place, text] of Object.entries(places)) expect(text, `${name} in the ${place}`).toContain(name);
  }
});

function around(text: string, secret: string): string {
  const at = text.indexOf(secret);
  return text.slice(Math.max(0, at - 120), at + 60);
}

/** Proofs that do not hold, wherever one is looked for. */
async function proofs(token: string): Promise<void> {
  const at = `${service.server.address}/findings/list`;
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const scope = `Credential=AKIAAAAAAAAAAAAAAAAA/${day}/us-east-1/inspector2/aws4_request`;
  const headers: Record<string, string>[] = [
    { authorization: `Bearer ${token}`, 'x-assay-service': 'inspector2' },
    { authorization: `Basic ${token}` },
    { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host;x-amz-date, Signature=${token}` },
    { cookie: `assay_session=${token}`, 'x-assay-csrf': '1', 'x-assay-service': 'inspector2', origin: service.server.address },
  ];
  for (const one of headers) expect((await fetch(at, { method: 'POST', headers: one, body: '{}' })).status).toBeGreaterThanOrEqual(400);
  await fetch(`${service.server.address}/session`, {
    method: 'POST',
    headers: { origin: service.server.address, 'x-assay-csrf': '1' },
    body: JSON.stringify({ token }),
  });
  await fetch(`${service.server.address}/sign-in?token=${token}`);
}

/** JSON that ends too early: a parser's own message would quote it. */
async function brokenBody(secret: string): Promise<void> {
  const token = await service.tokens.create('bearer', { account: ACCOUNT, role: 'admin', name: 'broken' });
  const headers = { authorization: `Bearer ${token}`, 'x-assay-service': 'assay' };
  for (const body of [`{"secret":"${secret}"`, `${secret}`, `{"secret":${secret}}`]) {
    const answer = await fetch(`${service.server.address}/assay/sinks/create`, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
  }
}
