import { RESOURCE_KIND, type ResourceKind } from '@assay/core/finding.ts';
import { accountDigits } from '../accounts/identity.ts';
import { compileCoverage } from '../coverage/criteria.ts';
import type { Transaction } from '../db/pool.ts';
import { nameOfCode } from '../findings/code-name.ts';
import { allOf, Params } from '../findings/list/sql.ts';

export interface SbomResource {
  readonly account: number;
  readonly id: number;
  readonly kind: ResourceKind;
  readonly arn: string;
  readonly digest: string | null;
  readonly arch: string | null;
  readonly repository: string | null;
  readonly scannedAt: Date | null;
  readonly inventory: number;
  /** Blob with the evidence. */
  readonly evidence: string;
}

export interface SbomScope {
  /** `ResourceFilterCriteria`, which are a part of the coverage criteria. */
  readonly criteria: object;
  readonly accounts: readonly number[];
  readonly region: string;
}

/** The next resources by id that match, still exist and have an inventory. */
export async function nextResources(
  tx: Transaction,
  scope: SbomScope,
  page: { readonly after: number; readonly limit: number },
): Promise<SbomResource[]> {
  const { accounts, where } = compileCoverage(scope.criteria, scope);
  const params = new Params();
  const own = `r.account = any (${params.add(accounts)}::bigint[]) and r.id > ${params.add(page.after)}::bigint`;
  const { rows } = await tx.query<Omit<SbomResource, 'kind'> & { kind: number }>(
    `select r.account, r.id, r.kind, r.arn, r.digest, r.arch, r.repository, r.scanned_at as "scannedAt", r.inventory, n.evidence
     from resource r join inventory n on n.account = r.account and n.id = r.inventory
     where ${own} and ${allOf(where, params)} order by r.id limit ${page.limit}`,
    params.values,
  );
  return rows.map((row) => ({ ...row, kind: nameOfCode(RESOURCE_KIND, row.kind) }));
}

/** Where in the export's folder a resource's document lies; the same resource has the same name in every export. */
export function documentName(resource: Pick<SbomResource, 'account' | 'kind' | 'arn' | 'id'>): string {
  const said = resource.arn.replace(/^arn:aws:[^:]*:[^:]*:[^:]*:/, '').replace(/[^A-Za-z0-9_.-]+/g, '_');
  // Names of files end at 255 bytes, and two ARNs may become one text: the number keeps them apart.
  return `account=${accountDigits(resource.account)}/resource=${resource.kind.replaceAll('/', '_')}/${said.slice(0, 150)}_${resource.id}.json.enc`;
}
