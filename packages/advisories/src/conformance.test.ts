import { AssayError } from '@assay/core/errors.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { enrichments } from './enrichments.ts';
import { type Feed, type FeedFile, Tally } from './feed.ts';
import { feeds } from './feeds.ts';

/** A path that each feed selects, so that hostile bytes reach its parser. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  almalinux: ['advisories/almalinux9/ALSA-1.json'],
  'alpine-secdb': ['v3.20/main.json', 'v3.11/main.yaml'],
  bitnami: ['data/x/BIT-1.json'],
  debian: ['tracker.json', 'data/DSA/list'],
  golang: ['ID/GO-2024-1.json'],
  'ossf-malicious': ['osv/malicious/npm/x/MAL-1.json'],
  osv: ['GHSA-1.json'],
  pypa: ['vulns/x/PYSEC-1.yaml'],
  rustsec: ['crates/RUSTSEC-1.json'],
  ubuntu: ['active/CVE-2024-1111'],
  'cisa-kev': ['known_exploited_vulnerabilities.json'],
  cve: ['2024/1xxx/CVE-2024-1111.json'],
  epss: ['a.csv', 'b.tsv'],
  'exploit-db': ['files_exploits.csv', 'cveToEdbid.json'],
  metasploit: ['modules_metadata_base.json'],
};

const all: readonly Feed[] = [...feeds, ...enrichments];

async function outcome(feed: Feed, files: readonly FeedFile[]): Promise<'error' | number> {
  const tally = new Tally();
  async function* given() {
    yield* files;
  }
  let emitted = 0;
  try {
    for await (const item of feed.parse(given(), tally)) {
      emitted += 1;
      JSON.stringify(item);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(AssayError);
    return 'error';
  }
  const counts = tally.counts();
  const dropped = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
  expect({ read: counts.kept + dropped, emitted }).toEqual({ read: counts.read, emitted: counts.emitted });
  return counts.read;
}

const json = fc.json({ maxDepth: 5 });
const lines = fc
  .array(
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        '[01 Jan 2020] DSA-1-1 x',
        '\t{CVE-2020-1111}',
        '\t[buster] - x <unfixed>',
        'cve,epss',
        'id,codes,date_published',
        '1,"CVE-2020-1111;""x",2020-01-01',
        'CVE-2020-1111,1,1',
        'packages:',
        '- a: &a',
        '[[[[[[[[',
        '"',
      ),
    ),
  )
  .map((l) => l.join('\n'));
const hostile = fc.oneof(
  json,
  lines,
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);

test.each(all.map((feed) => [feed.id, feed] as const))(
  '%s: hostile bytes are a counted drop or a clear error, never an exception',
  async (id, feed) => {
    for (const path of PATHS[id] ?? []) expect(feed.wants(path)).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...(PATHS[id] ?? [])), hostile, async (path, text) => {
        await outcome(feed, [{ input: 'x', path, bytes: Buffer.from(text) }]);
      }),
      { seed: 17, numRuns: 150 },
    );
  },
);

test.each(all.map((feed) => [feed.id, feed] as const))('%s: deep nesting and endless lines end soon', async (id, feed) => {
  const bombs = [
    '['.repeat(200_000),
    '{"a":'.repeat(100_000),
    `x${' '.repeat(500_000)}`,
    `${'a_b: released ('.repeat(30_000)}`,
    'CVE-'.repeat(100_000),
  ];
  for (const path of PATHS[id] ?? []) for (const text of bombs) await outcome(feed, [{ input: 'x', path, bytes: Buffer.from(text) }]);
});
