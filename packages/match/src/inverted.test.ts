import type { Advisory, AdvisoryLookup, Affected } from '@assay/core/advisory.ts';
import type { PackageIdentity } from '@assay/core/package.ts';
import { memoryLookup } from '@assay/testkit/memory-lookup.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchPackage } from './match.ts';
import { searchKeys } from './search.ts';

const NAMES = ['linux', 'openssl', 'a', 'b', 'stdlib'];
const ECOSYSTEMS = ['Debian:12', 'Ubuntu:22.04:LTS', 'Ubuntu:Pro:22.04:LTS', 'Alpine:v3.20', 'AlmaLinux:9', 'npm', 'PyPI', 'Go'];
const SETTINGS = [
  ['deb', 'debian:12'],
  ['deb', 'ubuntu:22.04'],
  ['apk', 'alpine:3.20'],
  ['rpm', 'almalinux:9'],
  ['npm', 'npm'],
  ['pypi', 'pypi'],
  ['golang', 'golang'],
] as const;

const version = fc.constantFrom('1.0', '1.1', '2.0', '1.0-1', '2.0-1', '(devel)', 'latest');
const name = fc.constantFrom(...NAMES);
const identity: fc.Arbitrary<PackageIdentity> = fc
  .record({
    setting: fc.constantFrom(...SETTINGS),
    name,
    version,
    source: fc.option(fc.record({ sourceName: name, sourceVersion: version }), { nil: {} }),
    arch: fc.constantFrom({}, { arch: 'amd64' }, { arch: 'arm64' }),
    module: fc.constantFrom({}, { module: '' }, { module: 'a:1' }),
    owner: fc.constantFrom('none' as const, 'comprehensive-distro' as const, 'other' as const),
  })
  .map(({ setting: [type, namespace], source, arch, module, ...rest }) => ({
    type,
    namespace,
    purl: '',
    ...rest,
    ...source,
    ...arch,
    ...module,
  }));
const affected: fc.Arbitrary<Affected> = fc
  .record({
    ecosystem: fc.constantFrom(...ECOSYSTEMS),
    name,
    events: fc.constantFrom(
      [{ introduced: '0' }],
      [{ introduced: '0' }, { fixed: '1.1' }],
      [{ introduced: '1.1' }, { fixed: '2.0-1' }],
      [{ introduced: '0' }, { fixed: '0' }],
    ),
    assay: fc.constantFrom(
      {},
      { status: 'not-affected' as const },
      { status: 'deferred' as const },
      { arch: ['amd64'] },
      { module: 'a:1' },
    ),
  })
  .map(({ ecosystem, name: packageName, events, assay }) => ({
    package: { ecosystem, name: packageName },
    ranges: [{ type: 'ECOSYSTEM', events }],
    assay,
  }));
const advisories: fc.Arbitrary<Advisory[]> = fc
  .array(
    fc.record({
      affected: fc.array(affected, { maxLength: 3 }),
      aliases: fc.subarray(['CVE-2024-1111', 'CVE-2024-2222', 'GHSA-0', 'GHSA-1']),
    }),
    { maxLength: 8 },
  )
  .map((list) => list.map((entry, index) => ({ id: `GHSA-${index}`, modified: '2026-01-01T00:00:00Z', ...entry })));

/** What the server does: only packages whose keys hold a changed key are evaluated again. */
function inverted(packages: readonly PackageIdentity[], before: AdvisoryLookup, after: AdvisoryLookup) {
  const changed = (key: { namespace: string; name: string }) =>
    JSON.stringify(before.byPackage(key.namespace, key.name)) !== JSON.stringify(after.byPackage(key.namespace, key.name));
  return packages.map((item) => matchPackage(item, searchKeys(item).some(changed) ? after : before));
}

test('inverted evaluation gives what direct evaluation gives', () => {
  fc.assert(
    fc.property(fc.array(identity, { maxLength: 12 }), advisories, advisories, (packages, old, extra) => {
      const before = memoryLookup([...old, ...NAMESPACES]);
      const after = memoryLookup([...old, ...extra.map((entry) => ({ ...entry, id: `NEW-${entry.id}` })), ...NAMESPACES]);
      expect(inverted(packages, before, after)).toEqual(packages.map((item) => matchPackage(item, after)));
    }),
    { seed: 21, numRuns: 500 },
  );
});

/** A namespace that appears or vanishes changes the gaps of all its packages: the server treats that as its own event. */
const NAMESPACES: Advisory[] = [
  {
    id: 'CVE-2000-0001',
    modified: '2026-01-01T00:00:00Z',
    affected: ECOSYSTEMS.map((ecosystem) => ({ package: { ecosystem, name: 'nothing' } })),
  },
];

test('matchPackage reads the keys of searchKeys and no other', () => {
  fc.assert(
    fc.property(identity, advisories, (item, list) => {
      const inner = memoryLookup([...list, ...NAMESPACES]);
      const asked: unknown[] = [];
      const byPackage = (namespace: string, packageName: string) => {
        asked.push({ namespace, name: packageName });
        return inner.byPackage(namespace, packageName);
      };
      matchPackage(item, { ...inner, byPackage, document: refuse, enrichment: refuse });
      expect(asked).toEqual(searchKeys(item));
      // The stored columns that the server searches by.
      for (const key of searchKeys(item)) {
        expect(key.namespace).toBe(item.namespace);
        expect([item.name, item.sourceName]).toContain(key.name);
      }
    }),
    { seed: 22, numRuns: 500 },
  );
});
function refuse(): never {
  throw new Error('texts and enrichments decide no match');
}

test('the order of records, path, and anything outside the identity change nothing', () => {
  fc.assert(
    fc.property(identity, advisories, (item, list) => {
      const forward = matchPackage(item, memoryLookup(list));
      const backward = matchPackage(item, memoryLookup([...list].reverse()));
      expect(backward.matches).toEqual(forward.matches);
      expect(backward.withheld).toEqual(forward.withheld);
      expect(backward.gaps.map((gap) => gap.message).sort()).toEqual(forward.gaps.map((gap) => gap.message).sort());
    }),
    { seed: 23, numRuns: 1_000 },
  );
});

test('a vulnerability stands once: as a match, withheld, or as a statement', () => {
  fc.assert(
    fc.property(identity, advisories, (item, list) => {
      const { matches, withheld, statements } = matchPackage(item, memoryLookup(list));
      const ids = [...matches, ...withheld.map((entry) => entry.match), ...statements].map((entry) => entry.vulnerabilityId);
      expect(new Set(ids).size).toBe(ids.length);
      for (const match of matches) expect(match.status).not.toMatch(/not-affected|under-investigation/);
    }),
    { seed: 24, numRuns: 1_000 },
  );
});
