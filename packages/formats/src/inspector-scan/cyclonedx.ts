import {
  type AnsweredComponent,
  type AnsweredVulnerability,
  CLEAN,
  countsOf,
  priorityOf,
  type SbomAnswer,
  SEVERITY_WORDS,
  SKIPPED,
} from './answer.ts';

const NAMESPACE = 'amazon:inspector:sbom_scanner';
const METHODS = { '2.0': 'CVSSv2', '3.0': 'CVSSv3', '3.1': 'CVSSv31', '4.0': 'CVSSv4' } as const;

interface Property {
  readonly name: string;
  readonly value: string;
}

/** The CYCLONE_DX_1_5 document of ScanSbom: the components that were sent, what was said of each, and `vulnerabilities`. */
export function writeCycloneDxAnswer(answer: SbomAnswer): Record<string, unknown> {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:${answer.serial}`,
    version: 1,
    metadata: {
      timestamp: answer.at,
      tools: { services: [{ name: 'Amazon Inspector Scan SBOM API', provider: { name: 'Assay' }, version: answer.revision }] },
      properties: Object.entries(countsOf(answer)).map(([word, count]) => property(`${word}_vulnerabilities`, String(count))),
    },
    components: answer.components.map(component),
    vulnerabilities: answer.vulnerabilities.map((one, index) => vulnerability(one, `vuln-${index + 1}`)),
  };
}

function component({ ref, type, name, version, purl, path, outcome }: AnsweredComponent): Record<string, unknown> {
  const properties = [
    ...(path === undefined ? [] : [property('path', path)]),
    ...(outcome === 'skipped' ? [property('info', SKIPPED)] : outcome === 'clean' ? [property('info', CLEAN)] : []),
  ];
  return {
    'bom-ref': ref,
    type: type === '' ? 'library' : type,
    name,
    ...(version === '' ? {} : { version }),
    ...(purl === '' ? {} : { purl }),
    ...(properties.length === 0 ? {} : { properties }),
  };
}

function vulnerability(one: AnsweredVulnerability, ref: string): Record<string, unknown> {
  return {
    'bom-ref': ref,
    id: one.id,
    source: one.source,
    ...(one.aliases.length === 0 ? {} : { references: one.aliases.map((id) => ({ id, source: { name: sourceOfId(id) } })) }),
    ratings: ratings(one),
    ...(one.cwes.length === 0 ? {} : { cwes: one.cwes }),
    description: one.description,
    ...(one.references.length === 0 ? {} : { advisories: one.references.map((url) => ({ url })) }),
    ...(one.created === undefined ? {} : { created: one.created }),
    ...(one.updated === undefined ? {} : { updated: one.updated }),
    analysis: { state: one.exploit ? 'exploitable' : 'in_triage' },
    affects: one.affects.map(({ ref: affected }) => ({ ref: affected })),
    properties: properties(one),
  };
}

function ratings(one: AnsweredVulnerability): Record<string, unknown>[] {
  const { epss } = one;
  return [
    // Whoever wants one severity takes this one; the others say who rated what.
    { severity: SEVERITY_WORDS[one.severity], method: 'other', source: { name: 'AMAZON_INSPECTOR' } },
    ...one.ratings.map((rating) => ({
      severity: wordOfScore(rating.score),
      score: rating.score,
      method: METHODS[rating.version],
      vector: rating.vector,
      source: { name: rating.source },
    })),
    ...(epss === undefined
      ? []
      : [
          {
            severity: 'none',
            score: epss.score,
            method: 'other',
            vector: `date:${epss.date}`,
            source: { name: 'EPSS', url: epssUrl(one.id) },
          },
        ]),
  ];
}

const epssUrl = (id: string): string => `https://api.first.org/data/v1/epss?cve=${encodeURIComponent(id)}`;

function wordOfScore(score: number): string {
  return score === 0 ? 'none' : score < 4 ? 'low' : score < 7 ? 'medium' : score < 9 ? 'high' : 'critical';
}

function properties(one: AnsweredVulnerability): Property[] {
  const { kev, exploitLastSeen } = one;
  return [
    ...(kev === undefined
      ? []
      : [property('cisa_kev_date_added', instant(kev.dateAdded)), property('cisa_kev_date_due', instant(kev.dateDue))]),
    ...(one.exploit ? [property('exploit_available', 'true')] : []),
    ...(exploitLastSeen === undefined ? [] : [property('exploit_last_seen_in_public', instant(exploitLastSeen))]),
    ...(one.malicious ? [property('is_malicious', 'true')] : []),
    property('priority', priorityOf(one)),
    property('priority_intelligence', one.weaponised ? 'VERIFIED' : 'UNVERIFIED'),
    ...one.affects.flatMap(({ ref, fixedIn }) => (fixedIn === null ? [] : [property(`fixed_version:${ref}`, fixedIn)])),
  ];
}

const property = (name: string, value: string): Property => ({ name: `${NAMESPACE}:${name}`, value });
/** Days of feeds are midnights of the answer. */
export const instant = (day: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(day) ? `${day}T00:00:00Z` : day);

function sourceOfId(id: string): string {
  return id.slice(0, Math.max(1, id.indexOf('-')));
}
