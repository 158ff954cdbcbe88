import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@assay/core/context.ts';
import { namespaceOfEcosystem } from '@assay/core/namespace.ts';
import { testDataFolder } from '@assay/testkit/test-data.ts';
import { expect, test } from 'vitest';
import { enrichments } from './enrichments.ts';
import { coversNamespace, type Feed } from './feed.ts';
import { feeds } from './feeds.ts';
import { runFeeds } from './run.ts';

/**
 * Records by archive as the README of the stored data counts them. EPSS: 1,829 rows of the table and the 61 data rows of the three CSV
 * files (that README says 58: the line breaks of two of them).
 * Metasploit's index is not among the stored data.
 */
const READ: Readonly<Record<string, number>> = {
  almalinux: 5680,
  'alpine-secdb': 1652,
  bitnami: 7444,
  debian: 5487 + 5406 + 3534,
  golang: 4291,
  'ossf-malicious': 33_076,
  osv: 942,
  pypa: 2661,
  rustsec: 1206,
  ubuntu: 33_117,
  'cisa-kev': 1404,
  cve: 44_130,
  epss: 1829 + 61,
  'exploit-db': 24_294,
};

const folder = testDataFolder();
const missing = !existsSync(folder);
if (missing) console.log(`skipped: the stored data is not in ${folder} (set ASSAY_TEST_DATA)`);

test.skipIf(missing)('every record of the stored data is read, and kept or dropped for a reason', { timeout: 180_000 }, async () => {
  const cacheDir = mkdtempSync(join(tmpdir(), 'assay-counts-'));
  const all: readonly Feed[] = [...feeds, ...enrichments];
  try {
    const run = await runFeeds({ feeds: all, from: folder, cacheDir }, { now: () => Date.UTC(2026, 10, 21), log: silentLogger });
    expect(run.reports.map((report) => [report.feed.id, report.status, report.state?.counts.read])).toEqual(
      all.map((feed) => [feed.id, READ[feed.id] === undefined ? 'absent' : 'imported', READ[feed.id]]),
    );
    for (const { state } of run.reports) {
      const dropped = Object.values(state?.counts.dropped ?? {}).reduce((sum, count) => sum + count, 0);
      expect((state?.counts.kept ?? 0) + dropped).toBe(state?.counts.read ?? 0);
    }
    const owner = new Map(feeds.map((feed) => [feed.id, feed]));
    const strays = new Set<string>();
    for await (const { id, affected, assay } of run.advisories()) {
      const feed = owner.get(assay?.feed ?? '');
      for (const { package: pkg } of affected)
        if (!coversNamespace(feed?.namespaces ?? [], namespaceOfEcosystem(pkg.ecosystem) ?? '')) strays.add(`${id} ${pkg.ecosystem}`);
    }
    expect([...strays]).toEqual([]);
  } finally {
    rmSync(cacheDir, { recursive: true, force: true });
  }
});
