import { FINDING_KIND, FINDING_STATUS, FIX_AVAILABLE } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type pg from 'pg';
import { nameOfCode } from './code-name.ts';
import { Known } from './known.ts';
import { Params, type Predicate } from './list/sql.ts';
import { readParts } from './parts.ts';
import { readResources } from './resources.ts';
import type { FindingView } from './view.ts';

/** How findings are read, beside their keys. */
export interface Reading {
  /** In place of `f.status`, while a rule is being applied. */
  readonly status?: Predicate | undefined;
  /** What a reader of many batches keeps from one to the next. */
  readonly known?: Known;
}

/**
 * Reads findings by key, in the order asked for; keys that the transaction cannot see are left out. What findings share (vulnerability,
 * resource, package) is read once, however many share it.
 */
export async function readFindings(
  client: pg.ClientBase,
  keys: readonly { readonly account: number; readonly id: number }[],
  { status, known = new Known() }: Reading = {},
): Promise<FindingView[]> {
  if (keys.length === 0) return [];
  const params = new Params();
  params.add(keys.map((key) => key.account));
  params.add(keys.map((key) => key.id));
  const { rows } = await client.query<FindingRow>(findingsSql(status?.(params) ?? 'f.status'), params.values);
  const issues = await known.issues(client, new Set(rows.map((row) => row.issue)));
  const resources = await readResources(client, rows);
  const inventories = new Map([...resources].map(([id, one]) => [id, one.inventory]));
  const parts = await readParts(client, { findings: rows, inventories, known });
  return rows.flatMap((row) => {
    const [issue, resource] = [issues.get(row.issue), resources.get(row.resource)?.view];
    if (issue === undefined || resource === undefined) return [];
    return [{ ...toFinding(row), issue, resource, packages: parts.get(row.id) ?? [] }];
  });
}

const findingsSql = (
  status: string,
): string => `select f.account, f.id, f.resource, f.issue, f.kind, ${status} as status, f.severity, f.fix,
    f.score, f.first_at, f.last_at, f.updated_at
  from unnest($1::bigint[], $2::bigint[]) with ordinality as k(account, id, place)
  join finding f on f.account = k.account and f.id = k.id order by k.place`;

interface FindingRow {
  readonly account: number;
  readonly id: number;
  readonly resource: number;
  readonly issue: number;
  readonly kind: number;
  readonly status: number;
  readonly severity: number;
  readonly fix: number;
  readonly score: number;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly updated_at: Date;
}

function toFinding(row: FindingRow): Omit<FindingView, 'issue' | 'resource' | 'packages'> {
  return {
    account: row.account,
    id: row.id,
    kind: nameOfCode(FINDING_KIND, row.kind),
    status: nameOfCode(FINDING_STATUS, row.status),
    severity: nameOfCode(SEVERITY_CODES, row.severity),
    fix: nameOfCode(FIX_AVAILABLE, row.fix),
    score: row.score < 0 ? null : row.score,
    firstAt: row.first_at,
    lastAt: row.last_at,
    updatedAt: row.updated_at,
  };
}
