import { createHash } from 'node:crypto';
import { canonicalIdentity, OWNER_CODES, type OwnerClass, type PackageIdentity } from '@assay/core/package.ts';
import { packageType, packageTypeOfCode } from '@assay/core/package-type.ts';
import type { Queryable } from '../jobs/queue.ts';

/** First 16 bytes of SHA-256 over the canonical identity: the key of the package dictionary. */
function identityDigest(identity: PackageIdentity): Buffer {
  return createHash('sha256').update(canonicalIdentity(identity)).digest().subarray(0, 16);
}

/**
 * Ids of identities in the global, insert-only dictionary, in the order given. Looks before it inserts: an insert that
 * conflicts would burn one of the 2^31 ids. Run it outside a transaction, so that a rollback burns none either.
 */
export async function packageIds(db: Queryable, identities: readonly PackageIdentity[]): Promise<number[]> {
  const digests = identities.map(identityDigest);
  const known = await lookUp(db, digests);
  const missing = new Map<string, PackageIdentity>();
  digests.forEach((digest, index) => {
    const key = digest.toString('hex');
    if (!known.has(key)) missing.set(key, identities[index]!);
  });
  if (missing.size > 0) {
    await insert(
      db,
      [...missing.entries()].sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    for (const [key, id] of await lookUp(
      db,
      [...missing.keys()].map((key) => Buffer.from(key, 'hex')),
    ))
      known.set(key, id);
  }
  return digests.map((digest) => {
    const id = known.get(digest.toString('hex'));
    if (id === undefined) throw new Error('a package vanished from the dictionary');
    return id;
  });
}

async function lookUp(db: Queryable, digests: readonly Buffer[]): Promise<Map<string, number>> {
  const { rows } = await db.query<{ digest: Buffer; id: number }>('select digest, id from package where digest = any($1::bytea[])', [
    digests,
  ]);
  return new Map(rows.map((row) => [row.digest.toString('hex'), row.id]));
}

async function insert(db: Queryable, rows: readonly (readonly [string, PackageIdentity])[]): Promise<void> {
  const column = <T>(read: (p: PackageIdentity) => T): T[] => rows.map(([, p]) => read(p));
  await db.query(
    `insert into package (digest, type, namespace, name, version, source_name, source_version, arch, module, vendor, owner, purl)
     select * from unnest($1::bytea[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
       $10::text[], $11::smallint[], $12::text[]) on conflict (digest) do nothing`,
    [
      rows.map(([digest]) => Buffer.from(digest, 'hex')),
      column((p) => packageType(p.type).code),
      column((p) => p.namespace),
      column((p) => p.name),
      column((p) => p.version),
      column((p) => p.sourceName ?? null),
      column((p) => p.sourceVersion ?? null),
      column((p) => p.arch ?? null),
      column((p) => p.module ?? null),
      column((p) => p.vendor ?? null),
      column((p) => OWNER_CODES[p.owner]),
      column((p) => p.purl),
    ],
  );
}

export interface PackageRow {
  readonly id: number;
  readonly type: number;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly source_name: string | null;
  readonly source_version: string | null;
  readonly arch: string | null;
  readonly module: string | null;
  readonly vendor: string | null;
  readonly owner: number;
  readonly purl: string;
}
export const PACKAGE_COLUMNS =
  'p.id, p.type, p.namespace, p.name, p.version, p.source_name, p.source_version, p.arch, p.module, p.vendor, p.owner, p.purl';

const OWNERS = new Map(Object.entries(OWNER_CODES).map(([name, code]) => [code, name as OwnerClass]));

/** The identity that a dictionary row was made from, exactly: matching it again gives the same answer. */
export function identityOfRow(row: PackageRow): PackageIdentity {
  const type = packageTypeOfCode(row.type);
  const owner = OWNERS.get(row.owner);
  if (type === undefined || owner === undefined) throw new Error(`package ${row.id} was written by a newer Assay`);
  return {
    type,
    namespace: row.namespace,
    name: row.name,
    version: row.version,
    ...(row.source_name === null ? {} : { sourceName: row.source_name }),
    ...(row.source_version === null ? {} : { sourceVersion: row.source_version }),
    ...(row.arch === null ? {} : { arch: row.arch }),
    ...(row.module === null ? {} : { module: row.module }),
    ...(row.vendor === null ? {} : { vendor: row.vendor }),
    owner,
    purl: row.purl,
  };
}
