/**
 * Makes `models/<service>.json` from the service models inside a botocore wheel (unpacked folder given as argument).
 * Development only: `node packages/wire/tools/freeze-model.ts FOLDER VERSION`, where FOLDER holds `botocore/data`.
 * Facts are kept (routes, shapes, constraints, errors, paging); every documentation text is dropped.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

type Json = Record<string, unknown>;
interface Wanted {
  readonly service: string;
  readonly operations?: readonly string[];
  /** Largest request body in bytes where the default of the gateway is too small. */
  readonly bodyLimits?: Readonly<Record<string, number>>;
  /** Words that clients are known to send for those of an enumeration, by its shape. */
  readonly aliases?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const WANTED: readonly Wanted[] = [
  // Terraform's provider upper-cases its own name of the member.
  { service: 'inspector2', aliases: { ResourceScanType: { CODEREPOSITORY: 'CODE_REPOSITORY' } } },
  { service: 'inspector-scan', bodyLimits: { ScanSbom: 20 * 1024 * 1024 } },
  { service: 'sts', operations: ['GetCallerIdentity'] },
];

const SHAPE_FACTS = [
  'type',
  'required',
  'payload',
  'min',
  'max',
  'pattern',
  'enum',
  'union',
  'document',
  'fault',
  'timestampFormat',
  'sensitive',
];
const MEMBER_FACTS = ['location', 'locationName', 'idempotencyToken', 'timestampFormat'];

const [folder, version] = process.argv.slice(2);
if (!folder || !version) {
  console.error('usage: node packages/wire/tools/freeze-model.ts FOLDER VERSION   (FOLDER: an unpacked botocore wheel)');
  process.exit(2);
}
for (const wanted of WANTED) {
  const frozen = freeze(wanted, folder, version);
  const file = new URL(`../models/${wanted.service}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(frozen)}\n`);
  console.log(`${wanted.service}: ${Object.keys(frozen['operations'] as Json).length} operations`);
}

function freeze(wanted: Wanted, root: string, botocore: string): Json {
  const base = join(root, 'botocore/data', wanted.service);
  const dated = join(base, readdirSync(base).sort().at(-1)!);
  const model = readJson(join(dated, 'service-2.json'));
  const pages = (readJson(join(dated, 'paginators-1.json'))['pagination'] ?? {}) as Json;
  const metadata = model['metadata'] as Json;
  const source = model['operations'] as Json;
  const names = wanted.operations ?? Object.keys(source).sort();
  const operations: Json = {};
  for (const name of names)
    operations[name] = freezeOperation(source[name] as Json, pages[name] as Json | undefined, wanted.bodyLimits?.[name]);
  const shapes = reachable(operations, model['shapes'] as Json);
  for (const [name, aliases] of Object.entries(wanted.aliases ?? {})) shapes[name] = { ...(shapes[name] as Json), aliases };
  return {
    service: wanted.service,
    signingName: metadata['signingName'] ?? metadata['endpointPrefix'],
    apiVersion: metadata['apiVersion'],
    protocol: metadata['protocol'],
    ...(metadata['xmlNamespace'] ? { xmlNamespace: metadata['xmlNamespace'] } : {}),
    source: `botocore ${botocore}`,
    operations,
    shapes,
  };
}

function readJson(path: string): Json {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : gunzipSync(readFileSync(`${path}.gz`)).toString('utf8');
  return JSON.parse(text) as Json;
}

function freezeOperation(source: Json, page: Json | undefined, bodyLimit: number | undefined): Json {
  const http = source['http'] as Json;
  const output = source['output'] as Json | undefined;
  return {
    method: http['method'],
    uri: http['requestUri'],
    status: http['responseCode'] ?? 200,
    input: (source['input'] as Json | undefined)?.['shape'],
    output: output?.['shape'],
    resultWrapper: output?.['resultWrapper'],
    errors: ((source['errors'] ?? []) as Json[]).map((error) => error['shape']),
    idempotent: source['idempotent'],
    readonly: source['readonly'],
    bodyLimit,
    page: page && { input: page['input_token'], output: page['output_token'], limit: page['limit_key'], result: page['result_key'] },
  };
}

/** Shapes that the operations reach, in name order, without texts. */
function reachable(operations: Json, shapes: Json): Json {
  const found = new Map<string, Json>();
  const todo = Object.values(operations).flatMap((value) => {
    const operation = value as Json;
    return [operation['input'], operation['output'], ...(operation['errors'] as unknown[])];
  });
  while (todo.length > 0) {
    const name = todo.pop();
    if (typeof name !== 'string' || found.has(name)) continue;
    const shape = freezeShape(shapes[name] as Json);
    found.set(name, shape);
    todo.push(shape['member'], shape['key'], shape['value']);
    for (const member of Object.values((shape['members'] ?? {}) as Json)) todo.push((member as Json)['shape']);
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function freezeShape(source: Json): Json {
  const shape: Json = {};
  for (const key of SHAPE_FACTS) if (source[key] !== undefined) shape[key] = source[key];
  const error = source['error'] as Json | undefined;
  if (error) shape['error'] = { status: error['httpStatusCode'] };
  else if (source['exception']) shape['error'] = { status: source['fault'] ? 500 : 400 };
  const retryable = source['retryable'] as Json | undefined;
  if (retryable) shape['retryable'] = retryable['throttling'] ? 'throttling' : 'transient';
  for (const key of ['member', 'key', 'value']) {
    const child = source[key] as Json | undefined;
    if (child) shape[key] = child['shape'];
  }
  if (source['members']) shape['members'] = Object.fromEntries(Object.entries(source['members'] as Json).map(freezeMember));
  return shape;
}

function freezeMember([name, value]: [string, unknown]): [string, Json] {
  const source = value as Json;
  const member: Json = { shape: source['shape'] };
  for (const key of MEMBER_FACTS) if (source[key] !== undefined) member[key] = source[key];
  return [name, member];
}
