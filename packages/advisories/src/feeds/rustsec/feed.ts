import type { Advisory } from '@assay/core/advisory.ts';
import { DROP, type Feed } from '../../feed.ts';
import { isJson, parseOsvFiles } from '../../osv/osv-feed.ts';
import { asObject, asText, type Json } from '../../osv/reading.ts';

const ID = 'rustsec';
const NAMESPACES = ['cargo'];
const TERMS = { licence: 'CC0-1.0 AND CC-BY-4.0', redistributable: true };

/**
 * Rust crates: RustSec, branch `osv`.
 * Fixed: a `fixed` event. Unfixed: a range that ends open. Not affected: versions outside every range.
 * Ignored: withdrawn ones, and informational ones (unmaintained, unsound, notice), which are not vulnerabilities, are dropped.
 */
export const rustsec: Feed<Advisory> = {
  id: ID,
  version: 1,
  title: 'RustSec Advisory Database',
  subject: 'vulnerability',
  namespaces: NAMESPACES,
  urls: [
    {
      name: 'repository',
      url: 'https://github.com/rustsec/advisory-db/archive/refs/heads/osv.zip',
      packing: 'zip',
      strip: 1,
      maxBytes: 64 * 2 ** 20,
      ...TERMS,
    },
  ],
  archives: [{ name: 'rustsec-osv', ...TERMS }],
  wants: (path) => path.startsWith('crates/') && isJson(path),
  parse: parseOsvFiles({ feed: ID, subject: 'vulnerability', namespaces: NAMESPACES, rejectEntry: informational }),
};

function informational(entry: Json): string | undefined {
  return asText(asObject(entry['database_specific'])?.['informational']) === undefined ? undefined : DROP.informational;
}
