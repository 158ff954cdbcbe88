import type { Advisory, Affected } from '@assay/core/advisory.ts';
import { severityWordOf } from '@assay/core/severity.ts';
import { DROP, type Feed, type FeedFile, type Tally } from '../../feed.ts';
import { isCve } from '../../osv/reading.ts';
import { type CveFile, readCveFile } from './cve-file.ts';
import { releaseOrder, ubuntuRelease } from './releases.ts';
import { affectedBy, readStatus } from './statement.ts';

const ID = 'ubuntu';
const TERMS = { licence: 'NOASSERTION', redistributable: false };
const NO_DATE = '1970-01-01T00:00:00Z';

/**
 * Ubuntu, keyed by source package: the Ubuntu CVE tracker, one text file a CVE. ESM and the other paid streams keep their stream's name.
 * Fixed: `released (version)`. Not affected: `not-affected`. Unfixed: `needed`, `active`, `pending` → affected, `deferred` → deferred,
 * `needs-triage` → under-investigation. Ignored: what "was needed" (or pending) stays affected; the end of support → end-of-life;
 * any other → will-not-fix. `DNE` (not in the release) says nothing. CVEs in `ignored/` are no vulnerabilities to Ubuntu: dropped.
 */
export const ubuntu: Feed<Advisory> = {
  id: ID,
  version: 1,
  title: 'Ubuntu CVE Tracker',
  subject: 'vulnerability',
  namespaces: ['ubuntu:*'],
  urls: [
    {
      name: 'tracker',
      url: 'https://git.launchpad.net/ubuntu-cve-tracker/snapshot/ubuntu-cve-tracker-master.tar.gz',
      packing: 'tar.gz',
      strip: 1,
      maxBytes: 1024 * 2 ** 20,
      ...TERMS,
    },
  ],
  archives: [{ name: 'ubuntu-cve-tracker', ...TERMS }],
  wants: (path) => /^(?:active|retired|ignored)\/CVE-\d{4}-\d+$/.test(path),
  parse,
};

async function* parse(files: AsyncIterable<FeedFile>, tally: Tally): AsyncGenerator<Advisory> {
  for await (const file of files) {
    const cve = readCveFile(file.bytes.toString('utf8'));
    const id = (cve.fields.get('Candidate') ?? '').trim();
    if (!isCve(id)) tally.drop(DROP.unreadable);
    else if (file.path.startsWith('ignored/')) tally.drop('ignored by its publisher as no vulnerability');
    else if (/^\W*(?:REJECT|DO NOT USE)/.test(cve.fields.get('Description') ?? '')) tally.drop(DROP.withdrawn);
    else {
      const affected = readStatements(cve, tally);
      if (affected.length === 0) tally.drop(DROP.noStatement);
      else {
        tally.keep();
        tally.emitted += 1;
        yield advisoryOf(id, cve, affected);
      }
    }
  }
}

function readStatements(cve: CveFile, tally: Tally): readonly Affected[] {
  const newest = Math.max(-1, ...cve.statuses.map((line) => releaseOrder(line.release)));
  const priority = cve.fields.get('Priority') ?? '';
  const before = statusesBeforeTheEnd(cve);
  const affected: Affected[] = [];
  for (const line of cve.statuses) {
    if (line.release === 'upstream') continue;
    const release = ubuntuRelease(line.release, newest);
    const was = line.status === 'ignored' ? before.get(`${line.release}_${line.source}`) : undefined;
    const verdict = readStatus(line.status, was === undefined ? line.detail : `${line.detail}, was ${was}`);
    if (release === undefined) tally.trim('other product or unknown release');
    else if ('nothing' in verdict) tally.trim(verdict.nothing);
    else {
      const word = severityWordOf((cve.fields.get(`Priority_${line.source}`) ?? priority).split(/\s/)[0] ?? '');
      const extra = {
        ...(word === undefined ? {} : { severity: word }),
        ...(release.stream === undefined ? {} : { stream: release.stream }),
      };
      affected.push(affectedBy({ ecosystem: `Ubuntu:${release.version}`, name: line.source }, verdict, extra));
    }
  }
  return affected;
}

/** `trusty/esm_glpi: DNE (trusty was needed)` says what `trusty_glpi: ignored (reached end-of-life)` no longer does. */
function statusesBeforeTheEnd(cve: CveFile): ReadonlyMap<string, string> {
  const before = new Map<string, string>();
  for (const line of cve.statuses) {
    const match = line.status === 'DNE' ? /^([a-z]+) was ([a-z-]+)/.exec(line.detail) : null;
    if (match !== null) before.set(`${match[1]}_${line.source}`, match[2] ?? '');
  }
  return before;
}

function advisoryOf(id: string, cve: CveFile, affected: readonly Affected[]): Advisory {
  const published = isoDate(cve.fields.get('PublicDate') ?? '');
  const details = (cve.fields.get('Ubuntu-Description') ?? '').trim() || (cve.fields.get('Description') ?? '').trim();
  const vector = /CVSS:3\.[01]\/\S{1,120}/.exec(cve.fields.get('CVSS') ?? '')?.[0];
  return {
    id: `UBUNTU-${id}`,
    modified: published ?? NO_DATE,
    ...(published === undefined ? {} : { published }),
    aliases: [id],
    ...(details === '' ? {} : { details: details.slice(0, 8000) }),
    ...(vector === undefined ? {} : { severity: [{ type: 'CVSS_V3', score: vector, source: 'NVD' }] }),
    affected,
    references: [{ type: 'ADVISORY', url: `https://ubuntu.com/security/${id}` }],
    assay: { feed: ID },
  };
}

/** `2019-04-03 18:29:00 UTC` or `2019-04-03`. */
function isoDate(text: string): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?/.exec(text);
  return match === null ? undefined : `${match[1]}T${match[2] ?? '00:00:00'}Z`;
}
