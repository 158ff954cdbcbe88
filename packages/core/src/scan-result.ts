import type { AdvisoryStatus, OsvSeverity } from './advisory.ts';
import type { Gap } from './gap.ts';
import type { Distro, Subject } from './inventory.ts';
import type { MatchReason } from './match.ts';
import type { PackageType } from './package-type.ts';
import type { Severity } from './severity.ts';

/**
 * What `assay scan` answers: the published form of one scan (docs/schemas/scan-result.schema.json). Arrays are in a fixed order, so that
 * the same content against the same revision gives the same document but for `createdAt` and `database.ageDays`.
 */
export interface ScanResult {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'assay'; readonly version: string };
  /** ISO 8601. */
  readonly createdAt: string;
  readonly subject: Subject;
  readonly distro: Distro | null;
  readonly database: DatabaseState;
  readonly summary: ScanSummary;
  /** Most severe first. */
  readonly findings: readonly ScanFinding[];
  readonly packages: readonly ScanPackage[];
  readonly gaps: readonly Gap[];
}

export interface DatabaseState {
  /** 64 hex. */
  readonly revision: string;
  readonly builtAt: string;
  readonly ageDays: number | null;
  /** `installed` in the data directory, or the `snapshot` that ships with Assay. */
  readonly origin: 'installed' | 'snapshot' | 'file';
  readonly enrichments: { readonly revision: string; readonly builtAt: string } | null;
}

export interface ScanSummary {
  readonly packages: number;
  readonly findings: number;
  readonly fixable: number;
  readonly gaps: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  /** Matches that are not findings, by reason: the distribution answers for the package, kernel headers, ignored by a rule. */
  readonly withheld: Readonly<Record<string, number>>;
}

export interface ScanFinding {
  readonly vulnerabilityId: string;
  readonly aliases: readonly string[];
  readonly severity: Severity;
  /** Who decided the severity and from what, in one sentence. */
  readonly severityReason: string;
  /** CVSS base score 0–10, null when nobody gave one. */
  readonly score: number | null;
  readonly cvss: readonly OsvSeverity[];
  readonly title: string | null;
  readonly url: string | null;
  readonly status: AdvisoryStatus;
  /** Version of the (source) package that fixes it; null when there is none. */
  readonly fixedIn: string | null;
  readonly malicious: boolean;
  readonly epss: number | null;
  /** Known to be exploited, by CISA's catalogue. */
  readonly kev: boolean;
  readonly package: Pick<ScanPackage, 'purl' | 'name' | 'version' | 'type' | 'namespace' | 'paths' | 'layer'>;
  readonly reason: MatchReason;
}

export interface ScanPackage {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly type: PackageType;
  readonly namespace: string;
  readonly sourceName?: string;
  readonly sourceVersion?: string;
  readonly arch?: string;
  readonly licenses: readonly string[];
  readonly paths: readonly string[];
  /** Digest of the layer that introduced it, null where the target has no layers. */
  readonly layer: string | null;
}
