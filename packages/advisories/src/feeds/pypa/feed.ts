import type { Advisory } from '@assay/core/advisory.ts';
import type { Feed } from '../../feed.ts';
import { parseOsvFiles } from '../../osv/osv-feed.ts';

const ID = 'pypa';
const NAMESPACES = ['pypi'];
const TERMS = { licence: 'CC-BY-4.0', redistributable: true };

/**
 * Python packages: the PyPA advisory database, OSV in YAML, one file an advisory.
 * Fixed: a range with a `fixed` event. Unfixed: a range without one, or listed versions alone. Not affected: versions outside.
 * Ignored: withdrawn advisories are dropped.
 */
export const pypa: Feed<Advisory> = {
  id: ID,
  version: 1,
  title: 'Python Packaging Advisory Database',
  subject: 'vulnerability',
  namespaces: NAMESPACES,
  urls: [
    {
      name: 'repository',
      url: 'https://github.com/pypa/advisory-database/archive/refs/heads/main.zip',
      packing: 'zip',
      strip: 1,
      maxBytes: 256 * 2 ** 20,
      ...TERMS,
    },
  ],
  archives: [{ name: 'pypa-advisory-db', ...TERMS }],
  wants: (path) => path.startsWith('vulns/') && path.endsWith('.yaml'),
  parse: parseOsvFiles({ feed: ID, subject: 'vulnerability', namespaces: NAMESPACES }),
};
