import type { Advisory, AffectedExtra } from '@assay/core/advisory.ts';
import { DROP, type Feed } from '../../feed.ts';
import { severityWord } from '../../osv/normalise.ts';
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

/** Severity and module stand in the title: `Important: nodejs:16 security update`. */
function erratumFacts(entry: Json, document: Json): AffectedExtra {
  const title = asText(document['summary']) ?? '';
  const colon = title.indexOf(': ');
  const severity = colon < 0 ? undefined : severityWord(title.slice(0, colon));
  const module = isModular(entry)
    ? /^(?:[A-Za-z]{1,20}: )?([\w.+-]{1,60}:[\w.+-]{1,40})(?: and [\w.+:-]{1,100})? /.exec(title)?.[1]
    : undefined;
  return { ...(severity === undefined ? {} : { severity }), ...(module === undefined ? {} : { module }) };
}

function isModular(entry: Json): boolean {
  return asList(entry['ranges']).some((range) =>
    asList(asObject(range)?.['events']).some((event) => asText(asObject(event)?.['fixed'])?.includes('.module_el') === true),
  );
}
