import type { AdvisoryRecord } from '@assay/core/advisory.ts';
import { type Evaluation, evaluateAffected } from '@assay/core/osv.ts';
import type { PackageIdentity } from '@assay/core/package.ts';
import { packageType } from '@assay/core/package-type.ts';
import { isModularVersion } from './applies.ts';

/**
 * What one record says of one installed version. `negative`: stated not to be affected. `open`: the vendor, or an entry without
 * versions, does not know. `cleared`: a distribution's fix is installed. `outside`: this record does not speak of the version.
 */
export type Verdict =
  | { readonly record: AdvisoryRecord; readonly says: 'negative' | 'open' | 'cleared' | 'outside' }
  | { readonly record: AdvisoryRecord; readonly says: 'unreadable'; readonly version: string }
  | { readonly record: AdvisoryRecord; readonly says: 'affected'; readonly evaluation: Evaluation };

export function judge(record: AdvisoryRecord, identity: PackageIdentity, version: string): Verdict {
  if (record.status === 'not-affected') return { record, says: 'negative' };
  if (record.status === 'under-investigation') return { record, says: 'open' };
  const { os, scheme } = packageType(identity.type);
  const evaluation = evaluateAffected(record, version, scheme);
  if ('unparsable' in evaluation) return { record, says: 'unreadable', version: evaluation.unparsable };
  if (evaluation.affected) return { record, says: 'affected', evaluation };
  if (evaluation.rule === 'no-statement') {
    // A distribution that marks a package without versions means every version; elsewhere an entry without versions is unfinished.
    return os || record.malicious ? { record, says: 'affected', evaluation } : { record, says: 'open' };
  }
  return { record, says: os && isFixInstalled(record) ? 'cleared' : 'outside' };
}

/**
 * A distribution's fix at or below the installed version clears the vulnerability, whatever older marks or later updates of the
 * same id say. Not for module streams, where the fix of a lower stream proves nothing. Called for versions outside all ranges.
 */
function isFixInstalled({ module, ranges = [] }: AdvisoryRecord): boolean {
  if (module !== undefined) return false;
  return ranges.some(({ events }) => {
    const fix = events.find((event) => event.fixed !== undefined)?.fixed;
    return fix !== undefined && !isModularVersion(fix) && events.some((event) => event.introduced === '0');
  });
}
