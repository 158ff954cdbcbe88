import type { Advisory, AffectedExtra } from '@assay/core/advisory.ts';
import { severityWordOf } from '@assay/core/severity.ts';
import { DROP, type Feed } from '../../feed.ts';
import { isJson, parseOsvFiles } from '../../osv/osv-feed.ts';
import { asIds, asList, asObject, asText, isCve, type Json } from '../../osv/reading.ts';

const ID = 'almalinux';
const NAMESPACES = ['almalinux:*'];
const TERMS = { licence: 'MIT', redistributable: true };

/**
 * AlmaLinux errata (ALSA, ALBA, ALEA), keyed by binary package; one erratum fixes several CVEs, each becomes `upstream`.
 * Fixed: every statement, the fixed version as version-release. Unfixed and not affected: AlmaLinux does not publish them.
 * Ignored: errata that name no CVE (bug fixes, enhancements) are dropped.
 */
export const almalinux: Feed<Advisory> = {
  id: ID,
  version: 1,
  title: 'AlmaLinux Errata',
  subject: 'vulnerability',
  namespaces: NAMESPACES,
  urls: [
    {
      name: 'repository',
      url: 'https://github.com/AlmaLinux/osv-database/archive/refs/heads/master.zip',
      packing: 'zip',
      strip: 1,
      maxBytes: 512 * 2 ** 20,
      ...TERMS,
    },
  ],
  archives: [{ name: 'almalinux-osv', ...TERMS }],
  wants: (path) => path.startsWith('advisories/') && isJson(path),
  parse: parseOsvFiles({
    feed: ID,
    subject: 'vulnerability',
    namespaces: NAMESPACES,
    bundles: true,
    reject: (document) => ([...asIds(document['related']), ...asIds(document['upstream'])].some(isCve) ? undefined : DROP.noVulnerability),
    extra: erratumFacts,
  }),
};

/** Severity and module stand in the title: `Important: nodejs:16 security update`, in older ones `ALSA-2022:5468: php:8.0 security update (Important)`. */
function erratumFacts(entry: Json, document: Json): AffectedExtra {
  const words = (asText(document['summary']) ?? '').slice(0, 500).split(' ');
  const severity = severityWordOf((words[0] ?? '').replace(':', '')) ?? severityWordOf((words.at(-1) ?? '').replace(/[()]/g, ''));
  const module = isModular(entry) ? words.map(moduleIn).find((name) => name !== undefined) : undefined;
  return { ...(severity === undefined ? {} : { severity }), ...(module === undefined ? {} : { module }) };
}

/** `httpd:2.4` of `httpd:2.4` or `httpd:2.4/mod_http2`. */
function moduleIn(word: string): string | undefined {
  return /^([a-z0-9][\w.+-]*:[\w.+-]+)(?:\/.*)?$/.exec(word)?.[1];
}

function isModular(entry: Json): boolean {
  return asList(entry['ranges']).some((range) =>
    asList(asObject(range)?.['events']).some((event) => asText(asObject(event)?.['fixed'])?.includes('.module_el') === true),
  );
}
