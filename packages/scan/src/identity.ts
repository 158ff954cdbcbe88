import type { Distro } from '@assay/core/inventory.ts';
import type { OwnerClass, PackageIdentity } from '@assay/core/package.ts';
import { type PackageTypeRow, packageType } from '@assay/core/package-type.ts';
import { canonicalPurl, formatPurl } from '@assay/core/purl.ts';
import type { FoundPackage } from './cataloger.ts';

const MAX_NAME = 512;
const MAX_VERSION = 256;

/** Advisory namespace of a package; a distribution without a feed still gets a name of its own, an unknown one `unknown`. */
function namespaceOf(found: FoundPackage, distro: Distro | null): string {
  if (!packageType(found.type).os) return found.type;
  if (distro === null) return 'unknown';
  return distro.namespace ?? (distro.version === '' ? distro.id : `${distro.id}:${distro.version}`);
}

/** The matching identity; undefined for names and versions that nothing real has. */
export function identityOf(found: FoundPackage, distro: Distro | null, owner: OwnerClass): PackageIdentity | undefined {
  const row = packageType(found.type);
  const name = row.normalizeName(found.name);
  if (name === '' || name.length > MAX_NAME || found.version.length > MAX_VERSION || /[\u0000-\u001f\u007f]/.test(name + found.version)) {
    return undefined;
  }
  const purl = purlOf(found, row, distro);
  if (purl === undefined) return undefined;
  return {
    type: found.type,
    namespace: namespaceOf(found, distro),
    name,
    version: found.version,
    ...(found.sourceName !== undefined && { sourceName: found.sourceName }),
    ...(found.sourceVersion !== undefined && { sourceVersion: found.sourceVersion }),
    ...(found.arch !== undefined && { arch: found.arch }),
    ...(found.module !== undefined && { module: found.module }),
    ...(found.vendor !== undefined && { vendor: found.vendor }),
    owner,
    purl,
  };
}

function purlOf(found: FoundPackage, row: PackageTypeRow, distro: Distro | null): string | undefined {
  const parts = row.os ? osParts(found, row, distro) : languageParts(found, row);
  return canonicalPurl(parts) === undefined ? undefined : formatPurl(parts);
}

function osParts(found: FoundPackage, row: PackageTypeRow, distro: Distro | null) {
  const epoch = row.scheme === 'rpm' ? /^(\d+):(.*)$/.exec(found.version) : null;
  const version = epoch?.[2] ?? found.version;
  const release = distro === null ? undefined : [distro.id, distro.version].filter((part) => part !== '').join('-');
  const upstream =
    found.sourceName === undefined || (found.sourceName === found.name && (found.sourceVersion ?? found.version) === found.version)
      ? undefined
      : found.sourceVersion === undefined || found.sourceVersion === found.version
        ? found.sourceName
        : `${found.sourceName}@${found.sourceVersion}`;
  return {
    type: row.purl,
    namespace: distro === null ? undefined : distro.id === 'rhel' ? 'redhat' : distro.id,
    name: found.name,
    version,
    qualifiers: { arch: found.arch, distro: release, epoch: epoch?.[1], rpmmod: found.module, upstream },
  };
}

/** Names carry the group before the last slash (npm scope, Go path, Composer vendor), or before a colon where `purl` is Maven's. */
function languageParts(found: FoundPackage, row: PackageTypeRow) {
  const cut = row.scheme === 'maven' ? found.name.indexOf(':') : found.name.lastIndexOf('/');
  return {
    type: row.purl,
    namespace: cut < 0 ? undefined : found.name.slice(0, cut),
    name: found.name.slice(cut + 1),
    version: found.version,
  };
}
