import { join } from 'node:path';
import type { Advisory, OsvEvent } from '@assay/core/advisory.ts';
import { evaluateAffected } from '@assay/core/osv.ts';
import { recordsOfAdvisory } from '@assay/core/osv-records.ts';
import { missingDataReason, testDataFolder } from '@assay/testkit/test-data.ts';
import { expect, test } from 'vitest';
import { DROP, type Feed, type FeedCounts } from '../feed.ts';
import { parseArchive } from '../testing/feed-files.ts';
import { almalinux } from './almalinux/feed.ts';
import { bitnami } from './bitnami/feed.ts';
import { golang } from './golang/feed.ts';
import { ossfMalicious } from './ossf-malicious/feed.ts';
import { osv } from './osv/feed.ts';
import { pypa } from './pypa/feed.ts';
import { rustsec } from './rustsec/feed.ts';

function archiveFile(name: string): string {
  return join(testDataFolder(), `${name}.tar.gz`);
}

/** How each feed treats fixed, unfixed, not affected and ignored, each shown on a record of its publisher. */

interface Row {
  readonly what: string;
  readonly feed: Feed<Advisory>;
  readonly archive: string;
  readonly path: string;
  /** Package → how each of its ranges ends. Or the reason why the record is dropped. */
  readonly expected: Readonly<Record<string, unknown>> | string;
}

const ROWS: readonly Row[] = [
  row('fixed', pypa, 'pypa-advisory-db', 'vulns/lxml/PYSEC-2014-9.yaml', { lxml: ['0 fixed 3.3.5'] }),
  row('unfixed', pypa, 'pypa-advisory-db', 'vulns/cipherbcrypt/PYSEC-2024-55.yaml', { cipherbcrypt: ['0'] }),
  row('unfixed and fixed by major version', golang, 'golang-vulndb', 'osv/GO-2024-3228.json', {
    'github.com/coder/coder': ['0'],
    'github.com/coder/coder/v2': ['2.3.1 fixed 2.14.4 2.15.0 fixed 2.15.3 2.16.0 fixed 2.16.1'],
  }),
  row('withdrawn', golang, 'golang-vulndb', 'osv/GO-2022-0617.json', DROP.withdrawn),
  row('fixed in several lines', rustsec, 'rustsec-osv', 'crates/RUSTSEC-2023-0090.json', {
    wasmtime: ['0.0.0-0 fixed 4.0.1 5.0.0 fixed 5.0.1 6.0.0 fixed 6.0.1'],
  }),
  row('unfixed', rustsec, 'rustsec-osv', 'crates/RUSTSEC-2025-0156.json', { 'tree-sitter-pkl': ['0.0.0-0'] }),
  row('withdrawn', rustsec, 'rustsec-osv', 'crates/RUSTSEC-2020-0053.json', DROP.withdrawn),
  row('informational', rustsec, 'rustsec-osv', 'crates/RUSTSEC-2020-0016.json', DROP.informational),
  row('fixed', almalinux, 'almalinux-osv', 'advisories/almalinux8/ALSA-2021:2363.json', {
    gupnp: ['0 fixed 1.0.6-2.el8_4'],
    'gupnp-devel': ['0 fixed 1.0.6-2.el8_4'],
  }),
  row('erratum without a CVE', almalinux, 'almalinux-osv', 'advisories/almalinux8/ALBA-2019:0973.json', DROP.noVulnerability),
  row('fixed', bitnami, 'bitnami-vulndb', 'data/minio/BIT-minio-2023-27589.json', { minio: ['2020.12.23 fixed 2023.03.13'] }),
  row('unfixed', bitnami, 'bitnami-vulndb', 'data/activemq/BIT-activemq-2020-11998.json', { activemq: ['5.15.12 last_affected 5.15.12'] }),
  row('withdrawn', ossfMalicious, 'ossf-malicious', 'osv/withdrawn/pypi/lodestone/MAL-2023-8651.json', DROP.withdrawn),
  row('withdrawn', osv, 'osv-harvest', 'Maven/GHSA-57m8-f3v5-hm5m.json', DROP.withdrawn),
  row('last known affected version instead of a fix', osv, 'osv-harvest', 'Maven/GHSA-3832-9276-x7gf.json', {
    'commons-httpclient:commons-httpclient': ['3.0 limit 4.0'],
  }),
  row('unfixed', ossfMalicious, 'ossf-malicious', 'osv/malicious/npm/@dbtw/mfe-gateway/MAL-2025-4538.json', {
    '@dbtw/mfe-gateway': ['99.9.0'],
  }),
  row('namespace of another feed', osv, 'osv-harvest', 'PyPI/GHSA-296w-6qhq-gf92.json', DROP.foreign),
];

function row(what: string, feed: Feed<Advisory>, archive: string, ...[path, expected]: [string, Row['expected']]): Row {
  return { what, feed, archive, path, expected };
}

function eventWords(event: OsvEvent): string {
  return Object.entries(event)
    .map(([key, version]) => (key === 'introduced' ? version : `${key} ${version}`))
    .join(' ');
}

function summary(items: readonly Advisory[], counts: FeedCounts): unknown {
  if (items.length === 0) return Object.keys(counts.dropped).join();
  const ranges: Record<string, string[]> = {};
  for (const { package: pkg, ranges: list } of items[0]?.affected ?? []) {
    const words = (list ?? []).map((range) => range.events.map(eventWords).join(' '));
    ranges[pkg.name] = [...(ranges[pkg.name] ?? []), ...words];
  }
  return ranges;
}

test.each(ROWS)('$feed.id: $what ($path)', async ({ feed, archive, path, expected }) => {
  const parsed = await parseArchive(feed, archiveFile(archive), [path]);
  if (parsed === null) return console.log(missingDataReason(archive));
  expect(parsed.counts.read).toBe(1);
  expect(summary(parsed.items, parsed.counts)).toEqual(expected);
});

test('not affected: a version outside the ranges of a kept record', async () => {
  const parsed = await parseArchive(pypa, archiveFile('pypa-advisory-db'), ['vulns/lxml/PYSEC-2014-9.yaml']);
  if (parsed === null) return console.log(missingDataReason('pypa-advisory-db'));
  const [record] = parsed.items.flatMap(recordsOfAdvisory);
  expect(['3.3.4', '3.3.5', '4.0'].map((version) => evaluateAffected(record ?? {}, version, 'pep440'))).toMatchObject([
    { affected: true, fixedIn: '3.3.5' },
    { affected: false },
    { affected: false },
  ]);
});

test('an erratum of a module names the module, its severity and its CVEs', async () => {
  const parsed = await parseArchive(almalinux, archiveFile('almalinux-osv'), ['advisories/almalinux8/ALSA-2022:5468.json']);
  if (parsed === null) return console.log(missingDataReason('almalinux-osv'));
  expect(parsed.items[0]).toMatchObject({ upstream: ['CVE-2022-31626'], affected: expect.any(Array) });
  expect(new Set(parsed.items[0]?.affected.map((entry) => `${entry.assay?.module} ${entry.assay?.severity}`))).toEqual(
    new Set(['php:8.0 high']),
  );
});
