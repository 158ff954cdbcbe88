import type { Enrichment } from '@assay/core/advisory.ts';
import { archiveError } from '../../archive/limits.ts';
import { DROP, type Feed, type FeedFile, type Tally } from '../../feed.ts';
import { asList, asObject, asProse, asText, isCve, readDocument } from '../../osv/reading.ts';

const FILE = 'known_exploited_vulnerabilities.json';
const TERMS = { licence: 'CC0-1.0', redistributable: true };

/** CISA's catalogue of vulnerabilities known to be exploited. One record = one CVE of the catalogue. */
export const cisaKev: Feed<Enrichment> = {
  id: 'cisa-kev',
  version: 1,
  title: 'CISA Known Exploited Vulnerabilities',
  subject: 'enrichment',
  namespaces: [],
  urls: [
    {
      name: 'catalogue',
      url: `https://www.cisa.gov/sites/default/files/feeds/${FILE}`,
      packing: 'plain',
      path: FILE,
      maxBytes: 32 * 2 ** 20,
      ...TERMS,
    },
  ],
  archives: [{ name: 'cisa-kev', ...TERMS }],
  wants: (path) => path === FILE,
  parse,
};

async function* parse(files: AsyncIterable<FeedFile>, tally: Tally): AsyncGenerator<Enrichment> {
  for await (const file of files) {
    const catalogue = readDocument(file.bytes, file.path);
    if (catalogue === undefined) throw archiveError(`${file.path} is not the KEV catalogue; download it again.`);
    for (const item of asList(catalogue['vulnerabilities'])) {
      const enrichment = readEntry(item);
      if (enrichment === undefined) {
        tally.drop(DROP.unreadable);
        continue;
      }
      tally.keep();
      tally.emitted += 1;
      yield enrichment;
    }
  }
}

function readEntry(item: unknown): Enrichment | undefined {
  const entry = asObject(item);
  const id = asText(entry?.['cveID'])?.trim();
  const dateAdded = asText(entry?.['dateAdded']);
  const dateDue = asText(entry?.['dueDate']);
  if (entry === undefined || id === undefined || !isCve(id) || dateAdded === undefined || dateDue === undefined) return undefined;
  const notes = asProse(entry['notes']);
  return {
    id,
    kev: {
      dateAdded,
      dateDue,
      action: asProse(entry['requiredAction']) ?? '',
      ransomware: entry['knownRansomwareCampaignUse'] === 'Known',
      name: asText(entry['vulnerabilityName']) ?? id,
      ...(notes === undefined ? {} : { notes }),
    },
  };
}
