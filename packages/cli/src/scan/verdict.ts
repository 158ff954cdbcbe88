import type { Gap, GapCode } from '@assay/core/gap.ts';
import type { ScanResult } from '@assay/core/scan-result.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import { EXIT } from '../exit-codes.ts';
import type { Threshold } from './choices.ts';

const LEAST: Readonly<Record<Threshold, number>> = {
  critical: SEVERITY_CODES.CRITICAL,
  high: SEVERITY_CODES.HIGH,
  medium: SEVERITY_CODES.MEDIUM,
  low: SEVERITY_CODES.LOW,
  any: SEVERITY_CODES.UNTRIAGED,
};

/** Gaps behind which any number of packages may hide: with one of them "clean" cannot be said. Others concern a file or a package. */
const DECISIVE: ReadonlySet<GapCode> = new Set<GapCode>([
  'unreadable-package-database',
  'unsupported-package-database',
  'unknown-distribution',
  'unsupported-distribution',
  'unreadable-layer',
  'digest-mismatch',
  'truncated-input',
  'unsupported-media-type',
  'unsupported-manifest',
  'limit-reached',
  'cataloger-failed',
  'not-an-image',
]);

export function isDecisive(gap: Gap): boolean {
  return gap.fatal === true || DECISIVE.has(gap.code);
}

/** A finding at the threshold is certain whatever else is unknown; otherwise a decisive gap forbids to say clean. */
export function verdict(results: readonly Pick<ScanResult, 'findings' | 'gaps'>[], failOn: Threshold | undefined): number {
  const reached =
    failOn !== undefined && results.some(({ findings }) => findings.some((finding) => SEVERITY_CODES[finding.severity] >= LEAST[failOn]));
  if (reached) return EXIT.threshold;
  return results.some(({ gaps }) => gaps.some(isDecisive)) ? EXIT.notLooked : EXIT.ok;
}
