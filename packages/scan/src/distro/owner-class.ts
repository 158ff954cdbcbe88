import type { Distro } from '@assay/core/inventory.ts';
import type { OwnerClass } from '@assay/core/package.ts';

/**
 * Distributions whose advisories also list what is not fixed, so that a language package which they ship is answered for by them
 * (engine.md 1.17). Amazon, Alpine, SUSE and Oracle publish fixes only: silence there says nothing.
 */
const COMPREHENSIVE: ReadonlySet<string> = new Set([
  'arch',
  'azurelinux',
  'mariner',
  'debian',
  'raspbian',
  'ubuntu',
  'rhel',
  'centos',
  'almalinux',
  'rocky',
  'scientific',
]);

/** First words of the RPM vendor tag of packages that the distribution itself made (engine.md 1.3.4). */
const DISTRIBUTION_VENDORS = [
  'AlmaLinux',
  'Amazon Linux',
  'Amazon.com',
  'CentOS',
  'CloudLinux',
  'Fedora Project',
  'Microsoft Corporation',
  'Oracle America',
  'Red Hat',
  'Rocky',
  'SUSE',
  'VMware',
  'openSUSE',
];

/** Whose words count for files that a package of this distribution installed. `null`: the distribution is unknown. */
export function ownerClassOf(distro: Distro | null): OwnerClass {
  return distro !== null && COMPREHENSIVE.has(distro.id) ? 'comprehensive-distro' : 'other';
}

/**
 * The same for one RPM: a package of a third party has the distribution's names but nobody's advisories. Distributions always say who they
 * are; a package without vendor was made by somebody else.
 */
export function ownerClassOfVendor(distro: Distro | null, vendor: string | undefined): OwnerClass {
  if (vendor === undefined || !DISTRIBUTION_VENDORS.some((prefix) => vendor.startsWith(prefix))) return 'other';
  // EPEL is made by the Fedora Project, and no RHEL advisory speaks of it.
  if (vendor.startsWith('Fedora Project') && distro?.id !== 'fedora') return 'other';
  return ownerClassOf(distro);
}
