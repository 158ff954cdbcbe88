import type { PackageIdentity } from '@assay/core/package.ts';
import { packageType } from '@assay/core/package-type.ts';
import type { Search } from './search.ts';

/**
 * Why what matches a package is not reported as its vulnerabilities:
 * `answered-by-distribution`: a language package that a distribution with a comprehensive feed ships; that feed speaks of the build.
 * `headers-only`: kernel headers carry no kernel code. What is said of the source `linux` is withheld; a statement on the headers
 * package itself counts.
 * `third-party-build`: the package has a distribution's name but another maker, of whose builds its advisories say nothing.
 */
export type WithholdReason = 'answered-by-distribution' | 'headers-only' | 'third-party-build';

export function reasonToWithhold(identity: PackageIdentity, search: Search): WithholdReason | undefined {
  if (!packageType(identity.type).os) return identity.owner === 'comprehensive-distro' ? 'answered-by-distribution' : undefined;
  if (isThirdParty(identity)) return 'third-party-build';
  return search.via === 'source' && isKernelHeaders(identity.name) && /^(?:linux|kernel)(?:-|$)/.test(search.name)
    ? 'headers-only'
    : undefined;
}

function isKernelHeaders(name: string): boolean {
  return /^(?:linux-libc-dev(?:-|$)|linux-headers(?:-|$)|linux(?:-.*)?-headers-|kernel-headers$)/.test(name);
}

/** Who makes the packages of a family of distributions. Families that are not listed, and packages without a vendor, are trusted. */
const MAKERS: readonly (readonly [namespace: RegExp, vendor: RegExp])[] = [
  [/^(?:debian|ubuntu)(?::|$)/, /debian|ubuntu|canonical/i],
  [/^(?:almalinux|redhat|rocky|ol|amzn)(?::|$)/, /^(?:AlmaLinux|Amazon|CentOS|CloudLinux|Fedora Project|Oracle|Red Hat|Rocky)/],
];

function isThirdParty({ namespace, vendor }: PackageIdentity): boolean {
  if (vendor === undefined || vendor === '') return false;
  const makers = MAKERS.find(([family]) => family.test(namespace))?.[1];
  return makers !== undefined && !makers.test(vendor);
}
