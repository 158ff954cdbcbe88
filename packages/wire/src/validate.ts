import type { FieldProblem } from './errors.ts';
import { type ServiceModel, type Shape, shapeOf } from './model.ts';

/** A request with more mistakes than this hears about the first ones only. */
const MOST_PROBLEMS = 20;
/** Patterns run on hostile text; some of the model's are quadratic, so longer text is refused where the model itself sets no maximum. */
const LONGEST_PATTERN_TEXT = 2048;

/**
 * Checks a decoded request against every constraint of the model: required, enum, length, range, pattern, one-of.
 * The names and limits come from the model; the result is empty when all hold.
 */
export function validate(model: ServiceModel, shapeName: string, value: unknown): FieldProblem[] {
  const problems: FieldProblem[] = [];
  check({ model, problems }, shapeName, { value, path: '' });
  return problems;
}

interface Run {
  readonly model: ServiceModel;
  readonly problems: FieldProblem[];
}
interface Place {
  readonly value: unknown;
  readonly path: string;
}

function check(run: Run, shapeName: string, place: Place): void {
  if (run.problems.length >= MOST_PROBLEMS) return;
  const shape = shapeOf(run.model, shapeName);
  switch (shape.type) {
    case 'structure':
      checkStructure(run, shape, place);
      break;
    case 'list':
      checkList(run, shape, place);
      break;
    case 'map':
      checkMap(run, shape, place);
      break;
    case 'string':
      checkString(run, shape, place);
      break;
    case 'blob':
      checkSize(run, shape, { count: (place.value as Uint8Array).length, unit: 'bytes', path: place.path });
      break;
    case 'integer':
    case 'long':
    case 'double':
    case 'float':
      checkNumber(run, shape, place);
      break;
    default:
  }
}

function report(run: Run, name: string, message: string): void {
  if (run.problems.length < MOST_PROBLEMS) run.problems.push({ name, message });
}

function checkStructure(run: Run, shape: Shape, { value, path }: Place): void {
  if (shape.document) return;
  const members = shape.members ?? {};
  const given = value as Record<string, unknown>;
  for (const name of shape.required ?? []) if (given[name] === undefined) report(run, join(path, name), 'is required');
  let count = 0;
  for (const [name, member] of Object.entries(members)) {
    const inner = given[name];
    if (inner === undefined) continue;
    count++;
    check(run, member.shape, { value: inner, path: join(path, name) });
  }
  if (shape.union && count !== 1) report(run, path, `must hold exactly one of ${Object.keys(members).join(', ')}`);
}

function checkList(run: Run, shape: Shape, { value, path }: Place): void {
  const list = value as unknown[];
  const before = run.problems.length;
  checkSize(run, shape, { count: list.length, unit: 'items', path });
  // Items of a list that is too long are not looked at, so that work stays bounded by the model.
  if (run.problems.length > before) return;
  for (let i = 0; i < list.length && run.problems.length < MOST_PROBLEMS; i++)
    check(run, shape.member!, { value: list[i], path: `${path}[${i}]` });
}

function checkMap(run: Run, shape: Shape, { value, path }: Place): void {
  const entries = Object.entries(value as Record<string, unknown>);
  const before = run.problems.length;
  checkSize(run, shape, { count: entries.length, unit: 'entries', path });
  if (run.problems.length > before) return;
  for (const [key, inner] of entries) {
    check(run, shape.key!, { value: key, path: `${path}.key` });
    check(run, shape.value!, { value: inner, path: `${path}.value` });
  }
}

function checkString(run: Run, shape: Shape, { value, path }: Place): void {
  const text = value as string;
  if (shape.enum && !shape.enum.includes(text)) {
    report(run, path, `must be one of ${shape.enum.join(', ')}`);
    return;
  }
  const before = run.problems.length;
  // No table can hold it, and no name, text or tag has it.
  if (text.includes('\0')) report(run, path, 'must not hold the character U+0000');
  checkSize(run, shape, { count: codePoints(text), unit: 'characters', path });
  if (run.problems.length > before || !shape.pattern) return;
  if (text.length > (shape.max ?? LONGEST_PATTERN_TEXT) * 2) report(run, path, `must have at most ${LONGEST_PATTERN_TEXT} characters`);
  else if (!compiled(shape.pattern).test(text)) report(run, path, `must match the pattern ${shape.pattern}`);
}

function checkNumber(run: Run, shape: Shape, { value, path }: Place): void {
  const number = value as number;
  if (shape.min === undefined && shape.max === undefined) return;
  const low = shape.min ?? Number.NEGATIVE_INFINITY;
  const high = shape.max ?? Number.POSITIVE_INFINITY;
  if (!(number >= low && number <= high)) report(run, path, `must be ${range(shape)}`);
}

function checkSize(run: Run, shape: Shape, size: { readonly count: number; readonly unit: string; readonly path: string }): void {
  if (size.count < (shape.min ?? 0) || size.count > (shape.max ?? Number.POSITIVE_INFINITY)) {
    report(run, size.path, `must have ${range(shape)} ${size.unit}`);
  }
}

function range({ min, max }: Shape): string {
  if (min !== undefined && max !== undefined) return min === max ? `exactly ${min}` : `between ${min} and ${max}`;
  return min !== undefined ? `at least ${min}` : `at most ${max}`;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Smithy counts the length of a string in Unicode scalar values, JavaScript in UTF-16 units. */
function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count;
}

const patterns = new Map<string, RegExp>();

/** The model's patterns lost their anchors on the way from Smithy; the services match whole values. */
function compiled(pattern: string): RegExp {
  let regex = patterns.get(pattern);
  if (!regex) {
    regex = new RegExp(`^(?:${pattern})$`, 'u');
    patterns.set(pattern, regex);
  }
  return regex;
}
