import type { Advisory } from '@assay/core/advisory.ts';
import type { Feed } from '../../feed.ts';
import { isJson, parseOsvFiles } from '../../osv/osv-feed.ts';

const ID = 'bitnami';
const NAMESPACES = ['bitnami'];
const TERMS = { licence: 'Apache-2.0', redistributable: true };

/**
 * Server products outside package managers (tomcat, nginx, java, …): the Bitnami vulnerability database.
 * Fixed: a `fixed` event. Unfixed: `last_affected`, or a range that ends open. Not affected: versions outside every range.
 * Ignored: withdrawn ones are dropped.
 */
export const bitnami: Feed<Advisory> = {
  id: ID,
  version: 1,
  title: 'Bitnami Vulnerability Database',
  subject: 'vulnerability',
  namespaces: NAMESPACES,
  urls: [
    {
      name: 'repository',
      url: 'https://github.com/bitnami/vulndb/archive/refs/heads/main.zip',
      packing: 'zip',
      strip: 1,
      maxBytes: 256 * 2 ** 20,
      ...TERMS,
    },
  ],
  archives: [{ name: 'bitnami-vulndb', ...TERMS }],
  wants: (path) => path.startsWith('data/') && isJson(path),
  parse: parseOsvFiles({ feed: ID, subject: 'vulnerability', namespaces: NAMESPACES }),
};
