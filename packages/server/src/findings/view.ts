import type { FindingKind, FindingStatus, FixAvailable, ResourceKind } from '@assay/core/finding.ts';
import type { PackageType } from '@assay/core/package-type.ts';
import type { Exposure, ScoreBasis } from '@assay/core/score.ts';
import type { Severity } from '@assay/core/severity.ts';

/** A finding with everything a page shows, in domain words. Dates are JavaScript dates. */
export interface FindingView {
  readonly account: number;
  readonly id: number;
  readonly kind: FindingKind;
  readonly status: FindingStatus;
  readonly severity: Severity;
  readonly fix: FixAvailable;
  /** Null when no score is known. */
  readonly score: number | null;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly updatedAt: Date;
  readonly issue: IssueView;
  readonly resource: ResourceView;
  readonly packages: readonly FindingPackageView[];
}

export interface IssueView {
  readonly id: number;
  readonly name: string;
  readonly source: string;
  readonly vendorSeverity: Severity;
  readonly epss: number | null;
  readonly kevAt: Date | null;
  readonly exploit: boolean;
  /** Attacks were seen, or an attack framework has a module: counts in the score. */
  readonly weaponised: boolean;
  readonly aliases: readonly string[];
  /** `issue.doc`: texts as last seen. */
  readonly doc: IssueDoc;
}

/** What the scanner stores of a vulnerability for people: kept, so that pages survive a withdrawn advisory. */
export interface IssueDoc {
  readonly title?: string;
  readonly description?: string;
  readonly references?: readonly string[];
  readonly url?: string;
  readonly cvss?: readonly { readonly source: string; readonly version: string; readonly vector: string; readonly score: number }[];
  readonly cwes?: readonly string[];
  readonly published?: string;
  readonly modified?: string;
  readonly kev?: {
    readonly dateAdded: string;
    readonly dateDue: string;
    readonly action: string;
    readonly ransomware?: boolean;
    readonly name?: string;
  };
  readonly malicious?: boolean;
  readonly exploits?: ExploitFacts;
}

/** Who says that an exploit exists; absent where nobody does. */
export interface ExploitFacts {
  /** CISA's decision: `active` attacks, or a proof of concept. */
  readonly ssvc?: 'active' | 'poc';
  readonly exploitDb?: { readonly ids: readonly number[]; readonly firstAt?: string; readonly lastAt?: string };
  readonly metasploit?: { readonly modules: readonly string[]; readonly ttps?: readonly string[] };
}

export interface ResourceView {
  readonly id: number;
  readonly kind: ResourceKind;
  readonly arn: string;
  readonly registry: string | null;
  readonly repository: string | null;
  readonly digest: string | null;
  readonly arch: string | null;
  readonly platform: string | null;
  readonly pushedAt: Date | null;
  readonly lastInUseAt: Date | null;
  readonly inUseCount: number;
  readonly exposure: Exposure;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly imageTags: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface FindingPackageView {
  readonly type: PackageType;
  readonly name: string;
  readonly version: string;
  readonly arch: string | null;
  readonly purl: string;
  readonly fixedIn: string | null;
  readonly advisory: string;
  readonly path: string | null;
  readonly layer: string | null;
  /** What its score starts from; null in rows older than scores had one. */
  readonly basis: ScoreBasis | null;
  /** What this package alone gives the finding. */
  readonly score: number | null;
}
