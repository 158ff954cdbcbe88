import { type OperationModel, type ServiceModel, type Shape, shapeOf } from './model.ts';
import { writeJsonScalar } from './scalars.ts';

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A handler's output as a restJson1 answer: modelled members only, null and undefined left out, an empty output is `{}`. */
export function writeRestJson(model: ServiceModel, operation: OperationModel, output: unknown): WireAnswer {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (!operation.output) return { status: operation.status, headers, body: '{}' };
  const shape = shapeOf(model, operation.output);
  const body = writeStructure({ model, headers }, shape, output ?? {});
  return { status: operation.status, headers, body: JSON.stringify(shape.payload ? (body[shape.payload] ?? {}) : body) };
}

/** A modelled or protocol error. JS and botocore read the type from the header, botocore's CLI from the body as well. */
export function writeRestJsonError(
  model: ServiceModel | undefined,
  error: { readonly code: string; readonly message: string; readonly members: Readonly<Record<string, unknown>>; readonly status: number },
): WireAnswer {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-amzn-errortype': error.code };
  const shape = model?.shapes[error.code];
  const body: Record<string, unknown> = { __type: error.code, message: error.message };
  if (model && shape?.error) Object.assign(body, writeStructure({ model, headers }, shape, { ...error.members, message: error.message }));
  return { status: shape?.error?.status ?? error.status, headers, body: JSON.stringify(body) };
}

interface Run {
  readonly model: ServiceModel;
  readonly headers: Record<string, string>;
}

function writeStructure(run: Run, shape: Shape, value: unknown): Record<string, unknown> {
  if (shape.document) return value as Record<string, unknown>;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError('an answer holds no object where the model wants a structure');
  const given = value as Record<string, unknown>;
  const body: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const inner = given[name];
    if (inner === undefined || inner === null) continue;
    const written = writeValue(run, shapeOf(run.model, member.shape), inner);
    if (member.location === 'header') run.headers[(member.locationName ?? name).toLowerCase()] = String(written);
    else body[member.locationName ?? name] = written;
  }
  return body;
}

function writeValue(run: Run, shape: Shape, value: unknown): unknown {
  if (shape.type === 'structure') return writeStructure(run, shape, value);
  if (shape.type === 'list') {
    if (!Array.isArray(value)) throw new TypeError('an answer holds no array where the model wants a list');
    const member = shapeOf(run.model, shape.member!);
    return value.map((inner) => writeValue(run, member, inner));
  }
  if (shape.type === 'map') {
    const target = shapeOf(run.model, shape.value!);
    const map: Record<string, unknown> = Object.create(null);
    for (const [key, inner] of Object.entries(value as Record<string, unknown>)) {
      if (inner !== undefined && inner !== null) map[key] = writeValue(run, target, inner);
    }
    return map;
  }
  return writeJsonScalar(shape, value);
}
