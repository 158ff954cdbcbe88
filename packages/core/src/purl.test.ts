import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PACKAGE_TYPES } from './package-type.ts';
import { canonicalPurl, formatPurl, type PurlInput, parsePurl } from './purl.ts';

const archive = join(process.env['ASSAY_TEST_DATA'] ?? join(import.meta.dirname, '../../../../shared/data'), 'purl-spec.tar.gz');

interface SuiteTest {
  readonly description: string;
  readonly test_type: 'parse' | 'build' | 'validate';
  readonly input: never;
  readonly expected_output: string | Readonly<Record<string, unknown>> | null;
  readonly expected_failure: boolean;
}

/** Where the suite contradicts itself or the core specification. */
function isContradictory(testCase: SuiteTest): boolean {
  const input = JSON.stringify(testCase.input);
  // Upper-case qualifier keys must fail to parse for gem and rpm, but are to be lower-cased for maven, and in "validate" for all three.
  if (testCase.test_type === 'parse' && testCase.expected_failure && /\?(Platform|Arch)=/.test(input)) return true;
  // The type git puts slashes into the name, which no parser of the core grammar can give back.
  return /pkg:git\/|"type":"git"/.test(input);
}

test.skipIf(!existsSync(archive))('official suite (skipped where the test data is absent)', () => {
  const text = execFileSync('tar', ['xzOf', archive, '--wildcards', 'purl-spec/tests/*/*.json'], { maxBuffer: 1 << 26 }).toString();
  const files = text.split(/^(?=\{)/m).map((file) => JSON.parse(file) as { tests: SuiteTest[] });
  const cases = files.flatMap((file) => file.tests);
  expect(cases.length).toBeGreaterThan(500);
  const failures = cases.filter((testCase) => !isContradictory(testCase) && !passes(testCase));
  expect(failures).toEqual([]);
  expect(cases.filter(isContradictory).length).toBeLessThan(20);
});

function passes({ test_type, input, expected_output, expected_failure }: SuiteTest): boolean {
  const expected = expected_failure ? undefined : expected_output;
  if (test_type === 'build') return JSON.stringify(build(input)) === JSON.stringify(expected);
  const purl = parsePurl(input);
  if (test_type === 'validate') return (purl && formatPurl(purl)) === expected;
  return JSON.stringify(comparable(purl)) === JSON.stringify(comparable(expected as PurlInput | undefined));
}
function build(input: PurlInput): string | undefined {
  return canonicalPurl(input) && formatPurl(input);
}
function comparable(purl: PurlInput | undefined): unknown {
  if (!purl) return undefined;
  const qualifiers = Object.entries(purl.qualifiers ?? {}).sort();
  return [purl.type, purl.namespace ?? null, purl.name, purl.version ?? null, qualifiers, purl.subpath ?? null];
}

test('what is formatted is parsed back', () => {
  const part = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((text) => !/^\/*$/.test(text));
  const input = fc.record(
    {
      type: fc.constantFrom(...Object.values(PACKAGE_TYPES).map((row) => row.purl)),
      name: part,
      namespace: part,
      version: part,
      qualifiers: fc.dictionary(fc.constantFrom('arch', 'distro', 'epoch', 'repository_url'), part),
      subpath: part,
    },
    { requiredKeys: ['type', 'name'] },
  );
  fc.assert(
    fc.property(input, (parts) => {
      const purl = canonicalPurl(parts);
      // A slash inside a name would be read back as the end of a namespace.
      fc.pre(purl !== undefined && !purl.name.includes('/'));
      expect(parsePurl(formatPurl(parts))).toEqual(purl);
    }),
    { seed: 7, numRuns: 500 },
  );
});

test.each([
  '',
  'pkg:',
  'pkg:npm',
  'pkg:npm/',
  'pkg:/a',
  'http://x',
  'pkg:npm/%',
  'pkg:npm/a@%zz',
  'pkg:npm/a?x',
  `pkg:npm/${'a'.repeat(9000)}`,
])('malformed %.20s', (text) => {
  expect(parsePurl(text)).toBeUndefined();
});

test('hostile qualifier keys are only keys', () => {
  expect(Object.getPrototypeOf(parsePurl('pkg:npm/a?constructor=1')?.qualifiers)).toBe(Object.prototype);
  expect(parsePurl('pkg:npm/a?__proto__=x')).toBeUndefined();
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const purl = parsePurl(`pkg:npm/${text}`);
      expect(purl === undefined || typeof purl.name === 'string').toBe(true);
    }),
    { seed: 7, numRuns: 500 },
  );
});

test('a bare scope is no version', () => {
  expect(parsePurl('pkg:npm/@angular/core@1.0.0')).toEqual({ type: 'npm', namespace: '@angular', name: 'core', version: '1.0.0' });
  expect(parsePurl('pkg:npm/@angular/core')).toEqual({ type: 'npm', namespace: '@angular', name: 'core' });
});

test('parts that make no purl are a bug of the caller', () => {
  expect(() => formatPurl({ type: 'npm', name: '' })).toThrow(TypeError);
});
