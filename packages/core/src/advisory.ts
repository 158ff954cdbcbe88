/**
 * OSV is the only advisory form inside (https://ossf.github.io/osv-schema/). Feeds produce {@link Advisory}: an OSV document
 * whose `affected[].assay` carries what OSV has no word for. Enrichments are a second, small form.
 */

/** What a feed says about one package in one advisory. Kept apart: collapsing them loses the filter users ask for most. */
export type AdvisoryStatus = 'fixed' | 'affected' | 'will-not-fix' | 'deferred' | 'end-of-life' | 'under-investigation' | 'not-affected';

export interface OsvEvent {
  readonly introduced?: string;
  readonly fixed?: string;
  readonly last_affected?: string;
  readonly limit?: string;
}
export interface OsvRange {
  readonly type: 'SEMVER' | 'ECOSYSTEM' | 'GIT';
  readonly events: readonly OsvEvent[];
}
export interface OsvSeverity {
  readonly type: 'CVSS_V2' | 'CVSS_V3' | 'CVSS_V4' | string;
  readonly score: string;
  /** Who gave it: a feed id, `NVD`, a CNA; ours. */
  readonly source?: string;
}
export type SeverityWord = 'none' | 'low' | 'medium' | 'high' | 'critical';

/** Our namespaced additions to an `affected[]` entry. */
export interface AffectedExtra {
  readonly status?: AdvisoryStatus;
  /** Distribution's own word, mapped: Debian urgency, Ubuntu priority, errata severity. */
  readonly severity?: SeverityWord;
  /** Only for these architectures. */
  readonly arch?: readonly string[];
  /** RPM module `name:stream`. */
  readonly module?: string;
  /** Advisory stream the fix lives in, e.g. `esm-infra`. */
  readonly stream?: string;
  /** Go: import paths and symbols; kept for explanations. */
  readonly symbols?: readonly string[];
  readonly note?: string;
}

export interface Affected {
  readonly package: { readonly ecosystem: string; readonly name: string; readonly purl?: string };
  readonly ranges?: readonly OsvRange[];
  readonly versions?: readonly string[];
  readonly severity?: readonly OsvSeverity[];
  readonly assay?: AffectedExtra;
}

export interface Advisory {
  readonly id: string;
  readonly modified: string;
  readonly published?: string;
  readonly withdrawn?: string;
  /** Other ids of the *same* vulnerability. */
  readonly aliases?: readonly string[];
  /** Vulnerabilities that this (bundle) advisory fixes: DSA, USN, ALSA. Each becomes a finding of its own. */
  readonly upstream?: readonly string[];
  readonly related?: readonly string[];
  readonly summary?: string;
  readonly details?: string;
  readonly severity?: readonly OsvSeverity[];
  readonly affected: readonly Affected[];
  readonly references?: readonly { readonly type: string; readonly url: string }[];
  /** `malicious`, `cwes`, `url`; small and documented. */
  readonly assay?: {
    /** Id of the feed that produced it. */
    readonly feed: string;
    readonly malicious?: boolean;
    readonly cwes?: readonly string[];
    readonly url?: string;
  };
}

/** Facts about a vulnerability id that never decide a match: EPSS, KEV, CVE record, exploit evidence. Keyed by CVE id. */
export interface Enrichment {
  /** CVE id. */
  readonly id: string;
  readonly epss?: { readonly score: number; readonly percentile?: number; readonly date: string };
  readonly kev?: {
    readonly dateAdded: string;
    readonly dateDue: string;
    readonly action: string;
    readonly ransomware: boolean;
    readonly name: string;
    readonly notes?: string;
  };
  readonly cve?: {
    readonly title?: string;
    readonly description?: string;
    readonly published?: string;
    readonly modified?: string;
    readonly rejected?: boolean;
    readonly severities?: readonly OsvSeverity[];
    readonly cwes?: readonly string[];
    readonly references?: readonly string[];
    readonly ssvc?: { readonly exploitation: string; readonly automatable: string; readonly technicalImpact: string };
  };
  /** Published exploits: Exploit-DB numbers, newest first, and the days of the first and last where known. */
  readonly exploitDb?: { readonly ids: readonly number[]; readonly firstAt?: string; readonly lastAt?: string };
  /** Exploit modules of the Metasploit framework, and the ATT&CK techniques they name. */
  readonly metasploit?: { readonly modules: readonly string[]; readonly ttps?: readonly string[] };
}

/**
 * The match fields of one advisory for one package key, as the advisory database returns them:
 * one record per (affected entry), apart from texts.
 */
export interface AdvisoryRecord {
  readonly namespace: string;
  readonly name: string;
  readonly advisory: string;
  readonly feed: string;
  /** Vulnerability ids, one finding each: the CVE where exactly one names this vulnerability, else the advisory's own id; a bundle's `upstream`. */
  readonly vulnerabilities: readonly string[];
  readonly aliases: readonly string[];
  readonly status: AdvisoryStatus;
  readonly ranges?: readonly OsvRange[];
  readonly versions?: readonly string[];
  readonly severity?: SeverityWord;
  readonly cvss?: readonly OsvSeverity[];
  readonly arch?: readonly string[];
  readonly module?: string;
  readonly stream?: string;
  readonly malicious?: boolean;
}

/** The one way a matcher reaches advisories. Synchronous: the database is a local file. */
export interface AdvisoryLookup {
  /** Logical revision id, 64 hex. */
  readonly revision: string;
  /** Every record for the exact key, empty when none. */
  byPackage(namespace: string, name: string): readonly AdvisoryRecord[];
  /** Whether any advisory of the namespace is known; a package outside them is a coverage gap, not a clean one. */
  hasNamespace(namespace: string): boolean;
  /** The document by its id or an alias, with texts. */
  document(id: string): Advisory | undefined;
  enrichment(cve: string): Enrichment | undefined;
}
