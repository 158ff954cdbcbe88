import { expect, test } from 'vitest';
import type { Advisory, Affected } from './advisory.ts';
import { recordsOfAdvisory, unknownEcosystems, vulnerabilitiesOf } from './osv-records.ts';

function advisory(over: Partial<Advisory>): Advisory {
  return { id: 'GHSA-aaaa-bbbb-cccc', modified: '2026-01-01T00:00:00Z', affected: [], ...over };
}
function entry(ecosystem: string, name: string, over: Partial<Affected> = {}): Affected {
  return { package: { ecosystem, name }, ...over };
}

test.each<[string, Partial<Advisory>, string[]]>([
  ['one CVE alias', { aliases: ['CVE-2024-1234', 'GO-2024-1'] }, ['CVE-2024-1234']],
  ['two CVE aliases stay under the own id', { aliases: ['CVE-2024-1234', 'CVE-2024-1235'] }, ['GHSA-aaaa-bbbb-cccc']],
  ['no alias', {}, ['GHSA-aaaa-bbbb-cccc']],
  ['own id is the CVE', { id: 'CVE-2024-1234', aliases: ['GHSA-x'] }, ['CVE-2024-1234']],
  ['distribution spelling of a CVE', { id: 'UBUNTU-CVE-2024-1234' }, ['CVE-2024-1234']],
  ['bundle', { id: 'DSA-5000-1', upstream: ['CVE-2024-1234', 'CVE-2024-1235', 'CVE-2024-1234'] }, ['CVE-2024-1234', 'CVE-2024-1235']],
  ['bundle with wrapped ids', { id: 'USN-1-1', upstream: ['UBUNTU-CVE-2024-1234', 'CVE-2024-1234'] }, ['CVE-2024-1234']],
  ['upstream without CVE', { id: 'CGA-1', upstream: ['GHSA-x'] }, ['GHSA-x']],
  ['not a CVE id at all', { aliases: ['CVE-2024-1234-extra', 'see CVE-2024-1234'] }, ['GHSA-aaaa-bbbb-cccc']],
])('vulnerabilities: %s', (_name, over, expected) => {
  expect(vulnerabilitiesOf(advisory(over))).toEqual(expected);
});

test('one record per entry, keyed by namespace and normalised name', () => {
  const records = recordsOfAdvisory(
    advisory({
      aliases: ['CVE-2024-1234'],
      affected: [
        entry('PyPI', 'Zope.Interface', { ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '5' }] }] }),
        entry('npm', 'Left_Pad', { versions: ['1.0.0'] }),
        entry('Debian:12', 'openssl'),
        entry('Ubuntu:Pro:18.04:LTS', 'openssl'),
        entry('No Such Ecosystem', 'x'),
      ],
    }),
  );
  expect(records.map((r) => [r.namespace, r.name, r.status, r.stream])).toEqual([
    ['pypi', 'zope-interface', 'fixed', undefined],
    ['npm', 'Left_Pad', 'affected', undefined],
    ['debian:12', 'openssl', 'affected', undefined],
    ['ubuntu:18.04', 'openssl', 'affected', 'pro'],
  ]);
  expect(unknownEcosystems(advisory({ affected: [entry('npm', 'a'), entry('No Such Ecosystem', 'x')] }))).toEqual(['No Such Ecosystem']);
});

test('withdrawn gives none', () => {
  expect(recordsOfAdvisory(advisory({ withdrawn: '2026-01-01T00:00:00Z', affected: [entry('npm', 'a')] }))).toEqual([]);
});

test('"fixed in 0" is the statement not affected, unless other fixes stand beside it', () => {
  const status = (events: { fixed?: string; introduced?: string }[]) =>
    recordsOfAdvisory(advisory({ affected: [entry('Alpine:v3.20', 'a', { ranges: [{ type: 'ECOSYSTEM', events }] })] }))[0]?.status;
  expect(status([{ introduced: '0' }, { fixed: '0' }])).toBe('not-affected');
  expect(status([{ introduced: '0' }, { fixed: '0' }, { introduced: '1' }, { fixed: '2' }])).toBe('fixed');
  expect(status([{ introduced: '0' }])).toBe('affected');
});

test('a commit range does not count as a fix', () => {
  const [record] = recordsOfAdvisory(
    advisory({ affected: [entry('npm', 'a', { ranges: [{ type: 'GIT', events: [{ introduced: '0' }, { fixed: 'deadbeef' }] }] })] }),
  );
  expect(record?.status).toBe('affected');
});

test('severities: the entry before the advisory, words apart from vectors, malicious by id', () => {
  const [a, b] = recordsOfAdvisory(
    advisory({
      id: 'MAL-2024-1',
      severity: [
        { type: 'Ubuntu', score: 'negligible' },
        { type: 'CVSS_V3', score: 'CVSS:3.1/x' },
      ],
      affected: [
        entry('npm', 'a'),
        entry('npm', 'b', { severity: [{ type: 'CVSS_V4', score: 'CVSS:4.0/x' }], assay: { severity: 'high' } }),
      ],
    }),
  );
  expect(a).toMatchObject({ severity: 'none', cvss: [{ type: 'CVSS_V3' }], malicious: true });
  expect(b).toMatchObject({ severity: 'high', cvss: [{ type: 'CVSS_V4' }], malicious: true });
});
