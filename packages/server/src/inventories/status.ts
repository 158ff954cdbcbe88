import type { ScanReason, ScanStatus } from '@assay/core/coverage.ts';
import type { Gap, GapCode } from '@assay/core/gap.ts';
import type { Inventory } from '@assay/core/inventory.ts';

/** Gaps that hide packages which may still be there: with one of these, what is no longer seen is not gone. */
const HIDING: ReadonlySet<GapCode> = new Set<GapCode>([
  'unreadable-package-database',
  'unsupported-package-database',
  'unparsable-file',
  'file-too-large',
  'unreadable-layer',
  'digest-mismatch',
  'truncated-input',
  'limit-reached',
  'cataloger-failed',
  'unreadable-path',
]);

/** Of these, the ones that speak of the file they name and of nothing else. */
const OF_ONE_FILE: ReadonlySet<GapCode> = new Set<GapCode>([
  'unreadable-package-database',
  'unsupported-package-database',
  'unparsable-file',
  'file-too-large',
  'unreadable-path',
]);

/**
 * Whether a package last seen at `path` may still be there although it was not seen now. A gap that names a file hides what was read from
 * that file or below it; one that names no path hides everything.
 */
export function hiddenBy(gaps: readonly Gap[]): ((path: string) => boolean) | undefined {
  const hiding = gaps.filter((gap) => gap.fatal === true || HIDING.has(gap.code));
  if (hiding.length === 0) return undefined;
  if (hiding.some((gap) => gap.fatal === true || gap.path === undefined || !OF_ONE_FILE.has(gap.code))) return () => true;
  return (path) => hiding.some((gap) => path === gap.path || path.startsWith(`${gap.path}/`));
}

/** Inspector's word for whether this resource is looked at. Packages that were read make it ACTIVE; else the gap says why not. */
export function scanStatus(inventory: Pick<Inventory, 'packages' | 'gaps' | 'subject'>): {
  readonly status: ScanStatus;
  readonly reason: ScanReason;
} {
  const fatal = inventory.gaps.filter((gap) => gap.fatal === true);
  if (fatal.length === 0 && inventory.packages.length > 0) return { status: 'ACTIVE', reason: 'SUCCESSFUL' };
  const has = (...codes: GapCode[]): boolean => (fatal.length > 0 ? fatal : inventory.gaps).some((gap) => codes.includes(gap.code));
  if (has('unsupported-media-type', 'unsupported-manifest', 'not-an-image'))
    return { status: 'INACTIVE', reason: 'UNSUPPORTED_MEDIA_TYPE' };
  if (has('unsupported-distribution', 'unknown-distribution')) return { status: 'INACTIVE', reason: 'UNSUPPORTED_OS' };
  if (
    has(
      'unreadable-package-database',
      'unsupported-package-database',
      'truncated-input',
      'unreadable-layer',
      'digest-mismatch',
      'limit-reached',
    )
  )
    return { status: 'INACTIVE', reason: 'INTERNAL_ERROR' };
  if (fatal.length > 0) return { status: 'INACTIVE', reason: 'INTERNAL_ERROR' };
  // Nothing to read and nothing in the way: a static image or an empty checkout was looked at.
  if (has('no-package-database', 'no-packages') && inventory.subject.kind === 'host') return { status: 'INACTIVE', reason: 'NO_INVENTORY' };
  return { status: 'ACTIVE', reason: 'SUCCESSFUL' };
}
