import type { Inventory } from '@assay/core/inventory.ts';
import type { PackageIdentity } from '@assay/core/package.ts';
import { expect, test } from 'vitest';
import { resolveDistro } from './read-sbom.ts';
import { staleness } from './staleness.ts';
import { unanswered } from './unanswered.ts';

function inventory(...namespaces: readonly [PackageIdentity['type'], string][]): Pick<Inventory, 'packages'> {
  const packages = namespaces.map(([type, namespace], i) => ({
    identity: { type, namespace, name: `p${i}`, version: '1', owner: 'none' as const, purl: `pkg:generic/p${i}` },
    evidence: [],
  }));
  return { packages };
}

const knows = (...known: readonly string[]) => ({ hasNamespace: (namespace: string) => known.includes(namespace) });

test('a silent operating system voids the answer, a silent language beside a known one does not, nothing known does', () => {
  expect(unanswered(inventory(['deb', 'debian:12'], ['deb', 'debian:12'], ['npm', 'npm']), knows('npm'))).toEqual([
    {
      code: 'no-advisories-for-namespace',
      message: 'No advisories are known for debian:12: its 2 packages were not checked.',
      fatal: true,
    },
  ]);
  expect(unanswered(inventory(['hex', 'hex'], ['npm', 'npm']), knows('npm'))[0]).not.toHaveProperty('fatal');
  expect(unanswered(inventory(['hex', 'hex']), knows('npm'))[0]).toHaveProperty('fatal', true);
  expect(unanswered(inventory(), knows())).toEqual([]);
});

test('age is told by the build, and by the source that answers when the build is young', () => {
  const now = Date.parse('2026-06-01T00:00:00Z');
  const source = (id: string, date: string, namespaces: readonly string[]) => ({ id, date, namespaces, licence: 'MIT', read: 1, kept: 1 });
  const sources = [
    source('debian', '2023-01-01', ['debian:*']),
    source('npm', '2026-05-01', ['npm']),
    source('old-npm', '2020-01-01', ['npm']),
  ];
  const told = (builtAt: string, of: Pick<Inventory, 'packages'>) =>
    staleness(of, { builtAt, sources, namespaces: { npm: 1, 'debian:12': 1, 'debian:11': 1 } }, now).map((gap) => gap.message);
  expect(told('2026-05-31', inventory(['npm', 'npm']))).toEqual([]);
  expect(told('2026-05-31', inventory(['npm', 'npm'], ['deb', 'debian:12'], ['deb', 'debian:11'], ['deb', 'debian:13']))[0]).toMatch(
    /for debian:11, debian:12 \(debian\) are dated 2023-01-01/,
  );
  expect(told('2026-05-01', inventory(['npm', 'npm']))[0]).toMatch(/31 days old/);
  expect(told('not a date', inventory())[0]).toMatch(/unknown age/);
});

test.each([
  [{ id: 'debian', version: '12' }, 'debian:12'],
  [{ id: 'ubuntu', version: 'jammy', codename: 'jammy' }, 'ubuntu:22.04'],
  [{ id: 'ubuntu', version: '22.10' }, 'ubuntu:22.10'],
  [{ id: 'alpine', version: '3.16.2' }, 'alpine:3.16'],
  [{ id: 'redhat', version: '8.4' }, 'redhat:8'],
  [{ id: 'rhel', version: '9.2' }, 'redhat:9'],
  [{ id: 'debian', version: 'bookworm', codename: 'bookworm' }, 'debian:12'],
  [{ id: 'sles', version: '15.4' }, 'suse:Linux Enterprise Server 15 SP4'],
  [{ id: 'wolfi', version: '' }, 'wolfi'],
  [{ id: 'nothing', version: '1' }, undefined],
])('an SBOM that says %j means %s', (words, namespace) => {
  expect(resolveDistro(words).namespace).toBe(namespace);
});
