import type { Advisory } from '@assay/core/advisory.ts';
import type { Feed, FeedFile, Tally, Terms } from '../../feed.ts';
import { listAdvisories } from './lists.ts';
import { TrackerTable } from './tracker.ts';

const ID = 'debian';
const TRACKER_PATH = 'tracker.json';
const TRACKER: Terms = { licence: 'NOASSERTION', redistributable: false };

/**
 * Debian, keyed by source package: the security tracker's table for the releases it lists, the DSA and DLA lists for older ones.
 * Records: (package, CVE) pairs of the table, advisories of the lists.
 * Fixed: `resolved` with a version. Not affected: `resolved` at `0`, `<not-affected>`. Unfixed: `open`, `<unfixed>`.
 * Ignored: `nodsa_reason` ignored → will-not-fix, postponed → deferred; urgency end-of-life → end-of-life; undetermined →
 * under-investigation; urgency unimportant keeps its status and gets severity `none`. A repeat advisory (DSA-1-2) without a CVE list
 * inherits that of the one it repeats and speaks only for packages that one did not fix. Updates without a CVE that only keep a package
 * going (a new time zone database, a regression) are dropped.
 */
export const debian: Feed<Advisory> = {
  id: ID,
  version: 2,
  title: 'Debian Security Tracker',
  subject: 'vulnerability',
  namespaces: ['debian:*'],
  urls: [
    {
      name: 'tracker',
      url: 'https://security-tracker.debian.org/tracker/data/json',
      packing: 'plain',
      path: TRACKER_PATH,
      maxBytes: 256 * 2 ** 20,
      ...TRACKER,
    },
    ...(['DSA', 'DLA'] as const).map((list) => ({
      name: list,
      url: `https://salsa.debian.org/security-tracker-team/security-tracker/-/raw/master/data/${list}/list`,
      packing: 'plain' as const,
      path: `data/${list}/list`,
      maxBytes: 32 * 2 ** 20,
      ...TRACKER,
    })),
  ],
  archives: [
    // Facts read from the packages' own changelogs: a CVE id and a version are nobody's property.
    { name: 'debian12-derived', licence: 'LicenseRef-facts-from-Debian-changelogs', redistributable: true },
    { name: 'debian-security-tracker', ...TRACKER },
  ],
  wants: (path) => isTable(path) || path === 'data/DSA/list' || path === 'data/DLA/list',
  parse,
};

function isTable(path: string): boolean {
  return path === TRACKER_PATH || path === 'tracker-bookworm-derived.json';
}

async function* parse(files: AsyncIterable<FeedFile>, tally: Tally): AsyncGenerator<Advisory> {
  const table = new TrackerTable();
  const lists: FeedFile[] = [];
  // The table decides which releases the lists may speak of, so the lists wait.
  for await (const file of files) {
    if (isTable(file.path)) table.add(file.bytes, tally);
    else lists.push(file);
  }
  yield* table.advisories(ID, tally);
  for (const list of lists) yield* listAdvisories(list.bytes.toString('utf8'), { feed: ID, answered: table.releases }, tally);
}
