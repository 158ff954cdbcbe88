import type { PackageIdentity } from '@assay/core/package.ts';
import { packageType } from '@assay/core/package-type.ts';

export interface AdvisoryKey {
  readonly namespace: string;
  readonly name: string;
}
export interface Search extends AdvisoryKey {
  readonly version: string;
  readonly via: 'package' | 'source';
}

/** RPM distributions whose advisories name source packages. The others name the packages that are installed. */
const KEYED_BY_SOURCE = /^(?:azurelinux|mariner|photon)(?::|$)/;

/**
 * What is asked of the advisory database for a package: one search. Names are taken as the identity spells them (normalised by
 * whoever made it), so that a query over stored rows finds the same.
 */
export function searchOf(identity: PackageIdentity): Search {
  const { namespace, name, version, sourceName, sourceVersion } = identity;
  const row = packageType(identity.type);
  const viaSource = row.viaSource || (row.os && KEYED_BY_SOURCE.test(namespace));
  if (!viaSource || sourceName === undefined) return { namespace, name, version, via: 'package' };
  return { namespace, name: sourceName, version: sourceVersion ?? version, via: 'source' };
}

/**
 * Exactly the keys that `matchPackage` looks up. Inverted evaluation selects the stored packages whose (namespace, name) or
 * (namespace, source name) is a changed key, which is a superset of those whose keys hold it.
 */
export function searchKeys(identity: PackageIdentity): AdvisoryKey[] {
  const { namespace, name } = searchOf(identity);
  return [{ namespace, name }];
}
