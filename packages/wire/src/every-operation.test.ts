import * as sdk from '@aws-sdk/client-inspector2';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FieldProblem } from './errors.ts';
import type { AnyHandler } from './gateway.ts';
import { loadModel } from './load-model.ts';
import type { ServiceModel, Shape } from './model.ts';
import { CREDENTIALS, startTestGateway, type TestGateway } from './test-gateway.ts';
import { validate } from './validate.ts';

/** Values that satisfy a shape, made from nothing but the model, and every single change that breaks one constraint of it. */
const model: ServiceModel = await loadModel('inspector2');
const MOST_DEPTH = 7;

/** Texts for patterns that no generator reads (properties, look-ahead, word borders). */
const TEXTS = [
  'a',
  'abc',
  'Name_1',
  '12:30',
  'abcdefgh',
  '123456789012',
  `a`.repeat(36),
  '01234567-89ab-cdef-0123-456789abcdef',
  'project-01234567-89ab-cdef-0123-456789abcdef',
  'i-0123456789abcdef0',
  '/usr/lib',
  'a/x/01234567-89ab-cdef-0123-456789abcdef',
];
const made = new Map<Shape, string>();

function sampleText(shape: Shape): string {
  const known = made.get(shape);
  if (known !== undefined) return known;
  const fits = (text: string) =>
    [...text].length >= (shape.min ?? 0) &&
    [...text].length <= (shape.max ?? 5000) &&
    new RegExp(`^(?:${shape.pattern ?? '.*'})$`, 'us').test(text);
  const candidates = [...TEXTS, 'x'.repeat(shape.min ?? 1)];
  try {
    candidates.push(...fc.sample(fc.stringMatching(new RegExp(`^(?:${shape.pattern})$`)), { seed: 1, numRuns: 100 }));
  } catch {
    // The pattern is beyond the generator; the table holds a text for it.
  }
  const text = candidates.find(fits);
  if (text === undefined) throw new Error(`no text for ${shape.pattern} ${shape.min} ${shape.max}`);
  made.set(shape, text);
  return text;
}

function sample(name: string, depth = 0, pick = 0): unknown {
  const shape = model.shapes[name]!;
  switch (shape.type) {
    case 'structure': {
      const names = Object.keys(shape.members ?? {});
      const wanted = shape.union ? [names[pick % names.length]!] : depth > MOST_DEPTH ? (shape.required ?? []) : names;
      return Object.fromEntries(wanted.map((member) => [member, sample(shape.members![member]!.shape, depth + 1, pick)]));
    }
    case 'list':
      return Array.from({ length: Math.max(shape.min ?? 1, 1) }, () => sample(shape.member!, depth + 1, pick));
    case 'map':
      return { [sample(shape.key!) as string]: sample(shape.value!) };
    case 'string':
      return shape.enum ? shape.enum[pick % shape.enum.length] : sampleText(shape);
    case 'boolean':
      return pick % 2 === 0;
    case 'timestamp':
      return new Date(1_700_000_000_123 + pick);
    case 'blob':
      return Uint8Array.of(0, 255, 1);
    case 'double':
    case 'float':
      return Math.max(shape.min ?? 0, 0) + 0.5;
    default:
      return shape.min ?? Math.min(shape.max ?? 3, 3);
  }
}

interface Mutation {
  readonly path: string;
  readonly what: string;
  readonly apply: () => unknown;
}

/** One broken value per constraint, at every place of the sample. `set` rebuilds the whole input around it. */
function* mutations(name: string, value: unknown, set: (inner: unknown) => unknown, path = ''): Generator<Mutation> {
  const shape = model.shapes[name]!;
  const broken = (what: string, inner: unknown): Mutation => ({ path, what, apply: () => set(inner) });
  if (shape.type === 'structure') {
    const given = value as Record<string, unknown>;
    for (const required of shape.required ?? []) {
      const { [required]: _gone, ...rest } = given;
      yield { path: path ? `${path}.${required}` : required, what: 'required', apply: () => set(rest) };
    }
    if (shape.union) yield broken('one of', {});
    for (const [member, inner] of Object.entries(given)) {
      const around = (changed: unknown) => set({ ...given, [member]: changed });
      yield* mutations(shape.members![member]!.shape, inner, around, path ? `${path}.${member}` : member);
    }
  } else if (shape.type === 'list') {
    const list = value as unknown[];
    if (shape.max !== undefined && shape.max <= 2000)
      yield broken(
        'longest list',
        Array.from({ length: shape.max + 1 }, () => list[0]),
      );
    if ((shape.min ?? 0) > 0) yield broken('shortest list', []);
    yield* mutations(shape.member!, list[0], (changed) => set([changed, ...list.slice(1)]), `${path}[0]`);
  } else if (shape.type === 'string') {
    if (shape.enum) yield broken('enum', 'NOT_A_VALUE');
    if (shape.max !== undefined && shape.max <= 5000 && !shape.enum) yield broken('longest text', 'x'.repeat(shape.max + 1));
    if ((shape.min ?? 0) > 0 && !shape.enum) yield broken('shortest text', '');
    if (shape.pattern && !/^\.\*|^\[\\S\]|\^\\p\{C\}/.test(shape.pattern))
      yield broken('pattern', '\u0001'.padEnd(Math.max(shape.min ?? 1, 1), '\u0001'));
  } else if (['integer', 'long', 'double', 'float'].includes(shape.type)) {
    if (shape.max !== undefined) yield broken('highest', shape.max + 1);
    if (shape.min !== undefined) yield broken('lowest', shape.min - 1);
    if (shape.type === 'double' && shape.min !== undefined) yield broken('NaN', Number.NaN);
  }
}

const operations = Object.entries(model.operations);

test('every constraint of every request, broken alone, is found and named', () => {
  const counts = new Map<string, number>();
  for (const [, operation] of operations) {
    const input = sample(operation.input!);
    expect(validate(model, operation.input!, input)).toEqual([]);
    for (const mutation of mutations(operation.input!, input, (changed) => changed)) {
      const problems: FieldProblem[] = validate(model, operation.input!, mutation.apply());
      if (problems.length !== 1 || problems[0]!.name !== mutation.path) {
        expect.fail(`${operation.input} ${mutation.path} (${mutation.what}): ${JSON.stringify(problems)}`);
      }
      counts.set(mutation.what, (counts.get(mutation.what) ?? 0) + 1);
    }
  }
  expect([...counts.keys()].sort()).toEqual([
    'enum',
    'highest',
    'longest list',
    'longest text',
    'lowest',
    'one of',
    'pattern',
    'required',
    'shortest list',
    'shortest text',
  ]);
  expect([...counts.values()].reduce((sum, count) => sum + count)).toBeGreaterThan(800);
});

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
      const input = sample(operation.input!, 0, pick);
      answer = sample(operation.output!, 0, pick);
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
