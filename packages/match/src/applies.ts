import type { AdvisoryRecord } from '@assay/core/advisory.ts';
import type { PackageIdentity } from '@assay/core/package.ts';
import { packageType } from '@assay/core/package-type.ts';
import { architectureName } from '@assay/core/platform.ts';

const ANY_ARCH = new Set(['', 'noarch', 'all', 'any']);

/** Whether a record speaks of this build of the package at all: architecture, module stream, flavour, authority. */
export function applicability(identity: PackageIdentity): (record: AdvisoryRecord) => boolean {
  const { authority, os } = packageType(identity.type);
  const prefix = authority?.names.test(identity.name) ? authority.advisories : '';
  const flavour = flavourOf(identity.version);
  return (record) =>
    record.advisory.startsWith(prefix) &&
    (!os || (archApplies(record.arch, identity.arch) && moduleApplies(record, identity) && flavour === flavourOfRecord(record)));
}

function archApplies(arch: readonly string[] | undefined, own: string | undefined): boolean {
  if (arch === undefined || arch.length === 0 || own === undefined || ANY_ARCH.has(own)) return true;
  return arch.some((name) => ANY_ARCH.has(name) || architectureName(name) === architectureName(own));
}

/**
 * A statement for a module stream is for that stream. Packages of unknown modularity (absent) match any "affected", but a
 * "not affected" of some stream must not clear them. Feeds that name no stream still show it in the release (`.module_el8`).
 */
function moduleApplies(record: AdvisoryRecord, identity: PackageIdentity): boolean {
  if (identity.module === undefined) return record.module === undefined || record.status !== 'not-affected';
  if (record.module !== undefined) return record.module === identity.module;
  const fix = fixOf(record);
  return fix === undefined || isModularVersion(fix) === (identity.module !== '');
}
export function isModularVersion(version: string): boolean {
  return /\.module[_+]/.test(version);
}

/** Builds that are fixed under numbers of their own: Oracle's ksplice and FIPS packages, Ubuntu's FIPS packages. */
function flavourOf(version: string): string {
  if (!version.includes('ksplice') && !version.includes('fips') && !version.includes('FIPS')) return '';
  return /\.ksplice|[._+]fips/i.exec(version)?.[0].slice(1).toLowerCase() ?? '';
}
function flavourOfRecord(record: AdvisoryRecord): string {
  const named = record.stream?.includes('fips') ? 'fips' : '';
  return named || flavourOf(fixOf(record) ?? '');
}

function fixOf(record: AdvisoryRecord): string | undefined {
  for (const range of record.ranges ?? []) {
    for (const event of range.events) if (event.fixed !== undefined && event.fixed !== '0') return event.fixed;
  }
  return undefined;
}
