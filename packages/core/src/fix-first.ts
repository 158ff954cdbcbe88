import type { FixAvailable } from './finding.ts';
import type { Exposure } from './score.ts';
import type { Severity } from './severity.ts';

/**
 * What is known of attacks: KNOWN (someone attacks with it, or an attack framework has a module), PUBLIC (exploit code is published),
 * LIKELY (EPSS of {@link LIKELY_EPSS} or more), NONE.
 */
export type Exploitation = 'KNOWN' | 'PUBLIC' | 'LIKELY' | 'NONE';
export const LIKELY_EPSS = 0.1;

export function exploitationOf(issue: {
  readonly weaponised: boolean;
  readonly exploit: boolean;
  readonly epss: number | null;
}): Exploitation {
  if (issue.weaponised) return 'KNOWN';
  if (issue.exploit) return 'PUBLIC';
  return issue.epss !== null && issue.epss >= LIKELY_EPSS ? 'LIKELY' : 'NONE';
}

/** What makes one finding urgent where it runs. */
export interface UrgencyFacts {
  readonly exposure: Exposure;
  readonly exploitation: Exploitation;
  readonly severity: Severity;
  readonly fix: FixAvailable;
}

/** How much each fact weighs: the urgency of a finding is their product. docs/fix-first.md says why. */
export const URGENCY_WEIGHTS = {
  // Not known is worse than a network of one's own, and better than known to be open.
  exposure: { INTERNET: 4, UNKNOWN: 3, PRIVATE_NETWORK: 2, CLUSTER_OR_NONE: 1 },
  exploitation: { KNOWN: 8, PUBLIC: 4, LIKELY: 2, NONE: 1 },
  severity: { CRITICAL: 8, HIGH: 4, MEDIUM: 2, LOW: 1, INFORMATIONAL: 1, UNTRIAGED: 1 },
  fix: { YES: 2, PARTIAL: 1, NO: 1 },
} as const satisfies { readonly [F in keyof UrgencyFacts]: Readonly<Record<UrgencyFacts[F], number>> };

/** 1 to 512. */
export function urgencyOf({ exposure, exploitation, severity, fix }: UrgencyFacts): number {
  const { exposure: reached, exploitation: exploited, severity: rated, fix: fixable } = URGENCY_WEIGHTS;
  return reached[exposure] * exploited[exploitation] * rated[severity] * fixable[fix];
}

/** One finding that an action would remove or lessen. */
export interface RankedFinding extends UrgencyFacts {
  /** Pods, tasks, containers that run it now; 1 for a host, 0 where nothing runs. */
  readonly running: number;
}

/** Where an action stands in the queue. */
export interface Rank {
  readonly runs: boolean;
  /** Of its most urgent finding. */
  readonly urgency: number;
  /** Of its findings that are as urgent as that: how many units run each, summed; where nothing runs, how many there are. */
  readonly weight: number;
}

/** The rank of an action: over what runs, where any of it runs; else over all. */
export function rankOf(findings: readonly RankedFinding[]): Rank {
  const runs = findings.some((one) => one.running > 0);
  const counted = runs ? findings.filter((one) => one.running > 0) : findings;
  const urgency = Math.max(0, ...counted.map(urgencyOf));
  const worst = counted.filter((one) => urgencyOf(one) === urgency);
  return { runs, urgency, weight: worst.reduce((sum, one) => sum + Math.max(1, one.running), 0) };
}

/**
 * Negative when `a` is to be done first: what runs before what does not, then by the most urgent finding, then by how much of that runs. Less
 * urgent findings never count, so that a thousand small ones do not hide a hole, and a page needs only the most urgent ones of all.
 */
export function compareRanks(a: Rank, b: Rank): number {
  return Number(b.runs) - Number(a.runs) || b.urgency - a.urgency || b.weight - a.weight;
}
