import type { Advisory, Affected } from '@assay/core/advisory.ts';
import { archiveError } from '../../archive/limits.ts';
import { DROP, type Feed, type FeedFile, type Tally, type UrlInput } from '../../feed.ts';
import { asList, asObject, asText, isCve, readDocument } from '../../osv/reading.ts';

const ID = 'alpine-secdb';
const TERMS = { licence: 'NOASSERTION', redistributable: false };
const OLDEST_MINOR = 10;
const NEWEST_MINOR = 23;
const BRANCHES = [...Array.from({ length: NEWEST_MINOR - OLDEST_MINOR + 1 }, (_, i) => `v3.${OLDEST_MINOR + i}`), 'edge'];
/** secdb carries no dates. */
const NO_DATE = '1970-01-01T00:00:00Z';

/**
 * Alpine Linux: the secfixes of each branch and repository, YAML or JSON, keyed by source package (origin). One record = one package entry.
 * Fixed: the version that names the id. Not affected: ids under version `0`. Unfixed and ignored: Alpine does not publish them here.
 * An entry that lists several names of ids in one string is taken apart.
 */
export const alpineSecdb: Feed<Advisory> = {
  id: ID,
  version: 1,
  title: 'Alpine Linux security database',
  subject: 'vulnerability',
  namespaces: ['alpine:*'],
  urls: BRANCHES.flatMap((branch) =>
    ['main', 'community'].map(
      (repository): UrlInput => ({
        name: `${branch}/${repository}`,
        url: `https://secdb.alpinelinux.org/${branch}/${repository}.json`,
        packing: 'plain',
        path: `${branch}/${repository}.json`,
        maxBytes: 32 * 2 ** 20,
        ...TERMS,
      }),
    ),
  ),
  archives: [{ name: 'alpine-secdb', ...TERMS }],
  wants: (path) => /^(?:v\d+\.\d+|edge)\/[a-z]+\.(?:yaml|json)$/.test(path),
  parse,
};

async function* parse(files: AsyncIterable<FeedFile>, tally: Tally): AsyncGenerator<Advisory> {
  const byId = new Map<string, Affected[]>();
  for await (const file of files) {
    const document = readDocument(file.bytes, file.path);
    const branch = asText(document?.['distroversion']) ?? file.path.split('/')[0] ?? '';
    const release = /^v?(\d{1,3}\.\d{1,3}|edge)$/.exec(branch)?.[1];
    // One file is a whole branch: losing it silently would empty a namespace.
    if (document === undefined || release === undefined)
      throw archiveError(`${file.path} is not an Alpine security database; download it again.`);
    const ecosystem = release === 'edge' ? 'Alpine:edge' : `Alpine:v${release}`;
    for (const item of asList(document['packages'])) readPackage(item, { ecosystem, byId, tally });
  }
  for (const [id, affected] of byId) {
    tally.emitted += 1;
    yield {
      id: `ALPINE-${id}`,
      modified: NO_DATE,
      aliases: [id],
      affected,
      references: isCve(id) ? [{ type: 'ADVISORY', url: `https://security.alpinelinux.org/vuln/${id}` }] : [],
      assay: { feed: ID },
    };
  }
}

function readPackage(
  item: unknown,
  into: { readonly ecosystem: string; readonly byId: Map<string, Affected[]>; readonly tally: Tally },
): void {
  const pkg = asObject(asObject(item)?.['pkg']);
  const name = asText(pkg?.['name']);
  const fixes = asObject(pkg?.['secfixes']);
  if (name === undefined || fixes === undefined) {
    into.tally.drop(DROP.unreadable);
    return;
  }
  let statements = 0;
  for (const [version, names] of Object.entries(fixes)) {
    const ids = new Set(asList(names).flatMap((text) => secfixIds(asText(text) ?? '')));
    if (ids.size === 0) into.tally.trim(DROP.noVulnerability);
    for (const id of ids) {
      statements += 1;
      const entries = into.byId.get(id) ?? [];
      entries.push(statement(into.ecosystem, name, version.trim()));
      into.byId.set(id, entries);
    }
  }
  if (statements === 0) into.tally.drop(DROP.noVulnerability);
  else into.tally.keep();
}

function statement(ecosystem: string, name: string, version: string): Affected {
  return {
    package: { ecosystem, name },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: version }] }],
    assay: { status: version === '0' ? 'not-affected' : 'fixed' },
  };
}

/** The ids in one secfix entry: `CVE-2019-1 CVE-2019-2`, `CVE-2018-1 (+ regression fix)`, `CVE_2019_2426`, `XSA-36`, `GHSA-…`. */
export function secfixIds(text: string): readonly string[] {
  const ids: string[] = [];
  for (const word of text.slice(0, 2000).split(/[\s,;()/]+/)) {
    const cve = /^(?:CVE|CAN)[-_](\d{4})[-_](\d{4,10})$/i.exec(word);
    if (cve !== null) ids.push(`CVE-${cve[1]}-${cve[2]}`);
    else if (/^(?:XSA|GHSA|GO|RUSTSEC|ALPINE|ZBX|TS|GNUTLS-SA|VSV|MOZ|DLA|DSA)-[0-9A-Za-z.-]{1,40}$/.test(word)) ids.push(word);
  }
  return ids;
}
