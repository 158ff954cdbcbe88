import type { Enrichment } from '@assay/core/advisory.ts';
import { archiveError } from '../../archive/limits.ts';
import { DROP, type Feed, type FeedFile, type Tally } from '../../feed.ts';
import { asId, asIds, asObject, isCve, type Json } from '../../osv/reading.ts';

const FILE = 'modules_metadata_base.json';
const MAX_MODULES = 20;
const MAX_BYTES = 64 * 2 ** 20;
const TERMS = { licence: 'BSD-3-Clause', redistributable: true };

/**
 * The index of the Metasploit framework's modules: an exploit names the CVEs and the ATT&CK techniques it is about in its `references`.
 * One record = one module; modules of other kinds and those that name no CVE are dropped.
 */
export const metasploit: Feed<Enrichment> = {
  id: 'metasploit',
  version: 1,
  title: 'Metasploit modules',
  subject: 'enrichment',
  namespaces: [],
  urls: [
    {
      name: 'modules',
      url: `https://raw.githubusercontent.com/rapid7/metasploit-framework/master/db/${FILE}`,
      packing: 'plain',
      path: FILE,
      maxBytes: MAX_BYTES,
      ...TERMS,
    },
  ],
  archives: [{ name: 'metasploit', ...TERMS }],
  wants: (path) => path === FILE,
  parse,
};

async function* parse(files: AsyncIterable<FeedFile>, tally: Tally): AsyncGenerator<Enrichment> {
  const found = new Map<string, { modules: Set<string>; ttps: Set<string> }>();
  for await (const file of files) {
    for (const module of Object.values(readIndex(file))) {
      const name = asId(asObject(module)?.['fullname']);
      if (name === undefined) {
        tally.drop(DROP.unreadable);
        continue;
      }
      const references = asIds(asObject(module)?.['references']);
      const cves = references.filter(isCve);
      // Only these run an attack: a scanner that merely recognises a version proves nothing.
      if (!name.startsWith('exploit/') || cves.length === 0) {
        tally.drop(DROP.noVulnerability);
        continue;
      }
      tally.keep();
      const ttps = references.flatMap((one) => /^ATT&CK-(T\d{4}(?:\.\d{3})?)$/.exec(one)?.[1] ?? []);
      for (const cve of cves) {
        const held = found.get(cve) ?? { modules: new Set(), ttps: new Set() };
        found.set(cve, held);
        held.modules.add(name);
        for (const ttp of ttps) held.ttps.add(ttp);
      }
    }
  }
  for (const [id, { modules, ttps }] of found) {
    tally.emitted += 1;
    const techniques = [...ttps].sort();
    yield {
      id,
      metasploit: { modules: [...modules].sort().slice(0, MAX_MODULES), ...(techniques.length === 0 ? {} : { ttps: techniques }) },
    };
  }
}

function readIndex(file: FeedFile): Json {
  try {
    const index = file.bytes.length > MAX_BYTES ? undefined : asObject(JSON.parse(file.bytes.toString('utf8')));
    if (index !== undefined) return index;
  } catch {
    // Said below.
  }
  throw archiveError(`${file.path} is not Metasploit's index of modules; download it again.`);
}
