import type { Advisory } from '@assay/core/advisory.ts';
import type { Feed, UrlInput } from '../../feed.ts';
import { isJson, parseOsvFiles } from '../../osv/osv-feed.ts';

const ID = 'osv';
/** Namespaces whose best public source is the export of osv.dev (GitHub's reviewed advisories above all). */
const ECOSYSTEMS: readonly { readonly ecosystem: string; readonly namespace: string; readonly megabytes: number }[] = [
  { ecosystem: 'npm', namespace: 'npm', megabytes: 2048 },
  { ecosystem: 'Maven', namespace: 'maven', megabytes: 256 },
  { ecosystem: 'RubyGems', namespace: 'gem', megabytes: 256 },
  { ecosystem: 'NuGet', namespace: 'nuget', megabytes: 256 },
  { ecosystem: 'Packagist', namespace: 'composer', megabytes: 256 },
  { ecosystem: 'Hex', namespace: 'hex', megabytes: 64 },
  { ecosystem: 'Pub', namespace: 'pub', megabytes: 64 },
  { ecosystem: 'SwiftURL', namespace: 'swift', megabytes: 64 },
];
const NAMESPACES = ECOSYSTEMS.map((row) => row.namespace);
const TERMS = { licence: 'CC-BY-4.0', redistributable: true };

/**
 * Language ecosystems without a feed of their own here: the per-ecosystem exports of osv.dev, most of it GitHub's reviewed advisories.
 * Fixed: a `fixed` event. Unfixed: `last_affected`, GitHub's last known affected version, or an open range.
 * Not affected: versions outside every range. Ignored: withdrawn ones, malware (its own feed) and namespaces of other feeds are dropped.
 */
export const osv: Feed<Advisory> = {
  id: ID,
  version: 1,
  title: 'OSV.dev exports (GitHub Advisory Database and others)',
  subject: 'vulnerability',
  namespaces: NAMESPACES,
  urls: ECOSYSTEMS.map(
    (row): UrlInput => ({
      name: row.ecosystem,
      url: `https://osv-vulnerabilities.storage.googleapis.com/${row.ecosystem}/all.zip`,
      packing: 'zip',
      maxBytes: row.megabytes * 2 ** 20,
      ...TERMS,
    }),
  ),
  archives: [{ name: 'osv-harvest', ...TERMS }],
  wants: isJson,
  parse: parseOsvFiles({ feed: ID, subject: 'vulnerability', namespaces: NAMESPACES }),
};
