import fc from 'fast-check';
import type { OperationModel, ServiceModel, Shape } from './model.ts';

/** Values that satisfy a shape, made from nothing but the model, and every single change that breaks one constraint of it. */
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
  'https://example.com/x',
];
/** What some pattern refuses; repeated to the length that is wanted. */
const STRANGE = ['\u0001', ' ', '!', '\n', '\u00e9', 'a'];

export interface Mutation {
  readonly path: string;
  /** `SHAPE max`, `SHAPE.MEMBER required`: what is broken, and nothing else. */
  readonly constraint: string;
  readonly apply: () => Record<string, unknown>;
}

interface Place {
  readonly path: string;
  readonly value: unknown;
  readonly set: (inner: unknown) => unknown;
}

export interface Sampler {
  /** @param pick chooses among enumerations and the members of a union. */
  readonly sample: (shape: string, pick?: number) => unknown;
  readonly mutations: (shape: string, pick: number) => Generator<Mutation>;
  /** Constraints that the inputs of all operations can break; a pattern that takes every text is none. */
  readonly constraints: () => Set<string>;
}

export function createSampler(model: ServiceModel): Sampler {
  const texts = new Map<Shape, string>();
  const shapeOf = (name: string): Shape => model.shapes[name]!;

  function sampleText(shape: Shape): string {
    const known = texts.get(shape) ?? makeText(shape);
    texts.set(shape, known);
    return known;
  }

  function sample(name: string, pick = 0, depth = 0): unknown {
    const shape = shapeOf(name);
    switch (shape.type) {
      case 'structure': {
        if (shape.document) return {};
        const names = Object.keys(shape.members ?? {});
        const wanted = shape.union ? [names[pick % names.length]!] : depth > MOST_DEPTH ? (shape.required ?? []) : names;
        return Object.fromEntries(wanted.map((member) => [member, sample(shape.members![member]!.shape, pick, depth + 1)]));
      }
      case 'list':
        return Array.from({ length: Math.max(shape.min ?? 1, 1) }, () => sample(shape.member!, pick, depth + 1));
      case 'map':
        return { [sample(shape.key!) as string]: sample(shape.value!) };
      case 'string':
        return shape.enum ? shape.enum[pick % shape.enum.length] : sampleText(shape);
      case 'boolean':
        return pick % 2 === 0;
      case 'timestamp':
        return new Date(1_700_000_000_123 + pick);
      case 'blob':
        return new Uint8Array([0, 255, 1]);
      case 'double':
      case 'float':
        return Math.max(shape.min ?? 0, 0) + 0.5;
      default:
        return shape.min ?? Math.min(shape.max ?? 3, 3);
    }
  }

  function* broken(name: string, { path, value, set }: Place): Generator<Mutation> {
    const shape = shapeOf(name);
    const one = (constraint: string, inner: unknown): Mutation => ({
      path,
      constraint: `${name} ${constraint}`,
      apply: () => set(inner) as Record<string, unknown>,
    });
    switch (shape.type) {
      case 'structure':
        yield* brokenStructure(name, { path, value, set });
        break;
      case 'list': {
        const list = value as unknown[];
        if (shape.max !== undefined) yield one('max', new Array(shape.max + 1).fill(list[0]));
        if (shape.min) yield one('min', list.slice(0, shape.min - 1));
        yield* broken(shape.member!, { path: `${path}[0]`, value: list[0], set: (inner) => set([inner, ...list.slice(1)]) });
        break;
      }
      case 'map': {
        const [[key, inner]] = Object.entries(value as object) as [[string, unknown]];
        const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`${key}${i}`, inner]));
        if (shape.max !== undefined) yield one('max', many(shape.max + 1));
        if (shape.min) yield one('min', many(shape.min - 1));
        yield* broken(shape.key!, { path: `${path}.key`, value: key, set: (changed) => set({ [changed as string]: inner }) });
        yield* broken(shape.value!, { path: `${path}.value`, value: inner, set: (changed) => set({ [key]: changed }) });
        break;
      }
      case 'string':
        for (const [constraint, text] of brokenTexts(shape)) yield one(constraint, text);
        break;
      case 'blob':
        if (shape.max !== undefined) yield one('max', new Uint8Array(shape.max + 1));
        if (shape.min) yield one('min', new Uint8Array(shape.min - 1));
        break;
      default:
        if (shape.max !== undefined) yield one('max', shape.max + 1);
        if (shape.min !== undefined) yield one('min', shape.min - 1);
    }
  }

  function* brokenStructure(name: string, { path, value, set }: Place): Generator<Mutation> {
    const shape = shapeOf(name);
    const given = value as Record<string, unknown>;
    const at = (member: string): string => (path ? `${path}.${member}` : member);
    const whole = (inner: unknown) => set(inner) as Record<string, unknown>;
    for (const required of shape.required ?? []) {
      const { [required]: _gone, ...rest } = given;
      yield { path: at(required), constraint: `${name}.${required} required`, apply: () => whole(rest) };
    }
    if (shape.union) yield { path, constraint: `${name} union`, apply: () => whole({}) };
    for (const [member, inner] of Object.entries(given)) {
      const around = (changed: unknown) => set({ ...given, [member]: changed });
      yield* broken(shape.members![member]!.shape, { path: at(member), value: inner, set: around });
    }
  }

  return {
    sample,
    mutations: (shape, pick) => broken(shape, { path: '', value: sample(shape, pick), set: (inner) => inner }),
    constraints: () => new Set(Object.values(model.operations).flatMap(({ input }) => (input ? [...constraintsOf(model, input)] : []))),
  };
}

function makeText(shape: Shape): string {
  const fits = (text: string) =>
    [...text].length >= (shape.min ?? 0) && [...text].length <= (shape.max ?? 5000) && patternOf(shape).test(text);
  const candidates = [...TEXTS, ...['x', 'A', '0'].map((text) => text.repeat(shape.min ?? 1))];
  try {
    candidates.push(...fc.sample(fc.stringMatching(new RegExp(`^(?:${shape.pattern})$`)), { seed: 1, numRuns: 100 }));
  } catch {
    // The pattern is beyond the generator; the table holds a text for it.
  }
  const text = candidates.find(fits);
  if (text === undefined) throw new Error(`no text for ${shape.pattern} ${shape.min} ${shape.max}`);
  return text;
}

function patternOf(shape: Shape): RegExp {
  return new RegExp(`^(?:${shape.pattern ?? '[^]*'})$`, 'u');
}

function brokenTexts(shape: Shape): [constraint: string, text: string][] {
  if (shape.enum) return [['enum', 'NOT_A_VALUE']];
  const texts: [string, string][] = [];
  if (shape.max !== undefined) texts.push(['max', 'x'.repeat(shape.max + 1)]);
  if (shape.min) texts.push(['min', 'x'.repeat(shape.min - 1)]);
  const strange = refusedText(shape);
  if (strange !== undefined) texts.push(['pattern', strange]);
  return texts;
}

/** A text of an allowed length that the pattern refuses; undefined when it takes everything. */
function refusedText(shape: Shape): string | undefined {
  if (shape.pattern === undefined) return undefined;
  return STRANGE.map((text) => text.repeat(Math.max(shape.min ?? 1, 1))).find((text) => !patternOf(shape).test(text));
}

function constraintsOf(model: ServiceModel, name: string, seen = new Set<string>(), found = new Set<string>()): Set<string> {
  if (seen.has(name)) return found;
  seen.add(name);
  const shape = model.shapes[name]!;
  for (const required of shape.required ?? []) found.add(`${name}.${required} required`);
  if (shape.union) found.add(`${name} union`);
  if (shape.enum) found.add(`${name} enum`);
  else {
    const counts = ['list', 'map', 'string', 'blob'].includes(shape.type);
    if (shape.max !== undefined) found.add(`${name} max`);
    if (counts ? shape.min : shape.min !== undefined) found.add(`${name} min`);
    if (refusedText(shape) !== undefined) found.add(`${name} pattern`);
  }
  const inner = [...Object.values(shape.members ?? {}).map((member) => member.shape), shape.member, shape.key, shape.value];
  for (const next of inner) if (next !== undefined) constraintsOf(model, next, seen, found);
  return found;
}

export interface SampleRequest {
  readonly method: string;
  readonly target: string;
  readonly body: string | Uint8Array;
}

/** An input as its client would send it, wrong values included; undefined when the path itself cannot be written with it. */
export function encodeRequest(model: ServiceModel, operation: OperationModel, input: Record<string, unknown>): SampleRequest | undefined {
  const shape = model.shapes[operation.input!]!;
  const query = new URLSearchParams();
  const body: Record<string, unknown> = {};
  let target = operation.uri;
  let payload: Uint8Array | string = '';
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const value = input[name];
    const wireName = member.locationName ?? name;
    if (member.location === 'uri') {
      if (value === undefined || value === '') return undefined;
      target = target.replace(`{${wireName}}`, encodeURIComponent(String(value)));
    } else if (value === undefined) continue;
    else if (member.location === 'querystring') for (const text of [value].flat()) query.append(wireName, String(text));
    else if (name === shape.payload && value instanceof Uint8Array) payload = value;
    else body[wireName] = jsonOf(value);
  }
  return {
    method: operation.method,
    target: query.size > 0 ? `${target}?${query}` : target,
    body: shape.payload ? payload : JSON.stringify(body),
  };
}

function jsonOf(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, jsonOf(inner)]));
}
