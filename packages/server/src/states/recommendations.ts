import { FINDING_STATUS } from '@assay/core/finding.ts';
import { packageTypeOfCode } from '@assay/core/package-type.ts';
import type { Surface } from '@assay/core/resource-state.ts';
import { SEVERITY_CODES, type Severity } from '@assay/core/severity.ts';
import type pg from 'pg';
import { nameOfCode } from '../findings/code-name.ts';
import { highestVersion } from '../fix-first/highest-version.ts';
import { IN_REGISTRY, RUNS } from './state-sql.ts';

/** An image with problems, and what would end them. */
export interface Recommendation {
  readonly account: number;
  readonly resource: number;
  readonly arn: string;
  readonly repository: string | null;
  readonly inUseCount: number;
  readonly findings: number;
  readonly bySeverity: Readonly<Partial<Record<Severity, number>>>;
  /** Of which every package has a fix. */
  readonly fixable: number;
  /** The upgrades that end most, at most {@link SHOWN}. */
  readonly upgrades: readonly Upgrade[];
  /** All that there are. */
  readonly upgradeCount: number;
}

export interface Upgrade {
  readonly name: string;
  readonly version: string;
  /** Ends all of its findings that have a fix; null where versions cannot be compared. */
  readonly fixedIn: string | null;
  readonly findings: number;
}

export const SHOWN = 10;

export interface RecommendationRequest {
  readonly accounts: readonly number[];
  readonly surface: Surface;
  readonly after: number;
  readonly limit: number;
}

interface Row {
  readonly account: number;
  readonly id: number;
  readonly arn: string;
  readonly repository: string | null;
  readonly in_use_count: number;
  readonly findings: number;
  readonly fixable: number;
  readonly severities: Record<string, number>;
  readonly upgrades: { name: string; version: string; type: number; fixed: string[]; findings: number }[] | null;
}

/** Images that have open findings, in the order of their ids; one without has no recommendation. */
export async function listRecommendations(tx: pg.ClientBase, request: RecommendationRequest): Promise<Recommendation[]> {
  const where = request.surface === 'REGISTRY' ? IN_REGISTRY : RUNS;
  const open = `f.account = r.account and f.resource = r.id and f.status = ${FINDING_STATUS.ACTIVE}`;
  const { rows } = await tx.query<Row>(
    `select r.account, r.id, r.arn, r.repository, r.in_use_count, n.findings, n.fixable, n.severities, u.upgrades
     from (select * from resource r where r.account = any($1::bigint[]) and ${where} and r.id > $2 and r.repository is not null
       and exists (select from finding f where ${open}) order by r.id limit $3) r
     cross join lateral (
       select sum(n)::int as findings, sum(fixable)::int as fixable, jsonb_object_agg(severity, n) as severities from (
         select f.severity, count(*)::int as n, count(*) filter (where f.fix = 2)::int as fixable from finding f where ${open} group by 1) s) n
     cross join lateral (
       select jsonb_agg(jsonb_build_object('name', name, 'version', version, 'type', type, 'fixed', fixed, 'findings', findings)
         order by findings desc, name, version) as upgrades
       from (select p.name, p.version, p.type, array_agg(distinct fp.fixed) as fixed, count(*)::int as findings
         from finding f join finding_package fp on fp.account = f.account and fp.finding = f.id join package p on p.id = fp.package
         where ${open} and fp.fixed is not null group by p.id) g) u
     order by r.id`,
    [request.accounts, request.after, request.limit],
  );
  return rows.map(toRecommendation);
}

function toRecommendation(row: Row): Recommendation {
  const upgrades = row.upgrades ?? [];
  return {
    ...{ account: row.account, resource: row.id, arn: row.arn, repository: row.repository, inUseCount: row.in_use_count },
    ...{ findings: row.findings, fixable: row.fixable, upgradeCount: upgrades.length },
    bySeverity: Object.fromEntries(
      Object.entries(row.severities).map(([code, count]) => [nameOfCode(SEVERITY_CODES, Number(code)), count]),
    ),
    upgrades: upgrades.slice(0, SHOWN).map(({ name, version, type: code, fixed, findings }) => {
      const type = packageTypeOfCode(code);
      return { name, version, findings, fixedIn: type === undefined ? null : highestVersion(type, fixed) };
    }),
  };
}
