import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AdvisoryDatabase, openDatabase } from '@assay/advisories/database/open.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import type { InventoryPackage } from '@assay/core/package.ts';
import { PACKAGE_TYPES, type PackageType } from '@assay/core/package-type.ts';
import { starterAdvisories } from '@assay/snapshot/files.ts';

/** The starter database; undefined in a checkout where it was not built. */
export const starter = (): string | undefined => (existsSync(starterAdvisories) ? starterAdvisories : undefined);

export const NO_STARTER = 'the starter advisory database is not built (packages/snapshot)';

/** Package keys spread evenly over the database, and as many that it does not hold as `missing` says. */
export function writeKeys(database: string, folder: string, wanted: { readonly held: number; readonly missing: number }): string {
  const opened = openDatabase(database);
  const keys = spread(opened, wanted.held).map(({ namespace, name }) => [namespace, name]);
  opened.close();
  for (let n = 0; n < wanted.missing; n++) keys.push(['npm', `no-such-package-${n}`]);
  const file = join(folder, `keys-${wanted.held}-${wanted.missing}.json`);
  writeFileSync(file, JSON.stringify(keys));
  return file;
}

function spread(database: AdvisoryDatabase, count: number): { namespace: string; name: string }[] {
  const all = [...database.packages()];
  return Array.from({ length: count }, (_, n) => all[Math.floor((n * all.length) / count)]!);
}

/** An inventory of real names with versions that their advisories speak of; those beyond `held` have names that no advisory knows. */
export function writeInventory(database: string, folder: string, size: { readonly count: number; readonly held: number }): string {
  const opened = openDatabase(database);
  const packages = spread(opened, size.held).flatMap((key) => packageOf(opened, key) ?? []);
  opened.close();
  for (let n = 0; packages.length < size.count; n++) {
    const name = `harmless-package-${n}`;
    const identity = { type: 'npm', namespace: 'npm', name, version: `1.${n}.0`, owner: 'none', purl: `pkg:npm/${name}@1.${n}.0` } as const;
    packages.push({ identity, evidence: [] });
  }
  const file = join(folder, `inventory-${size.count}-${size.held}.json`);
  writeFileSync(file, JSON.stringify({ packages } satisfies Pick<Inventory, 'packages'>));
  return file;
}

function packageOf(database: AdvisoryDatabase, { namespace, name }: { namespace: string; name: string }): InventoryPackage | undefined {
  const type = typeOf(namespace);
  if (type === undefined) return undefined;
  const records = database.byPackage(namespace, name);
  const events = records.flatMap((record) => record.ranges ?? []).flatMap((range) => range.events);
  const version =
    events.map((event) => event.fixed ?? event.last_affected).find((text) => text !== undefined) ?? records[0]?.versions?.[0] ?? '1.0.0';
  return {
    identity: { type, namespace, name, version, owner: 'none', purl: `pkg:${type}/${encodeURIComponent(name)}@${version}` },
    evidence: [],
  };
}

function typeOf(namespace: string): PackageType | undefined {
  if (/^(debian|ubuntu):/.test(namespace)) return 'deb';
  if (/^(almalinux|rocky):/.test(namespace)) return 'rpm';
  return Object.hasOwn(PACKAGE_TYPES, namespace) ? (namespace as PackageType) : undefined;
}
