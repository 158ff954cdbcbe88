import type { Advisory, AdvisoryStatus, Affected } from '@assay/core/advisory.ts';
import { archiveError } from '../../archive/limits.ts';
import { DROP, type Tally } from '../../feed.ts';
import { isCve } from '../../osv/reading.ts';
import { debianEcosystem } from './releases.ts';

interface ListEntry {
  readonly id: string;
  readonly date: string;
  readonly title: string;
  readonly cves: string[];
  readonly packages: { readonly codename: string; readonly source: string; readonly version: string }[];
}

/**
 * DSA/list and DLA/list: a header line, `{CVE …}`, then `[release] - source version-or-marker`, newest first.
 * One record = one advisory. Releases that the tracker's table answers for are left to it.
 */
export function* listAdvisories(
  text: string,
  known: { readonly feed: string; readonly answered: ReadonlySet<string> },
  tally: Tally,
): Generator<Advisory> {
  const entries = readEntries(text);
  if (entries.length === 0) throw archiveError('The advisory list is not one; download it again.');
  const first = new Map(
    entries.filter((entry) => entry.cves.length > 0).map((entry) => [`${family(entry.id)}-${increment(entry.id)}`, entry]),
  );
  for (const entry of entries) {
    const origin = entry.cves.length > 0 ? undefined : earlier(entry, first);
    if (entry.cves.length === 0 && origin === undefined && isUpkeep(entry.title)) {
      tally.drop(DROP.noVulnerability);
      continue;
    }
    const affected = statements(entry, { origin, answered: known.answered, tally });
    if (affected.length === 0) {
      tally.drop(reasonEmpty(entry, origin));
      continue;
    }
    tally.keep();
    tally.emitted += 1;
    const upstream = [...new Set(entry.cves.length > 0 ? entry.cves : (origin?.cves ?? []))];
    yield {
      id: entry.id,
      modified: entry.date,
      published: entry.date,
      ...(upstream.length === 0 ? {} : { upstream }),
      ...(origin === undefined ? {} : { related: [origin.id] }),
      summary: entry.title,
      affected,
      references: [{ type: 'ADVISORY', url: `https://security-tracker.debian.org/tracker/${entry.id}` }],
      assay: { feed: known.feed },
    };
  }
}

const UPKEEP =
  /^(?:new (?:upstream version|timezone database|package)|(?:bugfix |database |(?:\S+ )?regression )?update|regression|version number correction|crash fix)$/i;

/** Titles (`tzdata - new timezone database`) of updates without a CVE that mend no vulnerability. */
function isUpkeep(title: string): boolean {
  const dash = title.lastIndexOf(' - ');
  return UPKEEP.test(title.slice(dash < 0 ? 0 : dash + 3).trim());
}

function reasonEmpty(entry: ListEntry, origin: ListEntry | undefined): string {
  if (entry.packages.length === 0) return DROP.noStatement;
  return origin === undefined ? 'releases that the tracker table answers for' : 'update of an earlier advisory that already fixes its CVEs';
}

/** The newest earlier increment that lists CVEs: DSA-1234-3 without a list speaks of those of DSA-1234-2 or -1. */
function earlier(entry: ListEntry, first: ReadonlyMap<string, ListEntry>): ListEntry | undefined {
  for (let step = Math.min(increment(entry.id), 50) - 1; step >= 1; step--) {
    const found = first.get(`${family(entry.id)}-${step}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface StatementContext {
  readonly origin: ListEntry | undefined;
  readonly answered: ReadonlySet<string>;
  readonly tally: Tally;
}

function statements(entry: ListEntry, { origin, answered, tally }: StatementContext): Affected[] {
  const affected: Affected[] = [];
  for (const { codename, source, version } of entry.packages) {
    const ecosystem = debianEcosystem(codename);
    if (ecosystem === undefined) tally.trim('unknown release');
    else if (answered.has(ecosystem)) tally.trim('releases that the tracker table answers for');
    // A regression update repairs a package whose CVEs the first one fixed: the lower version stays the fix.
    else if (origin?.packages.some((before) => before.codename === codename && before.source === source) === true)
      tally.trim('package that the earlier advisory already fixes');
    else affected.push(statement({ ecosystem, name: source }, version));
  }
  return affected;
}

const MARKERS: ReadonlyMap<string, AdvisoryStatus> = new Map([
  ['<not-affected>', 'not-affected'],
  ['<end-of-life>', 'end-of-life'],
  ['<unfixed>', 'affected'],
  ['<no-dsa>', 'affected'],
  ['<ignored>', 'will-not-fix'],
  ['<postponed>', 'deferred'],
  ['<undetermined>', 'under-investigation'],
]);

function statement(pkg: Affected['package'], version: string): Affected {
  const status = MARKERS.get(version) ?? (version.startsWith('<') ? 'under-investigation' : 'fixed');
  const end = status === 'fixed' ? version : status === 'not-affected' ? '0' : undefined;
  const events = end === undefined ? [{ introduced: '0' }] : [{ introduced: '0' }, { fixed: end }];
  return { package: pkg, ranges: [{ type: 'ECOSYSTEM', events }], assay: { status } };
}

function readEntries(text: string): readonly ListEntry[] {
  const entries: ListEntry[] = [];
  for (const line of text.split('\n')) {
    const header = /^\[(\d{1,2} [A-Z][a-z]{2} \d{4})\] (D[A-Z]{1,3}-\d{1,6}(?:-\d{1,3})?)\s(.*)$/.exec(line);
    if (header !== null) {
      entries.push({ id: header[2]!, date: isoDate(header[1]!), title: header[3]!.trim(), cves: [], packages: [] });
      continue;
    }
    const entry = entries.at(-1);
    if (entry === undefined) continue;
    const body = line.trim();
    if (body.startsWith('{')) entry.cves.push(...body.replace(/[{}]/g, ' ').split(/\s+/).filter(isCve));
    const pkg = /^\[([a-z]{1,30})\] - (\S{1,200}) (\S{1,200})/.exec(body);
    if (pkg !== null) entry.packages.push({ codename: pkg[1]!, source: pkg[2]!, version: pkg[3]! });
  }
  return entries;
}

function family(id: string): string {
  return id.split('-').slice(0, 2).join('-');
}
function increment(id: string): number {
  return Number(id.split('-')[2] ?? 1);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
function isoDate(text: string): string {
  const [day = '', month = '', year = ''] = text.split(' ');
  return `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${day.padStart(2, '0')}T00:00:00Z`;
}
