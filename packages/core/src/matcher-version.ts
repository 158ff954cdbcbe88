import { PACKAGE_TYPES, type PackageType, packageTypeOfName } from './package-type.ts';

/** Distributions by package format; every other distribution that we know packs RPM. */
const FORMAT_OF_DISTRO: ReadonlyMap<string, PackageType> = new Map<string, PackageType>([
  ['debian', 'deb'],
  ['ubuntu', 'deb'],
  ['echo', 'deb'],
  ['alpine', 'apk'],
  ['wolfi', 'apk'],
  ['chainguard', 'apk'],
  ['minimos', 'apk'],
  ['alpaquita', 'apk'],
  ['bellsoft', 'apk'],
]);

/**
 * Version of the matching rules of each package type. Bump a type when the same package and the same advisories would give another
 * answer than before: every key of its namespaces then counts as changed in the next advisory revision, and is evaluated again.
 */
export const MATCHER_VERSIONS: Readonly<Record<PackageType, number>> = Object.freeze(
  Object.fromEntries(Object.keys(PACKAGE_TYPES).map((type) => [type, 1])) as Record<PackageType, number>,
);

/** The type of the packages that live in an advisory namespace: `debian:12` → `deb`, `npm` → `npm`. */
export function packageTypeOfNamespace(namespace: string): PackageType {
  const type = packageTypeOfName(namespace);
  if (type !== undefined) return type;
  const end = namespace.search(/[:/]/);
  return FORMAT_OF_DISTRO.get(end < 0 ? namespace : namespace.slice(0, end)) ?? 'rpm';
}
