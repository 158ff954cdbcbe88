import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { compileDatabase } from '@assay/advisories/database/compile.ts';
import { installDatabase, stagingFiles } from '@assay/advisories/database/install.ts';
import type { Advisory } from '@assay/core/advisory.ts';
import { silentLogger } from '@assay/core/context.ts';
import type { ScanResult } from '@assay/core/scan-result.ts';
import { ASSAY_VERSION } from '@assay/engine/version.ts';
import { dockerSave } from '@assay/testkit/image-builder.ts';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cli } from './command.ts';
import { commands } from './commands.ts';
import { readEnvironment } from './environment.ts';
import { run } from './main.ts';
import { referenceText } from './reference.ts';
import type { Place } from './terminal/terminal.ts';

const root = join(import.meta.dirname, '../../..');
const now = Date.parse('2026-06-01T00:00:00Z');
let folder = '';

async function* advisories(): AsyncGenerator<Advisory> {
  const common = { modified: '2026-05-30T00:00:00Z', assay: { feed: 'github' } };
  const npm = (name: string, fixed: string) => ({
    package: { ecosystem: 'npm', name },
    ranges: [{ type: 'SEMVER' as const, events: [{ introduced: '0' }, { fixed }] }],
  });
  yield {
    ...common,
    id: 'GHSA-1',
    aliases: ['CVE-2026-1001'],
    summary: 'Left pad \u001b[31mred',
    affected: [{ ...npm('left-pad', '2.0.0'), assay: { severity: 'high' } }],
  };
  yield {
    ...common,
    id: 'GHSA-2',
    summary: 'No fix',
    affected: [
      {
        package: { ecosystem: 'npm', name: 'right-pad' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
        assay: { severity: 'low' },
      },
    ],
  };
}

function bom(name: string, purls: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(
    file,
    JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: purls.map((purl) => ({ type: 'library', name: 'x', purl })) }),
  );
  return file;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-cli-'));
  const staged = stagingFiles(join(folder, 'db'), 'test');
  const sources = [{ id: 'github', licence: 'CC-BY-4.0', date: '2026-05-30T00:00:00Z', namespaces: ['npm'], read: 2, kept: 2 }];
  await compileDatabase(
    advisories(),
    { file: staged.file, sources, builtAt: '2026-05-31T00:00:00Z' },
    { now: () => now, log: silentLogger },
  );
  installDatabase(join(folder, 'db'), { file: staged.file });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const assay = (...words: string[]) => assayReading('', ...words);

async function assayReading(input: string | Uint8Array, ...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const place = (write: (text: string) => void): Place => ({ width: undefined, colors: false, write });
  const cli: Cli = {
    environment: readEnvironment({ ASSAY_DATA_DIR: folder }),
    terminal: { out: place((text) => (out += text)), err: place((text) => (err += text)) },
    input: Readable.from([Buffer.from(input)]),
    ctx: { now: () => now, log: silentLogger },
    cwd: folder,
    starter: undefined,
  };
  return { code: await run(words, cli), out, err };
}

test('a scan tells findings, and its exit code follows the threshold', async () => {
  const file = bom('both.json', ['pkg:npm/left-pad@1.0.0', 'pkg:npm/right-pad@1.0.0', 'pkg:npm/other@1.0.0']);
  const plain = await assay('scan', file);
  expect(plain).toMatchObject({ code: 0, err: '' });
  expect(plain.out).toMatch(/HIGH +CVE-2026-1001 +left-pad +1\.0\.0 +2\.0\.0/);
  expect(plain.out).toMatch(/2 findings in 3 packages looked at: 1 high, 1 low; 1 can be fixed/);
  expect(plain.out).not.toContain('\u001b');
  expect((await assay('scan', file, '--fail-on', 'high')).code).toBe(1);
  expect((await assay('scan', file, '--fail-on', 'HIGH')).code).toBe(1);
  expect((await assay('scan', file, '--fail-on', 'critical')).code).toBe(0);
  expect((await assay('scan', file, '--fail-on=any', '--only-fixed')).code).toBe(1);
  expect((await assay('scan', bom('low.json', ['pkg:npm/right-pad@1.0.0']), '--fail-on', 'any', '--only-fixed')).code).toBe(0);
});

test('the JSON form holds to its published schema and is the same each time', async () => {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(join(root, 'docs/schemas/scan-result.schema.json'), 'utf8')));
  const file = bom('schema.json', ['pkg:npm/left-pad@1.0.0', 'pkg:deb/debian/a@1?distro=debian-12', 'pkg:unknown/x@1']);
  const { out } = await assay('scan', file, '--format', 'json');
  expect((await assay('scan', file, '--format', 'json')).out).toBe(out);
  const result = JSON.parse(out) as ScanResult;
  expect(validate(result) || validate.errors).toBe(true);
  expect(result.findings[0]).toMatchObject({
    vulnerabilityId: 'CVE-2026-1001',
    severity: 'HIGH',
    fixedIn: '2.0.0',
    package: { name: 'left-pad' },
  });
  expect(result.gaps.map((gap) => gap.code)).toEqual(['unsupported-package', 'no-advisories-for-namespace']);
  expect(validate({ ...result, findings: [{ vulnerabilityId: 'CVE-1' }] })).toBe(false);
});

test.each([
  ['an SBOM without packages', () => bom('empty.json', []), /no-packages/],
  [
    'an operating system without advisories',
    () => bom('os.json', ['pkg:deb/debian/a@1?distro=debian-12', 'pkg:npm/other@1.0.0']),
    /debian:12: its package was not checked/,
  ],
  [
    'system packages of an unnamed release beside others',
    () => bom('release.json', ['pkg:rpm/redhat/bash@5?arch=x86_64', 'pkg:npm/other@1.0.0']),
    /system packages of the SBOM .1. were not checked.*unknown-distribution/,
  ],
  ['only packages that nothing knows', () => bom('unknown.json', ['pkg:hex/a@1']), /no-advisories-for-namespace/],
])('%s is never "no findings"', async (_what, target, words) => {
  const { code, out } = await assay('scan', target(), '--fail-on', 'any');
  expect(code).toBe(3);
  expect(out).toMatch(words);
  expect(out).not.toMatch(/No findings/);
  const json = await assay('scan', target(), '--format', 'json');
  expect([json.code, words.test(json.err)]).toEqual([3, true]);
});

test.each([
  [['scan'], /TARGET is missing/],
  [['scan', 'a', 'b'], /one argument too many/],
  [['scan', 'x.json', '--formt', 'json'], /did you mean --format/],
  [['scan', 'x.json', '--format', 'xml'], /must be one of table, json/],
  [['scan', 'x.json', '--fail-on'], /needs a value/],
  [['scan', 'x.json', '--offline=1'], /takes no value/],
  [['scn'], /did you mean scan/],
  [['db', 'build'], /--from FOLDER is missing/],
  [['db', 'nothing'], /is no command/],
])('%j is a usage error in one line', async (words, message) => {
  const { code, err } = await assay(...words);
  expect(code).toBe(2);
  expect(err).toMatch(message);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
});

test('what cannot be looked at is told in one line, without a stack trace', async () => {
  writeFileSync(join(folder, 'words.txt'), 'hello');
  for (const target of ['words.txt', 'cut.json'].map((name) => join(folder, name)).concat('missing.tar')) {
    const { code, err } = await assay('scan', target);
    expect([target, code]).toEqual([target, 3]);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).not.toMatch(/\n {4}at /);
  }
});

test('standard input is an SBOM or an archive, and leaves no file behind', async () => {
  const before = readdirSync(tmpdir());
  const file = bom('piped.json', ['pkg:npm/left-pad@1.0.0']);
  const { code, out } = await assayReading(readFileSync(file), 'scan', '-', '-f', 'json');
  const [piped, named] = [JSON.parse(out), JSON.parse((await assay('scan', file, '-f', 'json')).out)] as [ScanResult, ScanResult];
  expect({ code, name: piped.subject.name }).toEqual({ code: 0, name: 'stdin' });
  expect(piped.findings).toEqual(named.findings);
  const items = [{ name: 'srv/node_modules/left-pad/package.json', content: '{"name":"left-pad","version":"1.0.0"}' }];
  const image = await assayReading(dockerSave({ layers: [{ items }] }), 'scan', '-', '-f', 'json');
  expect((JSON.parse(image.out) as ScanResult).findings).toHaveLength(1);
  expect(image.out).not.toContain(tmpdir());
  for (const [words, message] of [
    ['', /Standard input is empty/],
    ['hello', /SBOM/],
  ] as const) {
    const refused = await assayReading(words, 'scan', '-');
    expect(refused.code).toBe(3);
    expect(refused.err).toMatch(message);
  }
  const after = readdirSync(tmpdir()).filter((name) => name.startsWith('assay-stdin-'));
  expect(after.filter((name) => !before.includes(name))).toEqual([]);
});

function ignoring(rules: unknown): string {
  const file = join(folder, 'ignore.json');
  writeFileSync(file, JSON.stringify({ rules }));
  return file;
}
const equals = (value: string) => [{ comparison: 'EQUALS', value }];

test('an ignore file leaves findings out until its rules expire, and what it left out is counted', async () => {
  const file = bom('ignored.json', ['pkg:npm/left-pad@1.0.0', 'pkg:npm/right-pad@1.0.0']);
  const scan = (filterCriteria: object, expiresAt?: string) =>
    assay('scan', file, '--fail-on', 'high', '--ignore', ignoring([{ reason: 'not called', filterCriteria, expiresAt }]));
  const hidden = await scan({ vulnerabilityId: equals('CVE-2026-1001') }, '2026-06-02');
  expect(hidden).toMatchObject({ code: 0, err: '' });
  expect(hidden.out).not.toContain('left-pad');
  expect(hidden.out).toMatch(/1 finding in 2 packages looked at: 1 low; 0 can be fixed/);
  expect(hidden.out).toMatch(/^1 more are ignored by a rule of the ignore file\.$/m);
  // By an alias, by package, by a range that the other has no value for.
  expect((await scan({ vulnerabilityId: equals('GHSA-1') })).code).toBe(0);
  expect((await scan({ vulnerablePackages: [{ name: equals('left-pad')[0], version: equals('1.0.0')[0] }] })).code).toBe(0);
  expect((await scan({ severity: equals('HIGH'), epssScore: [{ lowerInclusive: 0 }] })).code).toBe(1);
  const late = await scan({ vulnerabilityId: equals('CVE-2026-1001') }, '2026-06-01');
  expect(late.code).toBe(1);
  expect(late.err).toMatch(/^assay: 1 of the 1 rules of \S+ have expired and leave nothing out\.\n$/);
});

test.each([
  [[{ filterCriteria: {} }], /rules\[0\]\.filterCriteria must have at least one criterion/],
  [[{ filterCriteria: { title: equals('x') } }], /rules\[0\]\.filterCriteria\.title is not known to a scan/],
  [[{ filterCriteria: { severity: [] } }], /severity must be a list with at least one filter/],
  [[{ filterCriteria: { severity: [{ comparison: 'LIKE', value: 'H' }] } }], /severity\[0\]\.comparison must be one of/],
  [[{ filterCriteria: { severity: [{ comparison: 'EQUALS' }] } }], /severity\[0\]\.value must be a text/],
  [[{ filterCriteria: { vulnerablePackages: [{}] } }], /must name something/],
  [[{ filterCriteria: { epssScore: [{ lowerInclusive: '1' }] } }], /must have numbers/],
  [[{ filterCriteria: { severity: equals('HIGH') }, expiresAt: 'soon' }], /rules\[0\]\.expiresAt must be a date/],
  [[{ filterCriteria: { severity: equals('HIGH') }, expires: '2027-01-01' }], /rules\[0\]\.expires is not known/],
  [{}, /rules must be a list/],
  [[null], /rules\[0\] must be an object/],
])('ignore rules %j are refused in one line', async (rules, message) => {
  const { code, out, err } = await assay('scan', bom('any.json', ['pkg:npm/left-pad@1.0.0']), '--ignore', ignoring(rules));
  expect({ code, out }).toEqual({ code: 3, out: '' });
  expect(err).toMatch(message);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
});

test('exported and imported, the database is the same; search and status read it', async () => {
  const file = join(folder, 'moved.zst');
  expect((await assay('db', 'export', '-o', file)).code).toBe(0);
  const imported = await assay('db', 'import', file);
  expect(imported).toMatchObject({ code: 0, out: expect.stringContaining('the same as before') });
  expect((await assay('db', 'search', 'left-pad')).out).toMatch(/GHSA-1 +github +CVE-2026-1001/);
  expect(JSON.parse((await assay('db', 'status', '-f', 'json')).out)).toMatchObject({
    ageDays: 1,
    origin: 'installed',
    advisories: { documents: 2 },
  });
  expect((await assay('db', 'import', join(folder, 'none'))).code).toBe(3);
});

test('commands, files and the reference agree', () => {
  const files = readdirSync(join(import.meta.dirname, 'commands')).map((name) => basename(name, '.ts'));
  expect(files.sort()).toEqual(commands.map((command) => command.name).sort());
  expect(readFileSync(join(root, 'docs/cli.md'), 'utf8')).toBe(referenceText(commands));
  expect(ASSAY_VERSION).toBe(JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')).version);
});
