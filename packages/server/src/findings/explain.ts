import type { AdvisoryLookup } from '@assay/core/advisory.ts';
import type { Match } from '@assay/core/match.ts';
import type { Evidence, PackageIdentity } from '@assay/core/package.ts';
import { type Score, severityOfMatch } from '@assay/core/score.ts';
import { matchPackage } from '@assay/match/match.ts';
import type pg from 'pg';
import type { BlobStore } from '../blobs/blobs.ts';
import { identityOfRow, PACKAGE_COLUMNS, type PackageRow } from '../inventories/dictionary.ts';
import type { EvidenceDocument } from '../inventories/store.ts';

/** Why a package has a finding, worked out again from what is stored: a match is a pure function of (identity, revision). */
export interface PackageReason {
  readonly identity: PackageIdentity;
  readonly evidence: readonly Evidence[];
  /** Undefined when the present revision no longer matches: the finding waits for its evaluation, or is closed. */
  readonly match: Match | undefined;
  readonly severity: Score | undefined;
  /** What was stored when it was found. */
  readonly stored: { readonly advisory: string; readonly fixedIn: string | null };
}

export interface ExplainRequest {
  readonly account: number;
  readonly finding: number;
  readonly vulnerability: string;
  readonly lookup: AdvisoryLookup;
  readonly blobs: BlobStore;
}

export async function explainFinding(client: pg.ClientBase, request: ExplainRequest): Promise<PackageReason[]> {
  const { account, finding, vulnerability, lookup } = request;
  const { rows } = await client.query<StoredPackage>(
    `select ${PACKAGE_COLUMNS}, fp.fixed, fp.advisory, n.paths[array_position(n.packages, p.id)] as path, n.layers[array_position(n.packages, p.id)] as layer
     from finding_package fp join package p on p.id = fp.package join resource r on r.account = fp.account and r.id = fp.resource
     left join inventory n on n.account = r.account and n.id = r.inventory
     where fp.account = $1 and fp.finding = $2 order by p.name, p.version, p.id`,
    [account, finding],
  );
  const evidence = await evidenceOf(client, request);
  return rows.map((row) => {
    const identity = identityOfRow(row);
    const match = matchPackage(identity, lookup).matches.find((one) => one.vulnerabilityId === vulnerability);
    return {
      identity,
      evidence: evidence.get(row.id) ?? placeOf(row),
      match,
      severity: match === undefined ? undefined : severityOfMatch(match, lookup.enrichment(vulnerability)),
      stored: { advisory: row.advisory, fixedIn: row.fixed },
    };
  });
}

interface StoredPackage extends PackageRow {
  readonly fixed: string | null;
  readonly advisory: string;
  readonly path: string | null;
  readonly layer: string | null;
}

/** A package carried over from an earlier look is not in the evidence of the last one: its first place is what the inventory kept. */
function placeOf({ path, layer }: StoredPackage): Evidence[] {
  return path === null || path === '' ? [] : [{ cataloger: 'carried-over', path, ...(layer === null || layer === '' ? {} : { layer }) }];
}

async function evidenceOf(client: pg.ClientBase, request: ExplainRequest): Promise<Map<number, readonly Evidence[]>> {
  const { rows } = await client.query<{ evidence: string }>(
    `select n.evidence from finding f join resource r on r.account = f.account and r.id = f.resource
     join inventory n on n.account = r.account and n.id = r.inventory where f.account = $1 and f.id = $2`,
    [request.account, request.finding],
  );
  const key = rows[0]?.evidence;
  const blob = key === undefined || key === '' ? undefined : await request.blobs.get(key);
  if (blob === undefined) return new Map();
  const document = JSON.parse(blob.toString('utf8')) as EvidenceDocument;
  return new Map(document.packages.map((one) => [one.id, one.evidence]));
}
