import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type SchemeConformance, testVersionScheme } from '@assay/testkit/version-scheme-conformance.ts';
import fc from 'fast-check';
import npmSemver from 'semver';
import { describe, expect, test } from 'vitest';
import type { VersionSchemeId } from './package-type.ts';
import { compareVersions, isVersion, VERSION_SCHEMES } from './versions.ts';

const DOTTED = ['0', '1', '2', '10', '01', '.', '.', '-', '+', 'a', 'b', 'rc', 'alpha'];
const NO_GRAMMAR = 'outside the grammar of apk: ordered as text from there on';

const KITS: Readonly<Record<VersionSchemeId, SchemeConformance>> = {
  apk: {
    alphabet: ['0', '1', '2', '10', '01', '.', '.', 'a', 'b', '_alpha', '_rc', '_p', '_git', '-r1', '-r0', '~', 'Z'],
    table: 'alpine',
    exceptions: Object.fromEntries(
      [
        '1 > 1-ruff',
        '1-r0-1 = 1-r-2',
        '1-r0-1 = 1-r0-2',
        '1-ruff2 = 1-ruff1',
        '1-ruff2 = 1--ruff1',
        '1-r0-ruff2 = 1-r0-ruff1',
        '.1 < 1',
        '1 > .1',
        '.2 > .1',
        'a < b',
        'c > b',
        'c = c',
      ].map((line) => [line, NO_GRAMMAR]),
    ),
    unparsable: ['latest', '1 2'],
  },
  bitnami: { alphabet: [...DOTTED, '-1', '-10'], unparsable: ['latest', '*'] },
  composer: {
    alphabet: [...DOTTED, 'dev', 'patch', '#', 'xyz'],
    table: 'packagist',
    exceptions: {
      '1.0.0 > 1.0': 'composer pads both to 1.0.0.0',
      'dev-foo < 1.26.0': 'a branch has no place in the order',
      '1.26.0 > dev-foo': 'a branch has no place in the order',
      '1.2.3.# = 1.2.3.1': 'no version has a `#`, and transitivity is worth more',
    },
    unparsable: ['dev-main', '1.x-dev', '*', '>=1.0'],
  },
  deb: { alphabet: [...DOTTED, '~', ':', '1:', '+deb12u1', 'Z'], table: 'debian', unparsable: ['1_0', '1 0', 'a:1', '1:', '-1', 'é'] },
  gem: {
    alphabet: ['0', '1', '2', '10', '01', '.', '.', 'a', 'b', 'rc', '-'],
    table: 'rubygems',
    unparsable: ['latest', '1 2', '1+2', '>= 1'],
  },
  generic: { alphabet: DOTTED, unparsable: ['latest', '> 1'] },
  go: { alphabet: [...DOTTED, 'v1'], unparsable: ['(devel)', 'devel +abc', 'latest'] },
  maven: { alphabet: [...DOTTED, 'final', 'sp', 'snapshot', 'm', 'xyz', '_'], table: 'maven', unparsable: ['[1.0,2.0)', '1 2'] },
  nuget: { alphabet: [...DOTTED, 'BETA'], table: 'nuget', unparsable: ['latest', '[1.0]', '1.*'] },
  pep440: { alphabet: [...DOTTED, '.dev1', '.post1', '1!', 'rc1', '_', '+cu117', 'final', 'xyz'], table: 'pypi', unparsable: ['1 2'] },
  pub: { alphabet: DOTTED, table: 'pub', unparsable: ['latest', '^1.0.0 <2'] },
  rpm: {
    alphabet: [...DOTTED, '~', '^', '1:', 'Z', '-1'],
    table: 'redhat',
    // An epoch that is no number, or nothing but separators.
    outside: /(?:^| )(?:[^ ]*[^0-9 ][^ :]*:|[+_]+(?: |$))/,
    unparsable: ['a:1', '+', '1 2'],
  },
  semver: { alphabet: [...DOTTED, 'v'], table: 'semver', unparsable: ['latest', '1.x || 2', '*', 'workspace:1'] },
};

for (const id of Object.keys(VERSION_SCHEMES) as VersionSchemeId[]) testVersionScheme(id, KITS[id]);

test('the list is the folder', () => {
  const helpers = new Set(['scheme.ts', 'text.ts']);
  const files = readdirSync(join(import.meta.dirname, 'versions')).filter((file) => !helpers.has(file) && !file.includes('.test.'));
  expect(files.map((file) => file.replace('.ts', '')).sort()).toEqual(Object.keys(VERSION_SCHEMES).sort());
});

function cases(id: VersionSchemeId, rows: readonly string[]): void {
  test.each(rows)(`${id}: %s`, (row) => {
    const [a = '', sign, b = ''] = row.split(' ');
    const order = compareVersions(id, a, b);
    expect(order === undefined ? '?' : order < 0 ? '<' : order > 0 ? '>' : '=').toBe(sign);
  });
}

describe('rules that general comparers get wrong', () => {
  cases('deb', ['1.2~bpo12+1 < 1.2', '1.0 = 1.0-0', '1.0a < 1.0+', '1:0 > 9', '1.2-3-4 < 1.2-3-5', '2.36-9+deb12u10 > 2.36-9+deb12u9']);
  cases('rpm', ['1.0~rc1 < 1.0', '1.0^git1 > 1.0', '1.0^git1 < 1.0.1', '1.0 < 1.0.0', '1-1.el8_4 > 1-1.el8', '1a < 1.1', '(none):1 = 0:1']);
  cases('apk', ['1.2.3_rc1 < 1.2.3', '1.2.3_p1 > 1.2.3', '1.2.3-r9 < 1.2.3-r10', '1.02 < 1.1', '1.1.1w > 1.1.1', '1.0_git20240101 > 1.0']);
  cases('semver', ['1.5.0-beta < 1.5.0', '1.0.0+1 = 1.0.0+2', 'v1.2 = 1.2.0', '1.2.3.4 > 1.2.3', '1.0.0-2 < 1.0.0-a', '1.0.0rc1 < 1.0.0']);
  cases('go', ['go1.21rc2 < 1.21.0', 'go1.21rc2 < go1.21rc10', '1.21 = 1.21.0', 'v2.0.0+incompatible = v2.0.0', 'go1.22.5-fips = 1.22.5']);
  cases('go', [
    'v0.0.0-20200101000000-aaaaaaaaaaaa < v0.0.0-20210101000000-000000000000',
    'v1.2.4-0.20200101000000-aaaaaaaaaaaa < v1.2.4',
    '1.21.0-0 < go1.21rc2',
  ]);
  cases('pep440', [
    '1.0 = 1.0.0',
    '1.0.dev1 < 1.0a1',
    '1.0rc1 < 1.0',
    '1.0 < 1.0.post1',
    '1.13.1+cu117 > 1.13.1',
    '1!0.1 > 9',
    '2013b0 < 2013',
    '0.9.8-final < 0.9.9',
  ]);
  cases('maven', [
    '1.0.RELEASE = 1.0',
    '1.0-SNAPSHOT < 1.0',
    '1-sp > 1',
    '31.1-android < 31.1-jre',
    '1.0-rc1 = 1.0-cr1',
    '1-1 < 1.1',
    '2.0.0.Final = 2',
  ]);
  cases('nuget', ['1.0 = 1.0.0.0', '1.0.0-Beta = 1.0.0-beta', '1.0.0-beta.2 < 1.0.0-beta.11', '1.0.0.1 > 1.0.0']);
  cases('bitnami', ['16.1.0-4 > 16.1.0', '16.1.0-4 < 16.1.0-10', '16.1.0-4 < 16.1.1', '1.0.0-rc.1 < 1.0.0']);
  cases('gem', ['1.0.0 = 1', '1.0.a < 1.0', '1.15.4-x86_64-linux = 1.15.4', '1.0.0.pre1 < 1.0.0', '1-java = 1.0']);
  cases('composer', ['v1.0 = 1.0.0', '1.0-dev < 1.0-alpha1', '1.0RC1 < 1.0', '1.0 < 1.0pl1', '1.0.0-stable = 1.0']);
  cases('pub', ['1.0.0+1 > 1.0.0', '1.0.0+2 > 1.0.0+1']);
  cases('generic', ['1.0.2zg > 1.0.2', '9.8p1 > 9.8', '2023c > 2023b', '1.0rc1 < 1.0', '1.0 = 1.0.0']);
});

const dpkg = spawnSync('dpkg', ['--version']).status === 0;
test.skipIf(!dpkg)(`dpkg agrees${dpkg ? '' : ' (skipped: dpkg is not on this machine)'}`, () => {
  const part = fc.array(fc.constantFrom('0', '1', '9', '10', '007', '.', '~', '+', '-', 'a', 'Z', 'deb', '~rc'), {
    minLength: 1,
    maxLength: 6,
  });
  const version = fc.tuple(fc.constantFrom('', '0:', '1:', '2:'), part).map(([epoch, parts]) => `${epoch}1${parts.join('')}`);
  const pairs = fc.sample(fc.tuple(version, version), { seed: 5, numRuns: 400 });
  // One shell for all pairs: dpkg itself is the slow part.
  const script =
    'while read -r a b; do for op in lt eq gt; do dpkg --compare-versions "$a" $op "$b" 2>/dev/null && echo $op && break; done || echo bad; done';
  const answers = execFileSync('sh', ['-c', script], {
    input: pairs
      .map((pair) => pair.join(' '))
      .join('\n')
      .concat('\n'),
  })
    .toString()
    .trim()
    .split('\n');
  const ours = pairs.map(([a, b]) => {
    const order = compareVersions('deb', a, b);
    return order === undefined ? 'bad' : order < 0 ? 'lt' : order > 0 ? 'gt' : 'eq';
  });
  expect(ours).toEqual(answers);
});

const rpm = spawnSync('rpm', ['--version']).status === 0;
test.skipIf(!rpm)(`rpm agrees${rpm ? '' : ' (skipped: rpm is not on this machine)'}`, () => {
  const part = fc.array(fc.constantFrom('0', '1', '9', '10', '007', '.', '~', '^', 'a', 'Z', 'el8', '_'), { minLength: 1, maxLength: 6 });
  const pairs = fc.sample(fc.tuple(part, part), { seed: 5, numRuns: 300 }).map((pair) => pair.map((parts) => `1${parts.join('')}`));
  const lua = pairs.map(([a, b]) => `print(rpm.vercmp("${a}", "${b}") .. " ")`).join(' ');
  const answers = execFileSync('rpm', ['--eval', `%{lua: ${lua}}`])
    .toString()
    .trim()
    .split(/\s+/)
    .map(Number);
  expect(pairs.map(([a = '', b = '']) => Math.sign(compareVersions('rpm', a, b) as number))).toEqual(answers);
});

test('npm agrees on every proper semver', () => {
  const number = fc.nat({ max: 30 }).map(String);
  const identifier = fc.constantFrom('0', '1', '12', 'a', 'alpha', 'rc', 'A', 'a-b', '1a');
  const list = (mark: string) => fc.array(identifier, { maxLength: 3 }).map((parts) => (parts.length === 0 ? '' : mark + parts.join('.')));
  const version = fc.tuple(number, number, number, list('-'), list('+')).map(([a, b, c, pre, build]) => `${a}.${b}.${c}${pre}${build}`);
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(Math.sign(compareVersions('semver', a, b) as number)).toBe(npmSemver.compare(a, b));
    }),
    { seed: 5, numRuns: 2_000 },
  );
});

const packaging = spawnSync('python3', ['-c', 'import packaging.version']).status === 0;
test.skipIf(!packaging)(`Python's packaging agrees${packaging ? '' : ' (skipped: the module packaging is not on this machine)'}`, () => {
  const suffix = fc.tuple(
    fc.constantFrom('', 'a1', 'b', 'rc2', '-alpha.1', 'c3', '.preview'),
    fc.constantFrom('', '.post1', '-2', '.r3'),
    fc.constantFrom('', '.dev1', 'dev'),
    fc.constantFrom('', '+cu117', '+1.a', '+10'),
  );
  const version = fc
    .tuple(fc.constantFrom('', '1!', 'v'), fc.array(fc.constantFrom('0', '1', '02', '10'), { minLength: 1, maxLength: 4 }), suffix)
    .map(([epoch, release, rest]) => epoch + release.join('.') + rest.join(''));
  const pairs = fc.sample(fc.tuple(version, version), { seed: 5, numRuns: 500 });
  const script =
    'import sys,json\nfrom packaging.version import Version as V\nprint(json.dumps([(V(a)>V(b))-(V(a)<V(b)) for a,b in json.load(sys.stdin)]))';
  const answers = JSON.parse(execFileSync('python3', ['-c', script], { input: JSON.stringify(pairs) }).toString()) as number[];
  expect(pairs.map(([a, b]) => [a, b, Math.sign(compareVersions('pep440', a, b) as number)])).toEqual(
    pairs.map(([a, b], i) => [a, b, answers[i]]),
  );
});

test('the cache stays bounded and answers stay right', () => {
  for (let i = 0; i < 120_000; i++) isVersion('deb', `1.${i}`);
  expect(compareVersions('deb', '1.5', '1.119999')).toBeLessThan(0);
  expect(compareVersions('deb', '1.119999', '1.5')).toBeGreaterThan(0);
});
