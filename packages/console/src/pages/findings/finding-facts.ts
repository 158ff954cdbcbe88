import type { Finding, Resource, VulnerablePackage } from '../../api/types.ts';

/** What the table and the panel say about a finding, read out of Amazon's shape in one place. Pure. */
export interface ResourceName {
  /** What a person calls it. */
  readonly name: string;
  readonly detail: string | undefined;
}

export function vulnerabilityOf(finding: Finding): string {
  return finding.packageVulnerabilityDetails?.vulnerabilityId ?? finding.codeVulnerabilityDetails?.detectorName ?? finding.title ?? '';
}

/** The title without the id that stands in the column beside it. */
export function shortTitle(title: string | undefined, vulnerability: string): string {
  const text = title ?? '';
  return vulnerability !== '' && text.startsWith(`${vulnerability} - `) ? text.slice(vulnerability.length + 3) : text;
}

export function resourceName(resource: Resource | undefined): ResourceName {
  if (resource === undefined) return { name: '', detail: undefined };
  const image = resource.details?.awsEcrContainerImage;
  if (image !== undefined) {
    const tag = image.imageTags?.[0];
    const digest = shortDigest(image.imageHash);
    return { name: `${image.repositoryName ?? ''}${tag === undefined ? `@${digest}` : `:${tag}`}`, detail: image.imageHash };
  }
  const project = resource.details?.codeRepository?.projectName;
  const fn = resource.details?.awsLambdaFunction?.functionName;
  const named = resource.tags?.['Name'] ?? project ?? fn;
  if (named !== undefined && named !== '') return { name: named, detail: resource.id };
  return { name: lastPart(resource.id ?? ''), detail: resource.id };
}

export function shortDigest(digest: string | undefined): string {
  const hex = (digest ?? '').replace(/^sha256:/, '');
  return hex.slice(0, 12);
}

function lastPart(id: string): string {
  if (!id.startsWith('arn:')) return id;
  return id.split(':').slice(5).join(':') || id;
}

/** Version as the distribution writes it: epoch, version, release. */
export function installedVersion(pkg: VulnerablePackage): string {
  const epoch = pkg.epoch !== undefined && pkg.epoch > 0 ? `${pkg.epoch}:` : '';
  const release = pkg.release !== undefined && pkg.release !== '' ? `-${pkg.release}` : '';
  return `${epoch}${pkg.version ?? ''}${release}`;
}

const NOT_FIXED = /^not\s?available$/i;

/** The version that fixes it; Amazon writes `NotAvailable` where there is none. */
export function fixedVersion(pkg: VulnerablePackage): string | undefined {
  const version = pkg.fixedInVersion?.trim();
  return version === undefined || version === '' || NOT_FIXED.test(version) ? undefined : version;
}

export interface PackageSummary {
  readonly first: VulnerablePackage | undefined;
  readonly others: number;
}
export function packageSummary(finding: Finding): PackageSummary {
  const packages = finding.packageVulnerabilityDetails?.vulnerablePackages ?? [];
  const names = new Set(packages.map((pkg) => `${pkg.name}\n${installedVersion(pkg)}`));
  return { first: packages[0], others: Math.max(0, names.size - 1) };
}

/** The command of the package's own manager, when the service wrote one. */
export function remediationCommand(pkg: VulnerablePackage): string | undefined {
  const text = pkg.remediation?.trim();
  return text === undefined || text === '' || NOT_FIXED.test(text) ? undefined : text;
}

/** Severity of a group: the highest that counts at least one. */
export function highestSeverity(counts: { all?: number; critical?: number; high?: number; medium?: number } | undefined) {
  if ((counts?.critical ?? 0) > 0) return 'CRITICAL' as const;
  if ((counts?.high ?? 0) > 0) return 'HIGH' as const;
  if ((counts?.medium ?? 0) > 0) return 'MEDIUM' as const;
  return 'REST' as const;
}
export function restCount(counts: { all?: number; critical?: number; high?: number; medium?: number } | undefined): number {
  if (counts === undefined) return 0;
  return Math.max(0, (counts.all ?? 0) - (counts.critical ?? 0) - (counts.high ?? 0) - (counts.medium ?? 0));
}
