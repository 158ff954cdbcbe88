import type { Enrichment, OsvSeverity, SeverityWord } from './advisory.ts';
import { type CvssVersion, parseCvss } from './cvss.ts';
import type { Match } from './match.ts';
import { languageTypeOfNamespace } from './namespace.ts';
import { type Severity, severityOfScore, severityOfWord } from './severity.ts';

/** What an advisory says of severity, as a match or an advisory record holds it. */
export interface SeverityFacts {
  readonly namespace: string;
  readonly feed: string;
  readonly severity?: SeverityWord;
  readonly cvss?: readonly OsvSeverity[];
  readonly malicious?: boolean;
}
export interface ChosenSeverity {
  readonly severity: Severity;
  /** CVSS base score recomputed from `vector`, 0.0 to 10.0; null when nobody gave a vector. */
  readonly score: number | null;
  readonly vector?: string;
  readonly cvssVersion?: CvssVersion;
  /** Who gave the vector: `NVD`, a CNA, a feed id. */
  readonly scoreSource?: string;
  /** Who decided the severity. */
  readonly source: string;
  /** One sentence for people. */
  readonly reason: string;
}

/**
 * Severity by one policy. For packages of a distribution its own word wins, because it rates its own build; the number stays that of
 * the CVE record. Language packages go by the vectors of their advisory, then by those of the CVE record. Malicious code is critical.
 * Of several vectors CVSS 3.1 wins, then 4.0, 3.0, 2.0: numbers of different versions are never compared.
 */
export function chooseSeverity(facts: SeverityFacts, enrichment?: Enrichment): ChosenSeverity {
  const own = candidates(facts.cvss, facts.feed);
  const record = candidates(enrichment?.cve?.severities, 'CVE');
  const distribution = languageTypeOfNamespace(facts.namespace) === undefined;
  const best = distribution ? (bestOf(record) ?? bestOf(own)) : (bestOf(own) ?? bestOf(record));
  const number = best === undefined ? { score: null } : scored(best);
  const { feed, severity: word } = facts;
  if (facts.malicious) return { ...number, severity: 'CRITICAL', source: feed, reason: `${feed} reports the package itself as malicious.` };
  if (word !== undefined && (distribution || best === undefined)) {
    return { ...number, severity: severityOfWord(word), source: feed, reason: `${feed} rates it ${word}.` };
  }
  if (best === undefined) return { score: null, severity: 'UNTRIAGED', source: feed, reason: 'Nobody has rated it yet.' };
  const reason = `CVSS ${best.version} base score ${best.baseScore.toFixed(1)} by ${best.source}.`;
  return { ...number, severity: bandOf(best), source: best.source, reason };
}

/** The same of a match. */
export function severityOfMatch(match: Match, enrichment?: Enrichment): ChosenSeverity {
  return chooseSeverity({ ...match, namespace: match.reason.searchedBy.namespace }, enrichment);
}

interface Candidate {
  readonly version: CvssVersion;
  readonly vector: string;
  readonly baseScore: number;
  readonly source: string;
}

const VERSION_ORDER: readonly CvssVersion[] = ['3.1', '4.0', '3.0', '2.0'];

function candidates(severities: readonly OsvSeverity[] | undefined, source: string): Candidate[] {
  return (severities ?? []).flatMap((entry) => {
    const cvss = parseCvss(entry.score);
    return cvss === undefined
      ? []
      : [{ version: cvss.version, vector: cvss.vector, baseScore: cvss.baseScore, source: entry.source ?? source }];
  });
}

/** By version, then source; of one source the highest, so that the order of entries decides nothing. */
function bestOf(list: readonly Candidate[]): Candidate | undefined {
  return [...list].sort(
    (a, b) =>
      VERSION_ORDER.indexOf(a.version) - VERSION_ORDER.indexOf(b.version) ||
      sourceRank(a.source) - sourceRank(b.source) ||
      b.baseScore - a.baseScore ||
      (a.vector < b.vector ? -1 : 1),
  )[0];
}

/** NVD, then whoever assigned the CVE, then CISA's additions. */
function sourceRank(source: string): number {
  const name = source.toLowerCase();
  return name.includes('nvd') || name === 'nist' ? 0 : name.includes('cisa') || name.includes('adp') ? 2 : 1;
}

function scored(best: Candidate): Pick<ChosenSeverity, 'score' | 'vector' | 'cvssVersion' | 'scoreSource'> {
  return { score: best.baseScore, vector: best.vector, cvssVersion: best.version, scoreSource: best.source };
}

/** Version 2 has no Critical: 7.0 to 10.0 is High. */
function bandOf(best: Candidate): Severity {
  const band = severityOfScore(best.baseScore);
  return best.version === '2.0' && band === 'CRITICAL' ? 'HIGH' : band;
}
