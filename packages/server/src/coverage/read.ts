import { SCAN_REASON, SCAN_STATUS, type ScanReason, type ScanStatus } from '@assay/core/coverage.ts';
import { RESOURCE_KIND, type ResourceKind } from '@assay/core/finding.ts';
import { FREQUENCY_CODES, SCAN_FREQUENCIES, type ScanFrequency } from '@assay/core/registry.ts';
import type pg from 'pg';
import { nameOfCode } from '../findings/code-name.ts';
import { TAG_SPACE } from '../findings/list/fields.ts';
import { allOf, Params } from '../findings/list/sql.ts';
import type { CoverageCriteria } from './criteria.ts';
import { COVERAGE_GROUPS } from './fields.ts';

/** Whether a resource is looked at, and why not. */
export interface CoveredResource {
  readonly account: number;
  readonly id: number;
  readonly kind: ResourceKind;
  readonly arn: string;
  readonly status: ScanStatus;
  readonly reason: ScanReason;
  readonly scannedAt: Date | null;
  readonly repository: string | null;
  /** Of repositories and their images; null where nobody watches the repository. */
  readonly frequency: ScanFrequency | null;
  readonly platform: string | null;
  readonly pulledAt: Date | null;
  readonly lastInUseAt: Date | null;
  readonly inUseCount: number;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly imageTags: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** In the order of their ids, which never change. */
export async function readCoverage(
  client: pg.ClientBase,
  criteria: CoverageCriteria,
  page: { readonly after?: number; readonly limit: number },
): Promise<CoveredResource[]> {
  const params = new Params();
  const accounts = `r.account = any (${params.add(criteria.accounts)}::bigint[])`;
  const after = page.after === undefined ? 'true' : `r.id > ${params.add(page.after)}::bigint`;
  const { rows } = await client.query<Row>(
    `select r.*, (select coalesce(jsonb_agg(jsonb_build_array(t.space, t.key, t.value) order by t.key, t.value), '[]'::jsonb)
         from resource_tag t where t.account = r.account and t.resource = r.id) as all_tags
       from resource r where ${accounts} and ${after} and ${allOf(criteria.where, params)} order by r.id limit ${page.limit}`,
    params.values,
  );
  return rows.map(toCovered);
}

export interface CoverageCount {
  readonly group: string;
  readonly count: number;
}

/** Counts by group, largest first; resources without the key (a host has no repository) are in the total only. */
export async function countCoverage(
  client: pg.ClientBase,
  criteria: CoverageCriteria,
  groupBy?: string,
): Promise<{ total: number; groups: CoverageCount[] }> {
  const params = new Params();
  const where = `r.account = any (${params.add(criteria.accounts)}::bigint[]) and ${allOf(criteria.where, params)}`;
  const group = groupBy === undefined ? 'null' : (COVERAGE_GROUPS[groupBy] ?? 'null');
  const { rows } = await client.query<{ name: string | null; count: number }>(
    `select ${group}::text as name, count(*)::int as count from resource r where ${where} group by 1 order by 2 desc, 1`,
    params.values,
  );
  return {
    total: rows.reduce((sum, row) => sum + row.count, 0),
    groups: rows.flatMap((row) => (row.name === null ? [] : [{ group: groupName(groupBy, row.name), count: row.count }])),
  };
}

function groupName(groupBy: string | undefined, name: string): string {
  if (groupBy === 'SCAN_STATUS_CODE') return nameOfCode(SCAN_STATUS, Number(name));
  if (groupBy === 'SCAN_STATUS_REASON') return nameOfCode(SCAN_REASON, Number(name));
  return groupBy === 'RESOURCE_TYPE' ? nameOfCode(RESOURCE_KIND, Number(name)) : name;
}

interface Row {
  account: number;
  id: number;
  kind: number;
  arn: string;
  scan_status: number;
  scan_reason: number;
  scanned_at: Date | null;
  repository: string | null;
  platform: string | null;
  frequency: number | null;
  pulled_at: Date | null;
  last_in_use_at: Date | null;
  in_use_count: number;
  detail: Record<string, unknown>;
  all_tags: [space: number, key: string, value: string][];
}

function toCovered(row: Row): CoveredResource {
  return {
    account: row.account,
    id: row.id,
    kind: nameOfCode(RESOURCE_KIND, row.kind),
    arn: row.arn,
    status: nameOfCode(SCAN_STATUS, row.scan_status),
    reason: nameOfCode(SCAN_REASON, row.scan_reason),
    scannedAt: row.scanned_at,
    repository: row.repository,
    frequency: row.frequency === null ? ownFrequency(row.detail) : nameOfCode(FREQUENCY_CODES, row.frequency),
    platform: row.platform,
    pulledAt: row.pulled_at,
    lastInUseAt: row.last_in_use_at,
    inUseCount: row.in_use_count,
    detail: row.detail,
    imageTags: row.all_tags.filter(([space]) => space === TAG_SPACE.image).map(([, , value]) => value),
    tags: Object.fromEntries(row.all_tags.filter(([space]) => space === TAG_SPACE.resource).map(([, key, value]) => [key, value])),
  };
}

/** A repository says itself how often its images are looked at. */
function ownFrequency({ scanFrequency }: Row['detail']): ScanFrequency | null {
  return SCAN_FREQUENCIES.find((one) => one === scanFrequency) ?? null;
}
