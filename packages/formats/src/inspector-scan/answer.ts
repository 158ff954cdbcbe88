import type { CvssVersion } from '@assay/core/cvss.ts';
import type { Severity } from '@assay/core/severity.ts';

/** What a scan of an SBOM found, component by component, before it takes one of the documents of `inspector-scan`. */
export interface SbomAnswer {
  /** RFC 4122. */
  readonly serial: string;
  /** ISO 8601. */
  readonly at: string;
  /** Names the advisories and enrichments that were asked. */
  readonly revision: string;
  readonly components: readonly AnsweredComponent[];
  readonly vulnerabilities: readonly AnsweredVulnerability[];
}

export interface AnsweredComponent {
  readonly ref: string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly path?: string;
  /** `skipped`: no advisories are known for such a package; `clean`: there are, and none applies. */
  readonly outcome: 'vulnerable' | 'clean' | 'skipped' | 'operating-system';
}

export interface AnsweredVulnerability {
  readonly id: string;
  readonly source: { readonly name: string; readonly url?: string };
  readonly severity: Severity;
  readonly description: string;
  readonly aliases: readonly string[];
  readonly ratings: readonly { readonly source: string; readonly vector: string; readonly version: CvssVersion; readonly score: number }[];
  readonly epss?: { readonly score: number; readonly date: string };
  /** Numbers alone, as CycloneDX has them. */
  readonly cwes: readonly number[];
  readonly references: readonly string[];
  readonly created?: string;
  readonly updated?: string;
  readonly kev?: { readonly dateAdded: string; readonly dateDue: string };
  readonly exploit: boolean;
  readonly exploitLastSeen?: string;
  /** Attacks were seen or a ready-made exploit exists. */
  readonly weaponised: boolean;
  readonly malicious: boolean;
  readonly affects: readonly { readonly ref: string; readonly fixedIn: string | null }[];
}

export const SKIPPED = 'Component skipped: no rules found.';
export const CLEAN = 'Component scanned: no vulnerabilities found.';

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  UNTRIAGED: 'unknown',
  INFORMATIONAL: 'none',
  LOW: 'low',
  MEDIUM: 'medium',
  HIGH: 'high',
  CRITICAL: 'critical',
};

const COUNTED = ['critical', 'high', 'medium', 'low'] as const;

/** Vulnerabilities by severity; `other` is what has none of the four. */
export function countsOf(answer: SbomAnswer): Record<(typeof COUNTED)[number] | 'other', number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, other: 0 };
  for (const { severity } of answer.vulnerabilities) {
    counts[COUNTED.find((word) => word === SEVERITY_WORDS[severity]) ?? 'other'] += 1;
  }
  return counts;
}

/** Inspector's order of work: a severe one that is being used, anything being used or critical with an exploit, severe ones, the rest. */
export function priorityOf({ severity, weaponised, exploit }: AnsweredVulnerability): 'IMMEDIATE' | 'URGENT' | 'MODERATE' | 'STANDARD' {
  const severe = severity === 'CRITICAL' || severity === 'HIGH';
  if (weaponised) return severe ? 'IMMEDIATE' : 'URGENT';
  if (exploit && severity === 'CRITICAL') return 'URGENT';
  return severe ? 'MODERATE' : 'STANDARD';
}
