import type { Enrichment, OsvSeverity } from '@assay/core/advisory.ts';
import { asList, asObject, asProse, asText, isCve, type Json } from '../../osv/reading.ts';

const VECTORS: readonly (readonly [member: string, type: string])[] = [
  ['cvssV4_0', 'CVSS_V4'],
  ['cvssV3_1', 'CVSS_V3'],
  ['cvssV3_0', 'CVSS_V3'],
  ['cvssV2_0', 'CVSS_V2'],
];
const MAX_REFERENCES = 30;
/** Name of CISA as the source of a vector. */
const CISA = 'CISA-ADP';

/**
 * One CVE record (https://github.com/CVEProject/cve-schema, 5.x). What the CNA says comes first, then CISA's container.
 * Vectors are taken as they are, scores are recomputed from them by whoever needs one.
 */
export function readCveRecord(document: Json): Enrichment | undefined {
  const meta = asObject(document['cveMetadata']);
  const id = asText(meta?.['cveId']);
  if (meta === undefined || id === undefined || !isCve(id)) return undefined;
  const published = asText(meta['datePublished']);
  const modified = asText(meta['dateUpdated']) ?? asText(meta['dateRejected']);
  const dates = { ...(published === undefined ? {} : { published }), ...(modified === undefined ? {} : { modified }) };
  const cna = asObject(asObject(document['containers'])?.['cna']) ?? {};
  if (meta['state'] === 'REJECTED') {
    const reason = englishText(cna['rejectedReasons']);
    return { id, cve: { ...dates, rejected: true, ...(reason === undefined ? {} : { description: reason }) } };
  }
  return { id, cve: { ...dates, ...containerFacts(document, cna, asText(meta['assignerShortName']) ?? 'CNA') } };
}

function containerFacts(document: Json, cna: Json, assigner: string): NonNullable<Enrichment['cve']> {
  const cisa = asList(asObject(document['containers'])?.['adp'])
    .map(asObject)
    .filter((container) => container !== undefined && asText(asObject(container['providerMetadata'])?.['shortName']) === CISA) as Json[];
  const title = asProse(cna['title']);
  const description = englishText(cna['descriptions']);
  const severities = [...vectors(cna, assigner), ...cisa.flatMap((container) => vectors(container, CISA))];
  const cwes = [...new Set([cna, ...cisa].flatMap(weaknesses))];
  const references = asList(cna['references'])
    .slice(0, MAX_REFERENCES)
    .map((item) => asText(asObject(item)?.['url']))
    .filter((url) => url !== undefined && url.length <= 1000 && /^https?:\/\//i.test(url)) as string[];
  const ssvc = cisa.map(ssvcOf).find((decision) => decision !== undefined);
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(severities.length === 0 ? {} : { severities }),
    ...(cwes.length === 0 ? {} : { cwes }),
    ...(references.length === 0 ? {} : { references }),
    ...(ssvc === undefined ? {} : { ssvc }),
  };
}

function englishText(value: unknown): string | undefined {
  const texts = asList(value).map(asObject);
  const english = texts.find((text) => asText(text?.['lang'])?.toLowerCase().startsWith('en') === true) ?? texts[0];
  return asProse(english?.['value']);
}

function vectors(container: Json, source: string): readonly OsvSeverity[] {
  return asList(container['metrics']).flatMap((metric) =>
    VECTORS.flatMap(([member, type]) => {
      const score = asText(asObject(asObject(metric)?.[member])?.['vectorString']);
      return score === undefined || score.length > 300 ? [] : [{ type, score, source }];
    }),
  );
}

function weaknesses(container: Json): readonly string[] {
  return asList(container['problemTypes']).flatMap((type) =>
    asList(asObject(type)?.['descriptions']).flatMap((item) => {
      const cwe = asText(asObject(item)?.['cweId']);
      return cwe !== undefined && /^CWE-\d{1,6}$/.test(cwe) ? [cwe] : [];
    }),
  );
}

/** CISA's decision points: a list of one-member objects inside a metric of type `ssvc`. */
function ssvcOf(container: Json): NonNullable<Enrichment['cve']>['ssvc'] {
  for (const metric of asList(container['metrics'])) {
    const other = asObject(asObject(metric)?.['other']);
    if (other?.['type'] !== 'ssvc') continue;
    const options = Object.assign(
      Object.create(null),
      ...asList(asObject(other['content'])?.['options']).map((item) => asObject(item) ?? {}),
    ) as Json;
    const exploitation = asText(options['Exploitation']);
    const automatable = asText(options['Automatable']);
    const technicalImpact = asText(options['Technical Impact']);
    if (exploitation !== undefined && automatable !== undefined && technicalImpact !== undefined)
      return { exploitation, automatable, technicalImpact };
  }
  return undefined;
}
