import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Advisory, OsvEvent } from '@assay/core/advisory.ts';
import type { PackageIdentity } from '@assay/core/package.ts';
import { memoryLookup } from '@assay/testkit/memory-lookup.ts';
import { missingDataReason, unpackTestData } from '@assay/testkit/test-data.ts';
import { expect, test } from 'vitest';
import { matchInventory, matchPackage } from './match.ts';

const folder = unpackTestData('debian12-derived');
const reason = folder === null ? ` (${missingDataReason('debian12-derived')})` : '';

type Tracker = Record<string, Record<string, { releases: { bookworm: { fixed_version: string } } }>>;

/** CVE → fix of 195 real Debian sources, as one advisory each. */
function debianAdvisories(): { readonly source: string; readonly cve: string; readonly fixed: string; readonly advisory: Advisory }[] {
  const tracker = JSON.parse(readFileSync(join(folder as string, 'tracker-bookworm-derived.json'), 'utf8')) as Tracker;
  return Object.entries(tracker).flatMap(([source, cves]) =>
    Object.entries(cves).map(([cve, { releases }]) => {
      const fixed = releases.bookworm.fixed_version;
      const events: OsvEvent[] = [{ introduced: '0' }, { fixed }];
      const affected = [{ package: { ecosystem: 'Debian:12', name: source }, ranges: [{ type: 'ECOSYSTEM' as const, events }] }];
      return { source, cve, fixed, advisory: { id: `DEBIAN-${cve}`, modified: '2026-11-20T00:00:00Z', affected } };
    }),
  );
}
function binaryOf(sourceName: string, sourceVersion: string): PackageIdentity {
  return {
    type: 'deb',
    namespace: 'debian:12',
    name: `bin-of-${sourceName}`,
    version: '1',
    sourceName,
    sourceVersion,
    owner: 'none',
    purl: '',
  };
}

test.skipIf(folder === null)(`upgrading to the fix removes exactly that vulnerability, a hair below keeps it${reason}`, () => {
  const rows = debianAdvisories();
  expect(rows.length).toBeGreaterThan(5_000);
  const wrong = rows.filter(({ source, cve, fixed, advisory }) => {
    const lookup = memoryLookup([advisory]);
    const has = (version: string) => matchPackage(binaryOf(source, version), lookup).matches.some((match) => match.vulnerabilityId === cve);
    return !has(`${fixed}~`) || has(fixed) || has(`${fixed}+b1`);
  });
  expect(wrong).toEqual([]);
});

test.skipIf(folder === null)(`every real fix is a version that can be compared: no gaps${reason}`, () => {
  const rows = debianAdvisories();
  const packages = [...new Set(rows.map((row) => row.source))].map((source) => ({ identity: binaryOf(source, '0~'), evidence: [] }));
  const result = matchInventory({ packages }, memoryLookup(rows.map((row) => row.advisory)));
  expect(result.gaps).toEqual([]);
  expect(result.packages.flatMap((item) => item.matches)).toHaveLength(rows.length);
  expect(
    result.packages.every((item) => item.matches.every((match) => match.fixedIn !== null && match.reason.searchedBy.via === 'source')),
  ).toBe(true);
});
