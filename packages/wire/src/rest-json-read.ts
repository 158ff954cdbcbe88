import { isObject } from '@assay/core/json.ts';
import { type FieldProblem, validationError } from './errors.ts';
import { type OperationModel, type ServiceModel, type Shape, shapeOf } from './model.ts';
import { isUnreadable, readJsonScalar, readTextScalar } from './scalars.ts';

/** What a restJson1 request is made of, after routing. */
export interface RestParts {
  /** Decoded values of the path's labels. */
  readonly labels: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

const MOST_PROBLEMS = 20;

/**
 * A restJson1 request as the typed input of its operation. Null is absence, an empty body is `{}`; unknown members are
 * ignored unless the model is strict. Throws ValidationException CANNOT_PARSE that names each member of a wrong type.
 */
export function readRestJson(model: ServiceModel, operation: OperationModel, parts: RestParts): Record<string, unknown> {
  if (!operation.input) return {};
  const shape = shapeOf(model, operation.input);
  const run: Run = { model, problems: [] };
  const input: Record<string, unknown> = {};
  if (shape.payload) input[shape.payload] = readPayload(run, shape, parts.body);
  else if (bodyMembers(shape).length > 0) readMembers(run, shape, { json: parseBody(parts.body), into: input });
  readLocations(run, shape, { parts, into: input });
  if (run.problems.length > 0) {
    throw validationError('CANNOT_PARSE', run.problems.map((p) => `${p.name} ${p.message}`).join('; '), run.problems);
  }
  return input;
}

interface Run {
  readonly model: ServiceModel;
  readonly problems: FieldProblem[];
}

function bodyMembers(shape: Shape): string[] {
  return Object.entries(shape.members ?? {}).flatMap(([name, member]) => (member.location ? [] : [name]));
}

function readPayload(run: Run, shape: Shape, body: Uint8Array): unknown {
  const name = shape.payload!;
  const target = shapeOf(run.model, shape.members![name]!.shape);
  if (target.type === 'blob') return body;
  return readValue(run, target, { json: parseBody(body), path: name });
}

function parseBody(body: Uint8Array): unknown {
  if (body.length === 0) return {};
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw validationError('CANNOT_PARSE', 'The request body is not valid JSON in UTF-8');
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) {
    throw validationError('CANNOT_PARSE', 'The request body must be a JSON object');
  }
  return json;
}

function readMembers(
  run: Run,
  shape: Shape,
  place: { readonly json: unknown; readonly into: Record<string, unknown>; readonly path?: string },
): void {
  const given = place.json as Record<string, unknown>;
  if (run.model.strict === true) refuseUnknown(run, shape, { given, path: place.path });
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    if (member.location) continue;
    const wireName = member.locationName ?? name;
    const json = Object.hasOwn(given, wireName) ? given[wireName] : undefined;
    if (json === undefined || json === null) continue;
    const path = place.path ? `${place.path}.${name}` : name;
    const value = readValue(run, shapeOf(run.model, member.shape), { json, path });
    if (value !== undefined) place.into[name] = value;
  }
}

function refuseUnknown(run: Run, shape: Shape, { given, path }: { readonly given: object; readonly path: string | undefined }): void {
  const known = bodyMembers(shape).map((name) => shape.members![name]!.locationName ?? name);
  for (const name of Object.keys(given).filter((one) => !known.includes(one))) {
    if (run.problems.length >= MOST_PROBLEMS) return;
    const shown = name.slice(0, 100);
    problem(run, path === undefined ? shown : `${path}.${shown}`, `is not known here; there are ${known.join(', ')}`);
  }
}

function readValue(run: Run, shape: Shape, place: { readonly json: unknown; readonly path: string }): unknown {
  const { json, path } = place;
  if (shape.type === 'structure') {
    if (shape.document) return json;
    if (!isObject(json)) return problem(run, path, 'must be an object');
    const into: Record<string, unknown> = {};
    readMembers(run, shape, { json, into, path });
    return into;
  }
  if (shape.type === 'list') return Array.isArray(json) ? readList(run, shape, { json, path }) : problem(run, path, 'must be a list');
  if (shape.type === 'map') return isObject(json) ? readMap(run, shape, { json, path }) : problem(run, path, 'must be an object');
  const value = readJsonScalar(shape, json);
  return isUnreadable(value) ? problem(run, path, value.unreadable) : value;
}

function readList(run: Run, shape: Shape, place: { readonly json: readonly unknown[]; readonly path: string }): unknown[] {
  const member = shapeOf(run.model, shape.member!);
  const list: unknown[] = [];
  for (let i = 0; i < place.json.length && run.problems.length < MOST_PROBLEMS; i++) {
    list.push(readValue(run, member, { json: place.json[i], path: `${place.path}[${i}]` }));
  }
  return list;
}

function readMap(
  run: Run,
  shape: Shape,
  place: { readonly json: Record<string, unknown>; readonly path: string },
): Record<string, unknown> {
  const value = shapeOf(run.model, shape.value!);
  const map: Record<string, unknown> = Object.create(null);
  for (const [key, json] of Object.entries(place.json)) {
    if (json !== null) map[key] = readValue(run, value, { json, path: `${place.path}.value` });
    if (run.problems.length >= MOST_PROBLEMS) break;
  }
  return map;
}

function problem(run: Run, name: string, message: string): undefined {
  if (run.problems.length < MOST_PROBLEMS) run.problems.push({ name, message });
}

function readLocations(run: Run, shape: Shape, place: { readonly parts: RestParts; readonly into: Record<string, unknown> }): void {
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    if (!member.location) continue;
    const texts = locationTexts(place.parts, member.location, member.locationName ?? name);
    if (texts.length === 0) continue;
    const target = shapeOf(run.model, member.shape);
    const list = target.type === 'list';
    const values = texts.map((text) => readTextScalar(list ? shapeOf(run.model, target.member!) : target, text));
    const bad = values.find(isUnreadable);
    if (bad) problem(run, name, bad.unreadable);
    else if (!list && values.length > 1) problem(run, name, 'must be given once');
    else place.into[name] = list ? values : values[0];
  }
}

function locationTexts(parts: RestParts, location: 'uri' | 'querystring' | 'header', name: string): string[] {
  if (location === 'querystring') return parts.query.getAll(name);
  const value = location === 'uri' ? parts.labels.get(name) : parts.headers[name.toLowerCase()];
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : [...value];
}
