import type { Enrichment, OsvSeverity, SeverityWord } from './advisory.ts';
import { type Cvss, type CvssVersion, parseCvss } from './cvss.ts';
import type { Match } from './match.ts';
import { type Severity, severityOfScore, severityOfWord } from './severity.ts';

/** What an advisory says of severity, as a match or an advisory record holds it. */
export interface SeverityFacts {
  readonly feed: string;
  readonly severity?: SeverityWord;
  readonly cvss?: readonly OsvSeverity[];
  readonly malicious?: boolean;
}

/** What a score starts from: who rated it, and how. Nothing in it depends on where the package runs. */
export interface ScoreBasis {
  /** Who gave the vector or the word: `NVD`, a CNA, a feed id. */
  readonly source: string;
  /** CVSS vector as given. */
  readonly vector?: string;
  /** The word of whoever answers for the package; decides only where nobody gave a vector. */
  readonly word?: SeverityWord;
  readonly malicious?: boolean;
}

/** How far the resource can be reached from, with the small integers of `resource.exposure`. Unknown counts as the internet. */
export const EXPOSURE_CODES = { UNKNOWN: 0, INTERNET: 1, PRIVATE_NETWORK: 2, CLUSTER_OR_NONE: 3 } as const;
export type Exposure = keyof typeof EXPOSURE_CODES;
export const EXPOSURES = Object.keys(EXPOSURE_CODES) as Exposure[];

export interface Circumstances {
  readonly exposure: Exposure;
  /** Someone attacks with it, or a ready-made exploit exists: {@link isWeaponised}. */
  readonly weaponised: boolean;
}

export interface ScoreAdjustment {
  /** CVSS base metric, as `AV`; `ALL` where the vector is replaced as a whole. */
  readonly metric: string;
  /** One sentence for people. */
  readonly reason: string;
}

export interface Score {
  readonly severity: Severity;
  /** CVSS base score of `vector`, 0.0 to 10.0; null when nobody gave a vector. */
  readonly score: number | null;
  /** The adjusted vector: whoever computes its base score gets `score`. */
  readonly vector?: string;
  readonly cvssVersion?: CvssVersion;
  /** Who gave the vector that was adjusted. */
  readonly scoreSource?: string;
  readonly adjustments: readonly ScoreAdjustment[];
  /** Who decided the severity. */
  readonly source: string;
  /** One sentence for people. */
  readonly reason: string;
}

/** What malicious code is: its author runs what he likes on whatever holds it, wherever that stands. */
export const MALICIOUS_VECTOR = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

/**
 * The vector of whoever answers for the package, else of the CVE record: NVD, then whoever assigned the CVE, then CISA.
 * Of one source's vectors CVSS 3.1 wins, then 4.0, 3.0, 2.0 (docs/adr/017): numbers of different versions are never compared.
 */
export function basisOf(facts: SeverityFacts, enrichment?: Enrichment): ScoreBasis {
  const { feed, severity: word, malicious } = facts;
  if (malicious) return { source: feed, malicious };
  const best = bestOf(candidates(facts.cvss, feed)) ?? bestOf(candidates(enrichment?.cve?.severities, 'CVE'));
  if (best !== undefined) return { source: best.source, vector: best.cvss.vector };
  return { source: feed, ...(word === undefined ? {} : { word }) };
}

/**
 * The open formula: facts about the resource and about exploits change base metrics of the vector, CVSS arithmetic gives the number, its
 * band the severity. Only proof changes anything: an unknown exposure is taken for the internet, and no known exploit lowers nothing.
 */
export function scoreOf(basis: ScoreBasis, circumstances: Circumstances): Score {
  const { source, word } = basis;
  if (basis.malicious) {
    const reason = `${source} reports the package itself as malicious.`;
    return { ...numberOf(parseCvss(MALICIOUS_VECTOR) as Cvss, source), adjustments: [{ metric: 'ALL', reason }], source, reason };
  }
  const given = basis.vector === undefined ? undefined : parseCvss(basis.vector);
  if (given === undefined) {
    const unrated = { score: null, adjustments: [], source };
    if (word === undefined) return { ...unrated, severity: 'UNTRIAGED', reason: 'Nobody has rated it yet.' };
    return { ...unrated, severity: severityOfWord(word), reason: `${source} rates it ${word}; nobody gave a vector.` };
  }
  const { vector, adjustments } = adjust(given, circumstances);
  const number = numberOf(parseCvss(vector) as Cvss, source);
  const changed = adjustments.length === 0 ? '' : `, adjusted to ${number.score.toFixed(1)}`;
  const reason = `CVSS ${given.version} base score ${given.baseScore.toFixed(1)} by ${source}${changed}.`;
  return { ...number, adjustments, source, reason };
}

/** Severity and score of a match where nothing is known of the resource. */
export function severityOfMatch(match: Match, enrichment?: Enrichment): Score {
  return scoreOf(basisOf(match, enrichment), { exposure: 'UNKNOWN', weaponised: isWeaponised(enrichment) });
}

/** Attacks were seen (KEV, SSVC `active`), or a module of an attack framework exists. A proof of concept alone is not enough. */
export function isWeaponised(enrichment: Enrichment | undefined): boolean {
  return enrichment?.kev !== undefined || enrichment?.cve?.ssvc?.exploitation === 'active' || enrichment?.metasploit !== undefined;
}

/**
 * What to look at first among equals, 0 to 100: seven points for each of the score's, fifteen times the EPSS, and fifteen for a working
 * exploit or seven for a published proof of concept. It is read, never stored: EPSS changes daily. Undefined without a score.
 */
export function riskOf(facts: {
  readonly score: number | null;
  readonly epss: number | null;
  readonly weaponised: boolean;
  readonly exploit: boolean;
}): number | undefined {
  if (facts.score === null) return undefined;
  return Math.round(7 * facts.score + 15 * (facts.epss ?? 0) + (facts.weaponised ? 15 : facts.exploit ? 7 : 0));
}

const VECTOR_REACH = ['L', 'A', 'N'];
const REACH: Readonly<Record<Exposure, { readonly value: string; readonly reason: string }>> = {
  UNKNOWN: { value: 'N', reason: '' },
  INTERNET: { value: 'N', reason: '' },
  PRIVATE_NETWORK: { value: 'A', reason: 'The resource can be reached from its private network only.' },
  CLUSTER_OR_NONE: { value: 'L', reason: 'Nothing outside its own cluster or host can reach the resource.' },
};

function adjust(given: Cvss, { exposure, weaponised }: Circumstances): { vector: string; adjustments: ScoreAdjustment[] } {
  const adjustments: ScoreAdjustment[] = [];
  let { vector } = given;
  const set = (metric: string, value: string, reason: string): void => {
    vector = vector.replace(new RegExp(`(^|/)${metric}:[A-Z]+`), `$1${metric}:${value}`);
    adjustments.push({ metric, reason });
  };
  const reach = REACH[exposure];
  // Who must already be inside (L, P) stays there: only what reaches further than the resource lets it is brought nearer.
  const wanted = VECTOR_REACH.indexOf(given.metrics.get('AV') ?? '');
  if (wanted > VECTOR_REACH.indexOf(reach.value)) set('AV', reach.value, reach.reason);
  if (weaponised && given.metrics.get('AC') !== 'L')
    set('AC', 'L', 'A working exploit is in use or ready-made, so the attack is no longer complex.');
  return { vector, adjustments };
}

function numberOf(cvss: Cvss, scoreSource: string) {
  const { baseScore, vector, version } = cvss;
  return { severity: severityOfScore(baseScore), score: baseScore, vector, cvssVersion: version, scoreSource };
}

interface Candidate {
  readonly cvss: Cvss;
  readonly source: string;
}

const VERSION_ORDER: readonly CvssVersion[] = ['3.1', '4.0', '3.0', '2.0'];

function candidates(severities: readonly OsvSeverity[] | undefined, source: string): Candidate[] {
  return (severities ?? []).flatMap((entry) => {
    const cvss = parseCvss(entry.score);
    return cvss === undefined ? [] : [{ cvss, source: entry.source ?? source }];
  });
}

/** By version, then source; of one source the highest, so that the order of entries decides nothing. */
function bestOf(list: readonly Candidate[]): Candidate | undefined {
  return [...list].sort(
    (a, b) =>
      VERSION_ORDER.indexOf(a.cvss.version) - VERSION_ORDER.indexOf(b.cvss.version) ||
      sourceRank(a.source) - sourceRank(b.source) ||
      b.cvss.baseScore - a.cvss.baseScore ||
      (a.cvss.vector < b.cvss.vector ? -1 : 1),
  )[0];
}

/** NVD, then whoever assigned the CVE, then CISA's additions. */
function sourceRank(source: string): number {
  const name = source.toLowerCase();
  return name.includes('nvd') || name === 'nist' ? 0 : name.includes('cisa') || name.includes('adp') ? 2 : 1;
}
