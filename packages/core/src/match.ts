import type { AdvisoryStatus, OsvSeverity, SeverityWord } from './advisory.ts';

/** Why a package matches, in the words a person needs to check it. */
export interface MatchReason {
  /** What was asked of the advisory database. */
  readonly searchedBy: { readonly namespace: string; readonly name: string; readonly version: string; readonly via: 'package' | 'source' };
  readonly found: { readonly advisory: string; readonly feed: string; readonly range: string };
  /** Id of the rule that decided, stable and documented. */
  readonly rule: MatchRule;
}
export type MatchRule = 'version-in-range' | 'version-listed' | 'all-versions' | 'no-fix-available';
export const MATCH_RULE_CODES: Record<MatchRule, number> = {
  'version-in-range': 1,
  'version-listed': 2,
  'all-versions': 3,
  'no-fix-available': 4,
};

/** One vulnerability on one package identity. */
export interface Match {
  /** CVE where one exists, else the advisory's own id. */
  readonly vulnerabilityId: string;
  readonly advisory: string;
  readonly feed: string;
  readonly aliases: readonly string[];
  readonly status: AdvisoryStatus;
  /** Version that fixes it, as the advisory says; null when none is known. */
  readonly fixedIn: string | null;
  readonly severity?: SeverityWord;
  readonly cvss?: readonly OsvSeverity[];
  readonly malicious?: boolean;
  readonly reason: MatchReason;
}
