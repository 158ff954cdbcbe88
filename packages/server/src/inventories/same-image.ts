import { RESOURCE_KIND } from '@assay/core/finding.ts';
import type { Gap } from '@assay/core/gap.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import type { BlobStore } from '../blobs/blobs.ts';
import type { Queryable } from '../jobs/queue.ts';
import { identityOfRow, PACKAGE_COLUMNS, type PackageRow } from './dictionary.ts';
import { hiddenBy } from './status.ts';
import { catalogersDigest, type EvidenceDocument } from './store.ts';

export interface SameImage {
  readonly account: number;
  readonly digest: string;
  /** Id → version. What others have read is read again. */
  readonly catalogers: Inventory['catalogers'];
}

interface Row {
  readonly id: number;
  readonly evidence: string;
  readonly gaps: readonly Gap[];
}

/**
 * What the present catalogers read in the image of this digest, wherever else the account has it: the same digest is the same content. Undefined
 * when none did, or something hindered them.
 */
export async function readSameImage(db: Queryable, blobs: BlobStore, wanted: SameImage): Promise<Inventory | undefined> {
  const { rows } = await db.query<Row>(
    `select i.id, i.evidence, i.gaps from resource r join inventory i on i.account = r.account and i.id = r.inventory
     where r.account = $1 and r.digest = $2 and r.kind = ${RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE} and r.detail->>'sbom' is null and i.catalogers = $3
     order by r.id limit 1`,
    [wanted.account, wanted.digest, catalogersDigest(wanted.catalogers)],
  );
  const [row] = rows;
  if (row === undefined || hiddenBy(row.gaps) !== undefined) return undefined;
  const blob = await blobs.get(row.evidence);
  if (blob === undefined) return undefined;
  const { subject, distro, catalogers, packages } = JSON.parse(blob.toString('utf8')) as EvidenceDocument;
  if (subject.kind !== 'image') return undefined;
  const known = await db.query<PackageRow>(`select ${PACKAGE_COLUMNS} from package p where p.id = any($1::int[])`, [
    packages.map((one) => one.id),
  ]);
  const identities = new Map(known.rows.map((one) => [one.id, identityOfRow(one)]));
  return {
    ...{ subject, distro, catalogers, gaps: row.gaps },
    packages: packages.map(({ id, ...rest }) => ({ identity: identities.get(id)!, ...rest })),
  };
}
