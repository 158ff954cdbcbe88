import { type ServiceModel, shapeOf } from './model.ts';

/** What stands for a secret in a record of a request; CloudTrail's word for it. */
export const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** Members that hold secrets whatever the model says of them: Amazon's marks come and go between its releases. */
const SECRET_MEMBER = /^(?:token|apikey)$|secret|password|passphrase|authcode|accesstoken|sessiontoken|bearertoken|privatekey|credential/i;

const MOST_CHARACTERS = 16_384;
const LONGEST_TEXT = 1_024;
const LONGEST_LIST = 100;

interface Run {
  readonly model: ServiceModel;
  left: number;
}

/**
 * A validated input as a record may keep it: JSON values only, secrets replaced by {@link HIDDEN}, documents and blobs by their size,
 * long texts and lists cut, about 16 kB at most. What is left out is said in place.
 */
export function redact(model: ServiceModel, shapeName: string, input: unknown): unknown {
  return redacted({ model, left: MOST_CHARACTERS }, shapeName, input);
}

function redacted(run: Run, shapeName: string, value: unknown): unknown {
  const shape = shapeOf(run.model, shapeName);
  if (shape.sensitive) return HIDDEN;
  if (shape.document) return '(document)';
  switch (shape.type) {
    case 'structure':
      return members(run, value as object, (name) => shape.members?.[name]?.shape);
    case 'map':
      return members(run, value as object, () => shape.value);
    case 'list':
      return list(run, shape.member!, value as readonly unknown[]);
    case 'blob':
      return `(${(value as Uint8Array).length} bytes)`;
    default:
      return scalar(run, value);
  }
}

/** Members that the model does not know are left out, as they are on the wire. */
function members(run: Run, value: object, shapeOfMember: (name: string) => string | undefined): Record<string, unknown> {
  const into: [string, unknown][] = [];
  const given = Object.entries(value).filter(([name, inner]) => inner !== undefined && inner !== null && shapeOfMember(name) !== undefined);
  for (const [name, inner] of given) {
    run.left -= name.length + 4;
    if (run.left <= 0) break;
    into.push([name.slice(0, LONGEST_TEXT).toWellFormed(), SECRET_MEMBER.test(name) ? HIDDEN : redacted(run, shapeOfMember(name)!, inner)]);
  }
  if (into.length < given.length) into.push(['…', `${given.length - into.length} more`]);
  return Object.fromEntries(into);
}

function list(run: Run, shape: string, values: readonly unknown[]): unknown[] {
  const into: unknown[] = [];
  for (const value of values.slice(0, LONGEST_LIST)) {
    if (run.left <= 0) break;
    into.push(redacted(run, shape, value));
  }
  if (into.length < values.length) into.push(`… ${values.length - into.length} more`);
  return into;
}

function scalar(run: Run, value: unknown): unknown {
  if (value instanceof Date) {
    run.left -= 26;
    return value.toISOString();
  }
  if (typeof value !== 'string') {
    run.left -= 8;
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  }
  const most = Math.max(0, Math.min(LONGEST_TEXT, run.left));
  run.left -= Math.min(value.length, most) + 3;
  // Half of a surrogate pair is no text that a database takes.
  return (value.length <= most ? value : `${value.slice(0, most)}…`).toWellFormed();
}
