import { PACKAGE_TYPES, type PackageType } from '@assay/core/package-type.ts';
import { compareVersions } from '@assay/core/versions.ts';

/** The one that is not lower than any other; null for none, or where some cannot be compared. */
export function highestVersion(type: PackageType, versions: readonly string[]): string | null {
  const { scheme } = PACKAGE_TYPES[type];
  let highest: string | undefined;
  for (const version of versions) {
    const order = highest === undefined ? 1 : compareVersions(scheme, version, highest);
    if (order === undefined) return null;
    if (order > 0) highest = version;
  }
  return highest ?? null;
}
