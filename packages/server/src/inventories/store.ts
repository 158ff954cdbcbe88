import { createHash } from 'node:crypto';
import type { Inventory } from '@assay/core/inventory.ts';
import type { PackageIdentity } from '@assay/core/package.ts';
import type { BlobStore } from '../blobs/blobs.ts';
import type { Transaction } from '../db/pool.ts';
import type { Queryable } from '../jobs/queue.ts';
import { identityOfRow, PACKAGE_COLUMNS, type PackageRow, packageIds } from './dictionary.ts';
import { hiddenBy } from './status.ts';

/** The evidence blob: JSON, packages in the inventory's order, by dictionary id. */
export interface EvidenceDocument {
  readonly version: 1;
  readonly subject: Inventory['subject'];
  readonly distro: Inventory['distro'];
  readonly catalogers: Inventory['catalogers'];
  readonly stats?: Inventory['stats'];
  readonly packages: readonly {
    readonly id: number;
    readonly evidence: Inventory['packages'][number]['evidence'];
    readonly licenses?: readonly string[];
    readonly dev?: boolean;
    readonly ownedBy?: string;
  }[];
}

export interface PreparedPackage {
  readonly id: number;
  readonly identity: PackageIdentity;
  readonly path: string;
  readonly layer: string;
}

/** An inventory with its dictionary ids and its evidence on disk, ready for a short transaction. */
export interface PreparedInventory {
  /** Sorted by id. */
  readonly packages: readonly PreparedPackage[];
  readonly gaps: Inventory['gaps'];
  readonly evidence: string;
  readonly catalogers: Buffer;
}

/** Equal for equal versions of the same catalogers; 16 bytes. */
export function catalogersDigest(catalogers: Inventory['catalogers']): Buffer {
  const sorted = Object.entries(catalogers).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest().subarray(0, 16);
}

export async function prepareInventory(db: Queryable, blobs: BlobStore, inventory: Inventory): Promise<PreparedInventory> {
  const ids = await packageIds(
    db,
    inventory.packages.map((one) => one.identity),
  );
  const packages = new Map<number, PreparedPackage>();
  inventory.packages.forEach((one, index) => {
    const [first] = one.evidence;
    packages.set(ids[index]!, { id: ids[index]!, identity: one.identity, path: first?.path ?? '', layer: first?.layer ?? '' });
  });
  const document: EvidenceDocument = {
    version: 1,
    subject: inventory.subject,
    distro: inventory.distro,
    catalogers: inventory.catalogers,
    packages: inventory.packages.map(({ identity: _, ...rest }, index) => ({ id: ids[index]!, ...rest })),
  };
  return {
    packages: sorted(packages.values()),
    gaps: inventory.gaps,
    evidence: await blobs.put(Buffer.from(JSON.stringify(document))),
    catalogers: catalogersDigest(inventory.catalogers),
  };
}

/**
 * What the resource holds from now on. Where the new look was hindered, packages of the last look that were not seen again stay,
 * unless another version of the same package was seen: nothing closes because we failed to look.
 */
export async function carryUnseen(
  tx: Transaction,
  prepared: PreparedInventory,
  last: { readonly account: number; readonly inventory: number | null },
): Promise<readonly PreparedPackage[]> {
  const hidden = hiddenBy(prepared.gaps);
  if (last.inventory === null || hidden === undefined) return prepared.packages;
  const { rows } = await tx.query<PackageRow & { path: string | null; layer: string | null }>(
    `select ${PACKAGE_COLUMNS}, u.path, u.layer from inventory i
     cross join lateral unnest(i.packages, i.paths, i.layers) as u(id, path, layer) join package p on p.id = u.id
     where i.account = $1 and i.id = $2`,
    [last.account, last.inventory],
  );
  const keyOf = (p: PackageIdentity): string => `${p.namespace}\0${p.name}\0${p.arch ?? ''}`;
  const seen = new Set(prepared.packages.map((one) => keyOf(one.identity)));
  const carried = rows
    .map((row) => ({ id: row.id, identity: identityOfRow(row), path: row.path ?? '', layer: row.layer ?? '' }))
    .filter((one) => hidden(one.path) && !seen.has(keyOf(one.identity)));
  return carried.length === 0 ? prepared.packages : sorted([...prepared.packages, ...carried]);
}

/** Inserts the row, or finds it: the same content is one inventory. */
export async function storeInventory(
  tx: Transaction,
  account: number,
  prepared: PreparedInventory,
  packages: readonly PreparedPackage[],
): Promise<number> {
  const values = [packages.map((one) => one.id), packages.map((one) => one.path), packages.map((one) => one.layer)];
  const digest = createHash('sha256')
    .update(JSON.stringify([values, prepared.catalogers.toString('hex'), prepared.gaps, prepared.evidence]))
    .digest()
    .subarray(0, 16);
  const find = async (): Promise<number | undefined> =>
    // Held until the resource names it, or collecting could take it away in between.
    (await tx.query<{ id: number }>('select id from inventory where account = $1 and digest = $2 for key share', [account, digest])).rows[0]
      ?.id;
  const known = await find();
  if (known !== undefined) return known;
  const { rows } = await tx.query<{ id: number }>(
    `insert into inventory (account, digest, catalogers, packages, paths, layers, evidence, gaps) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (account, digest) do nothing returning id`,
    [account, digest, prepared.catalogers, ...values, prepared.evidence, JSON.stringify(prepared.gaps)],
  );
  const id = rows[0]?.id ?? (await find());
  if (id === undefined) throw new Error('an inventory vanished');
  return id;
}

function sorted(packages: Iterable<PreparedPackage>): PreparedPackage[] {
  return [...packages].sort((a, b) => a.id - b.id);
}
