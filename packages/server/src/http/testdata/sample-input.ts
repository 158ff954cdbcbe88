import { type ServiceModel, type Shape, shapeOf } from '@assay/wire/model.ts';
import { validate } from '@assay/wire/validate.ts';
import fc from 'fast-check';

/** A member of an input, from the top: names, and `*` for what a list or map holds. */
export type MemberPath = readonly string[];

/** A text of the caller's choice for a member, or undefined: any that the model takes. */
export type Choose = (member: string) => string | undefined;

const TEXTS = ['a', 'abc', 'AKIAAAAAAAAAAAAAAAAA', 'abcdefgh-0123456789', '123456789012', '0123456789abcdef0123456789abcdef', '01234567-89ab-4cde-8123-456789abcdef'];

/** The smallest input that satisfies the model: what is required, and one member of a union. */
export function sampleInput(model: ServiceModel, name: string, choose: Choose = () => undefined): unknown {
  return sample(model, { name, member: '' }, choose);
}

function sample(model: ServiceModel, at: { readonly name: string; readonly member: string }, choose: Choose): unknown {
  const shape = shapeOf(model, at.name);
  switch (shape.type) {
    case 'structure': {
      const members = shape.members ?? {};
      const wanted = shape.union ? Object.keys(members).slice(0, 1) : (shape.required ?? []);
      return Object.fromEntries(wanted.map((member) => [member, sample(model, { name: members[member]!.shape, member }, choose)]));
    }
    case 'list':
      return Array.from({ length: Math.max(shape.min ?? 1, 1) }, () => sample(model, { name: shape.member!, member: at.member }, choose));
    case 'map':
      return { [String(sample(model, { name: shape.key!, member: at.member }, choose))]: sample(model, { name: shape.value!, member: at.member }, choose) };
    case 'string':
      return shape.enum?.[0] ?? textOf(model, at, choose);
    case 'boolean':
      return true;
    case 'timestamp':
      return 1_700_000_000;
    case 'blob':
      return 'AA==';
    default:
      return shape.min ?? 1;
  }
}

function textOf(model: ServiceModel, { name, member }: { readonly name: string; readonly member: string }, choose: Choose): string {
  const shape = shapeOf(model, name);
  const chosen = choose(member);
  const simple = [...(chosen === undefined ? [] : [chosen]), ...TEXTS, 'x'.repeat(Math.max(shape.min ?? 1, 1))];
  const fitting = (candidate: string): boolean => fits(model, name, candidate);
  const text = simple.find(fitting) ?? ofPattern(shape).find(fitting);
  if (text === undefined) throw new Error(`no text for the shape ${name}: add one to TEXTS`);
  return text;
}

function ofPattern({ pattern }: Shape): string[] {
  try {
    return pattern === undefined ? [] : fc.sample(fc.stringMatching(new RegExp(`^(?:${pattern})$`)), { seed: 1, numRuns: 50 });
  } catch {
    // Beyond the generator; the texts have to do.
    return [];
  }
}

export function fits(model: ServiceModel, name: string, value: unknown): boolean {
  return validate(model, name, value).length === 0;
}

export interface TextMember {
  readonly path: MemberPath;
  readonly shape: string;
}

/** Every text of an input that is no word of an enumeration, but paging tokens and what idempotency asks for. */
export function textMembers(model: ServiceModel, name: string, depth = 5): TextMember[] {
  const shape = shapeOf(model, name);
  if (shape.type === 'string') return shape.enum ? [] : [{ path: [], shape: name }];
  if (depth === 0) return [];
  const below = (step: string, inner: string): TextMember[] =>
    textMembers(model, inner, depth - 1).map((one) => ({ ...one, path: [step, ...one.path] }));
  if (shape.type === 'list') return below('*', shape.member!);
  if (shape.type === 'map') return below('*', shape.value!);
  return Object.entries(shape.members ?? {}).flatMap(([member, { shape: inner }]) =>
    member === 'nextToken' || member === 'clientToken' ? [] : below(member, inner),
  );
}

/** The smallest valid input with `value` at `path`. */
export function inputWith(model: ServiceModel, name: string, at: { readonly path: MemberPath; readonly value: string }): unknown {
  const [step, ...path] = at.path;
  const shape = shapeOf(model, name);
  if (step === undefined) return at.value;
  if (shape.type === 'list') return [inputWith(model, shape.member!, { path, value: at.value })];
  if (shape.type === 'map') return { key: inputWith(model, shape.value!, { path, value: at.value }) };
  const around = shape.union ? {} : (sampleInput(model, name) as object);
  return { ...around, [step]: inputWith(model, shape.members![step]!.shape, { path, value: at.value }) };
}
