import type { Enrichment } from '@assay/core/advisory.ts';
import { DROP, type Feed, type FeedFile, type Tally } from '../../feed.ts';
import { readDocument } from '../../osv/reading.ts';
import { readCveRecord } from './record.ts';

const TERMS = { licence: 'CC0-1.0', redistributable: true };

/** CVE records (JSON 5.x) with CISA's additions (CVSS, CWE, SSVC). One record = one file. Rejected CVEs are kept and marked. */
export const cve: Feed<Enrichment> = {
  id: 'cve',
  version: 1,
  title: 'CVE records with CISA Vulnrichment',
  subject: 'enrichment',
  namespaces: [],
  urls: [
    {
      name: 'vulnrichment',
      url: 'https://github.com/cisagov/vulnrichment/archive/refs/heads/develop.zip',
      packing: 'zip',
      strip: 1,
      maxBytes: 2048 * 2 ** 20,
      ...TERMS,
    },
  ],
  archives: [{ name: 'vulnrichment', ...TERMS }],
  wants: (path) => /\/CVE-\d{4}-\d+\.json$/.test(path),
  parse,
};

async function* parse(files: AsyncIterable<FeedFile>, tally: Tally): AsyncGenerator<Enrichment> {
  for await (const file of files) {
    const document = readDocument(file.bytes, file.path);
    const enrichment = document === undefined ? undefined : readCveRecord(document);
    if (enrichment === undefined) {
      tally.drop(DROP.unreadable);
      continue;
    }
    tally.keep();
    tally.emitted += 1;
    yield enrichment;
  }
}
