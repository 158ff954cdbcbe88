import type { Advisory } from '@assay/core/advisory.ts';
import type { Feed } from '../../feed.ts';
import { isJson, parseOsvFiles } from '../../osv/osv-feed.ts';

const ID = 'ossf-malicious';
/** Malware is a subject of its own: here another feed answers for the vulnerabilities of the same namespaces. */
const NAMESPACES = ['npm', 'pypi', 'gem', 'nuget', 'maven', 'cargo', 'golang', 'composer', 'hex', 'pub'];
const TERMS = { licence: 'Apache-2.0', redistributable: true };

/**
 * Packages published to do harm: OpenSSF malicious packages, `MAL-*`.
 * Unfixed: all statements; a range from 0 means every version. Fixed: the few with a `fixed` event (a taken-over package).
 * Not affected: versions not listed. Ignored: withdrawn reports, and those that list no version at all, are dropped.
 */
export const ossfMalicious: Feed<Advisory> = {
  id: ID,
  version: 1,
  title: 'OpenSSF Malicious Packages',
  subject: 'malware',
  namespaces: NAMESPACES,
  urls: [
    {
      name: 'repository',
      url: 'https://github.com/ossf/malicious-packages/archive/refs/heads/main.zip',
      packing: 'zip',
      strip: 1,
      maxBytes: 1024 * 2 ** 20,
      ...TERMS,
    },
  ],
  archives: [{ name: 'ossf-malicious', ...TERMS }],
  wants: (path) => path.startsWith('osv/') && isJson(path),
  parse: parseOsvFiles({ feed: ID, subject: 'malware', namespaces: NAMESPACES }),
};
