import type { Advisory, AffectedExtra } from '@assay/core/advisory.ts';
import type { Feed } from '../../feed.ts';
import { parseOsvFiles } from '../../osv/osv-feed.ts';
import { asList, asObject, asText, type Json } from '../../osv/reading.ts';

const ID = 'golang';
const NAMESPACES = ['golang'];
const TERMS = { licence: 'CC-BY-4.0', redistributable: true };
const MAX_SYMBOLS = 200;

/**
 * Go modules, the standard library (`stdlib`) and the toolchain: the Go vulnerability database.
 * Fixed: a `fixed` event. Unfixed: a range that ends open. Not affected: versions outside every range.
 * Ignored: withdrawn reports are dropped. Import paths and symbols are kept for explanations, they do not decide a match.
 */
export const golang: Feed<Advisory> = {
  id: ID,
  version: 1,
  title: 'Go Vulnerability Database',
  subject: 'vulnerability',
  namespaces: NAMESPACES,
  urls: [{ name: 'vulndb', url: 'https://vuln.go.dev/vulndb.zip', packing: 'zip', maxBytes: 256 * 2 ** 20, ...TERMS }],
  archives: [{ name: 'golang-vulndb', ...TERMS }],
  // The download names them ID/GO-*.json, the repository osv/GO-*.json.
  wants: (path) => /^(?:osv|ID)\/GO-[^/]*\.json$/.test(path),
  parse: parseOsvFiles({ feed: ID, subject: 'vulnerability', namespaces: NAMESPACES, extra: symbolsOf }),
};

function symbolsOf(entry: Json): AffectedExtra {
  const symbols = asList(asObject(entry['ecosystem_specific'])?.['imports']).flatMap((item) => {
    const path = asText(asObject(item)?.['path']);
    if (path === undefined) return [];
    const names = asList(asObject(item)?.['symbols'])
      .map(asText)
      .filter((name) => name !== undefined);
    return names.length === 0 ? [path] : names.map((name) => `${path}.${name}`);
  });
  return symbols.length === 0 ? {} : { symbols: symbols.slice(0, MAX_SYMBOLS) };
}
