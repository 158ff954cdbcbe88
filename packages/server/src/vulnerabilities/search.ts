import type { Advisory, Enrichment, OsvSeverity } from '@assay/core/advisory.ts';
import { type Cvss, parseCvss } from '@assay/core/cvss.ts';
import { namespaceOfEcosystem } from '@assay/core/namespace.ts';
import { basisOf, isWeaponised, scoreOf } from '@assay/core/score.ts';
import type { Severity } from '@assay/core/severity.ts';
import { intelligence } from '../findings/write/intelligence.ts';
import type { RevisionDatabase } from '../revisions/revisions.ts';
import { type AttackFacts, attackFacts } from './evidence.ts';

/** A vulnerability as the advisories know it, whether or not anything has it. */
export interface KnownVulnerability {
  readonly id: string;
  readonly description: string;
  /** Of the CVE record, else of whoever says more of it; UNTRIAGED where nobody does. */
  readonly severity: Severity;
  /** The best vector of each major version. */
  readonly cvss: { readonly 2?: Cvss; readonly 3?: Cvss; readonly 4?: Cvss };
  readonly epss?: number;
  readonly kev?: Enrichment['kev'];
  readonly weaponised: boolean;
  readonly exploit: boolean;
  readonly attacks: AttackFacts;
  readonly cwes: readonly string[];
  readonly related: readonly string[];
  readonly references: readonly string[];
  readonly url?: string;
  readonly published?: string;
  readonly modified?: string;
  /** Advisory namespaces in which packages are matched against it: `debian:12`, `npm`. Sorted. */
  readonly namespaces: readonly string[];
}

const MAX_DOCUMENTS = 200;
const MAX_TEXT = 20_000;

/** Undefined when neither an advisory nor a CVE record is known. */
export function findVulnerability(id: string, lookup: RevisionDatabase): KnownVulnerability | undefined {
  const documents = lookup.about(id, MAX_DOCUMENTS).filter((one) => one.withdrawn === undefined);
  const enrichment = lookup.enrichment(id);
  if (documents.length === 0 && enrichment === undefined) return undefined;
  const cve = enrichment?.cve;
  // A bundle (DSA, ALSA) speaks of several vulnerabilities: its text and vectors are not this one's.
  const own = documents.filter((one) => one.id === id || one.aliases?.includes(id) === true);
  const best = lookup.document(id) ?? own[0];
  const vectors = [
    ...(cve?.severities ?? []),
    ...own.flatMap((one) => [...(one.severity ?? []), ...one.affected.flatMap((part) => part.severity ?? [])]),
  ];
  const url = best?.assay?.url ?? own[0]?.references?.[0]?.url ?? cve?.references?.[0];
  const [published, modified] = [cve?.published ?? best?.published, cve?.modified ?? best?.modified];
  const { doc, exploit } = intelligence(enrichment);
  const malicious = own.some((one) => one.assay?.malicious === true);
  return {
    id,
    description: (cve?.description ?? best?.details ?? best?.summary ?? cve?.title ?? documents[0]?.summary ?? id).slice(0, MAX_TEXT),
    severity: severityOf(own, enrichment, vectors),
    cvss: byMajor(vectors),
    ...(enrichment?.epss === undefined ? {} : { epss: enrichment.epss.score }),
    ...(enrichment?.kev === undefined ? {} : { kev: enrichment.kev }),
    weaponised: isWeaponised(enrichment),
    exploit,
    attacks: attackFacts({ ...doc, malicious }),
    cwes: [...new Set([...(cve?.cwes ?? []), ...own.flatMap((one) => one.assay?.cwes ?? [])])],
    related: [...new Set(documents.flatMap((one) => [one.id, ...(own.includes(one) ? (one.aliases ?? []) : [])]))].filter(
      (one) => one !== id,
    ),
    references: [
      ...new Set([...own.flatMap((one) => one.references?.map((reference) => reference.url) ?? []), ...(cve?.references ?? [])]),
    ],
    ...(url === undefined ? {} : { url }),
    ...(published === undefined ? {} : { published }),
    ...(modified === undefined ? {} : { modified }),
    namespaces: [...new Set(documents.flatMap(namespacesOf))].sort(),
  };
}

function severityOf(own: readonly Advisory[], enrichment: Enrichment | undefined, vectors: readonly OsvSeverity[]): Severity {
  const malicious = own.some((one) => one.assay?.malicious === true);
  const word = own.flatMap((one) => one.affected).find((part) => part.assay?.severity !== undefined)?.assay?.severity;
  const facts = { feed: own[0]?.assay?.feed ?? 'CVE', cvss: vectors, malicious, ...(word === undefined ? {} : { severity: word }) };
  const record = { exposure: 'UNKNOWN', weaponised: false } as const;
  return scoreOf(basisOf(facts, enrichment), record).severity;
}

/** Of one major version the newer minor one, then the higher score: the order of entries decides nothing. */
function byMajor(severities: readonly OsvSeverity[]): KnownVulnerability['cvss'] {
  const found: { 2?: Cvss; 3?: Cvss; 4?: Cvss } = {};
  for (const { score } of severities) {
    const cvss = parseCvss(score);
    if (cvss === undefined) continue;
    const major = Number(cvss.version[0]) as 2 | 3 | 4;
    const held = found[major];
    if (held === undefined || cvss.version > held.version || (cvss.version === held.version && cvss.baseScore > held.baseScore))
      found[major] = cvss;
  }
  return found;
}

function namespacesOf(advisory: Advisory): string[] {
  return advisory.affected.flatMap((part) => namespaceOfEcosystem(part.package.ecosystem) ?? []);
}
