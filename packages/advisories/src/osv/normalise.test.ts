import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Tally } from '../feed.ts';
import { normaliseOsv, type OsvDialect } from './normalise.ts';
import { type Json, readDocument } from './reading.ts';

const dialect: OsvDialect = { feed: 'test', subject: 'vulnerability', namespaces: ['npm'] };
const entry = {
  package: { ecosystem: 'npm', name: 'left-pad' },
  ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.0.0' }] }],
};
function normalise(document: Json, use = dialect) {
  const tally = new Tally();
  return { advisory: normaliseOsv(document, use, tally), counts: tally.counts() };
}

test('any JSON is read without an exception and counted exactly once', () => {
  const keys = fc.constantFrom(
    'id',
    'affected',
    'package',
    'ecosystem',
    'name',
    'ranges',
    'events',
    'introduced',
    'versions',
    'severity',
    'related',
    'withdrawn',
    'database_specific',
    'references',
    '__proto__',
    'type',
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom('npm', 'SEMVER', '0', 'X-1', null, 7, true),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(keys, tie('any'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(keys, value.any, { maxKeys: 8 }), (document) => {
      const { counts } = normalise(document);
      const dropped = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
      expect([counts.read, counts.kept + dropped]).toEqual([1, 1]);
    }),
    { seed: 3, numRuns: 500 },
  );
});

test('the same ids, ranges and names come out that went in', () => {
  const { advisory } = normalise({
    id: 'GHSA-1',
    modified: '2024-01-01T00:00:00Z',
    aliases: ['CVE-2024-1234', 'GHSA-1'],
    affected: [entry],
  });
  expect(advisory).toMatchObject({
    id: 'GHSA-1',
    aliases: ['CVE-2024-1234'],
    affected: [{ package: entry.package, ranges: entry.ranges }],
    assay: { feed: 'test' },
  });
});

test.each<[string, Json, string]>([
  ['no id', { affected: [entry] }, 'no usable id'],
  ['an id with a line break', { id: 'A\nB', affected: [entry] }, 'no usable id'],
  ['withdrawn', { id: 'A', withdrawn: '2024-01-01T00:00:00Z', affected: [entry] }, 'withdrawn by its publisher'],
  ['malware', { id: 'MAL-2024-1', affected: [entry] }, 'malware, which another feed answers for'],
  [
    'another ecosystem',
    { id: 'A', affected: [{ ...entry, package: { ecosystem: 'PyPI', name: 'x' } }] },
    'package namespace that another feed answers for, or none',
  ],
  [
    'only commits',
    { id: 'A', affected: [{ ...entry, ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }] }] },
    'names no version range',
  ],
  ['nothing affected', { id: 'A' }, 'names no version range'],
])('%s is dropped with its reason', (_, document, reason) => {
  expect(normalise(document).counts.dropped).toEqual({ [reason]: 1 });
});

test('a kept record says which of its parts were left out', () => {
  const { counts } = normalise({ id: 'A', affected: [entry, { ...entry, package: { ecosystem: 'PyPI', name: 'x' } }] });
  expect(counts).toMatchObject({ kept: 1, trimmed: { 'package namespace that another feed answers for, or none': 1 } });
});

test('YAML versions stay as they are written, and a billion laughs are refused', () => {
  const bytes = (text: string) => Buffer.from(text);
  expect(readDocument(bytes('fixed: 3.10\nflag: yes\nnothing: null'), 'a.yaml')).toEqual({ fixed: '3.10', flag: 'yes', nothing: 'null' });
  const laughs = 'a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]';
  expect(readDocument(bytes(laughs), 'a.yaml')).toBeUndefined();
  expect(readDocument(bytes('{"a":'), 'a.json')).toBeUndefined();
  expect(readDocument(bytes('[1]'), 'a.json')).toBeUndefined();
});
