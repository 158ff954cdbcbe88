import { FINDING_STATUS } from '@assay/core/finding.ts';
import type { ScanPackage } from '@assay/core/scan-result.ts';
import { ASSAY_VERSION } from '@assay/engine/version.ts';
import type { BomInput } from '@assay/formats/bom/document.ts';
import { writeCycloneDx } from '@assay/formats/cyclonedx/write.ts';
import { writeSpdx } from '@assay/formats/spdx/write.ts';
import { accountDigits } from '../accounts/identity.ts';
import type { BlobStore } from '../blobs/blobs.ts';
import type { Transaction } from '../db/pool.ts';
import { identityOfRow, PACKAGE_COLUMNS, type PackageRow } from '../inventories/dictionary.ts';
import type { EvidenceDocument } from '../inventories/store.ts';
import type { SbomResource } from './sbom-resources.ts';

export interface SbomWorld {
  readonly blobs: BlobStore;
}

/** The document of one resource, from what is stored: nothing is scanned again. */
export async function sbomDocument(
  tx: Transaction,
  world: SbomWorld,
  wanted: { readonly resource: SbomResource; readonly format: string },
): Promise<unknown> {
  const { resource, format } = wanted;
  const input = await bomInput(tx, world, resource);
  return format === 'SPDX_2_3' ? writeSpdx(input, await vulnerabilities(tx, resource)) : writeCycloneDx(input, '1.4');
}

async function bomInput(tx: Transaction, { blobs }: SbomWorld, resource: SbomResource): Promise<BomInput> {
  const rows = await packagesOf(tx, resource);
  const blob = await blobs.get(resource.evidence);
  const evidence = blob === undefined ? undefined : (JSON.parse(blob.toString('utf8')) as EvidenceDocument);
  const seen = new Map(evidence?.packages.map((one) => [one.id, one]));
  const { gaps, created_at: createdAt } = (
    await tx.query<{ gaps: BomInput['gaps']; created_at: Date }>('select gaps, created_at from inventory where account = $1 and id = $2', [
      resource.account,
      resource.inventory,
    ])
  ).rows[0]!;
  return {
    tool: { name: 'assay', version: ASSAY_VERSION },
    createdAt: (resource.scannedAt ?? createdAt).toISOString(),
    subject: evidence?.subject ?? { kind: 'sbom', name: resource.arn, format: 'unknown', digest: resource.digest ?? '' },
    distro: evidence?.distro ?? null,
    packages: rows.map((row) => scanPackage(row, seen.get(row.id))),
    gaps,
    properties: [
      ...(resource.digest === null ? [] : [{ name: 'imageId', value: resource.digest }]),
      ...(resource.arch === null ? [] : [{ name: 'architecture', value: resource.arch }]),
      { name: 'accountId', value: accountDigits(resource.account) },
      { name: 'resourceType', value: resource.kind },
      { name: 'resourceId', value: resource.arn },
    ],
  };
}

type Row = PackageRow & { readonly path: string | null; readonly layer: string | null };

async function packagesOf(tx: Transaction, resource: SbomResource): Promise<Row[]> {
  const { rows } = await tx.query<Row>(
    `select ${PACKAGE_COLUMNS}, u.path, u.layer from inventory i
     cross join lateral unnest(i.packages, i.paths, i.layers) as u(id, path, layer) join package p on p.id = u.id
     where i.account = $1 and i.id = $2 order by p.purl, p.id`,
    [resource.account, resource.inventory],
  );
  return rows;
}

/** A package that was carried over from an earlier look has no evidence of its own, only the place it was seen at. */
function scanPackage(row: Row, seen: EvidenceDocument['packages'][number] | undefined): ScanPackage {
  const { owner: _owner, module: _module, vendor: _vendor, ...identity } = identityOfRow(row);
  const paths = seen === undefined ? [row.path ?? ''] : seen.evidence.map((one) => one.path);
  return {
    ...identity,
    licenses: seen?.licenses ?? [],
    paths: [...new Set(paths)].filter((path) => path !== ''),
    layer: row.layer === null || row.layer === '' ? null : row.layer,
  };
}

/** What is open on the resource, by package. */
async function vulnerabilities(tx: Transaction, resource: SbomResource): Promise<Map<string, string[]>> {
  const { rows } = await tx.query<{ purl: string; names: string[] }>(
    `select p.purl, array_agg(distinct i.name order by i.name) as names from finding f
     join issue i on i.id = f.issue join finding_package fp on fp.account = f.account and fp.finding = f.id join package p on p.id = fp.package
     where f.account = $1 and f.resource = $2 and f.status = $3 group by p.purl`,
    [resource.account, resource.id, FINDING_STATUS.ACTIVE],
  );
  return new Map(rows.map((row) => [row.purl, row.names]));
}
