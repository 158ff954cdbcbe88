import { isDeepStrictEqual } from 'node:util';
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
 * An entry that holds several names in one string is taken apart.
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

interface Gathered {
  readonly affected: Affected[];
  readonly aliases: Set<string>;
}

async function* parse(files: AsyncIterable<FeedFile>, tally: Tally): AsyncGenerator<Advisory> {
  const byId = new Map<string, Gathered>();
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
  for (const [id, { affected, aliases }] of byId) {
    tally.emitted += 1;
    yield {
      id: `ALPINE-${id}`,
      modified: NO_DATE,
      aliases: [id, ...aliases],
      affected,
      references: isCve(id) ? [{ type: 'ADVISORY', url: `https://security.alpinelinux.org/vuln/${id}` }] : [],
      assay: { feed: ID },
    };
  }
}

function readPackage(
  item: unknown,
  into: { readonly ecosystem: string; readonly byId: Map<string, Gathered>; readonly tally: Tally },
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
    const named = asList(names).flatMap((text) => secfixNames(asText(text) ?? ''));
    if (named.length === 0) into.tally.trim(DROP.noVulnerability);
    const entry = statement(into.ecosystem, name, version.trim());
    for (const { id, aliases } of named) {
      statements += 1;
      const gathered = into.byId.get(id) ?? { affected: [], aliases: new Set() };
      for (const alias of aliases) gathered.aliases.add(alias);
      if (!gathered.affected.some((other) => isDeepStrictEqual(other, entry))) gathered.affected.push(entry);
      into.byId.set(id, gathered);
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

/**
 * The vulnerabilities in one secfix entry. Other names beside a single CVE are its aliases (`CVE-2016-6258 XSA-182`); beside several CVEs
 * they name the bundle and are left out (`CVE-2017-5753 CVE-2017-5715 XSA-254`). Spellings: `CVE_2019_2426`, `CVE-2017-2616 (+ regression fix)`.
 */
export function secfixNames(text: string): readonly { readonly id: string; readonly aliases: readonly string[] }[] {
  const cves = new Set<string>();
  const others = new Set<string>();
  for (const word of text.slice(0, 2000).split(/[\s,;()/]+/)) {
    const cve = /^(?:CVE|CAN)[-_](\d{4})[-_](\d{4,10})$/i.exec(word);
    if (cve !== null) cves.add(`CVE-${cve[1]}-${cve[2]}`);
    else if (/^(?:XSA|GHSA|GO|RUSTSEC|ZBX|TS|VSV|DSA|DLA)-[0-9A-Za-z.-]{1,40}$/.test(word)) others.add(word);
  }
  if (cves.size === 0) return [...others].map((id) => ({ id, aliases: [] }));
  return [...cves].map((id) => ({ id, aliases: cves.size === 1 ? [...others] : [] }));
}
