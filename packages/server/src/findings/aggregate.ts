import type { StringFilter } from '@assay/core/filter/criteria.ts';
import { FINDING_KIND, FINDING_STATUS, FIX_AVAILABLE, type FindingKind, RESOURCE_KIND, type ResourceKind } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type pg from 'pg';
import { allOf, Params, type Predicate } from './list/sql.ts';
import { textPredicate } from './list/string-predicate.ts';

/** Counts of ACTIVE findings by what they share (Inspector's `ListFindingAggregations`). */
export interface AggregateRequest {
  readonly accounts: readonly number[];
  readonly by: GroupBy;
  readonly sortBy: 'ALL' | 'CRITICAL' | 'HIGH';
  readonly descending: boolean;
  readonly titles?: readonly StringFilter[];
  readonly vulnerabilityIds?: readonly StringFilter[];
  readonly packageNames?: readonly StringFilter[];
  readonly findingType?: FindingKind;
  readonly resourceType?: ResourceKind;
  /** Only findings of this resource. */
  readonly resource?: number;
  readonly after?: AggregatePosition;
  readonly limit: number;
}
export type GroupBy = 'ACCOUNT' | 'FINDING_TYPE' | 'TITLE' | 'PACKAGE';

/** Groups are ordered by (counts, group text, account); a page continues after this. */
export interface AggregatePosition {
  readonly counts: readonly number[];
  readonly group: string;
  readonly account: number;
}
export interface AggregateRow {
  readonly account: number;
  /** Account id, finding type code, issue title or package name. */
  readonly group: string;
  readonly vulnerabilityId?: string;
  readonly counts: Readonly<Record<'all' | 'critical' | 'high' | 'medium' | 'low' | 'informational' | 'untriaged', number>>;
  readonly exploitAvailable: number;
  readonly fixAvailable: number;
  readonly position: AggregatePosition;
}

interface Grouping {
  /** What makes the groups of an account, and its text. */
  readonly group: string;
  readonly name: string;
  readonly joins: string;
}

/** A finding with two versions of a package counts once for the package name. */
const GROUPINGS: Readonly<Record<GroupBy, Grouping>> = {
  ACCOUNT: { group: 'f.account', name: `lpad(f.account::text, 12, '0')`, joins: '' },
  FINDING_TYPE: { group: 'f.kind', name: 'f.kind::text', joins: '' },
  TITLE: { group: 'f.issue', name: 'f.issue::text', joins: '' },
  PACKAGE: {
    group: 'f.name',
    name: 'f.name',
    joins: ' join finding_package fp on fp.account = f.account and fp.finding = f.id join package p on p.id = fp.package',
  },
};

/** Ties are broken by the other counts, so that of two groups without critical findings the one with more high ones comes first. */
const SORT_COLUMNS = {
  ALL: ['n_all', 'n_critical', 'n_high', 'n_medium', 'n_low'],
  CRITICAL: ['n_critical', 'n_high', 'n_medium', 'n_low', 'n_all'],
  HIGH: ['n_high', 'n_critical', 'n_medium', 'n_low', 'n_all'],
} as const;
type SortColumn = (typeof SORT_COLUMNS)['ALL'][number];
const SEVERITY_NAMES = ['critical', 'high', 'medium', 'low', 'informational', 'untriaged'] as const;

/** From this many accounts on, a count reads so much of the tables that hashing them is better than probing. */
const BROAD = 20;

/** The planner takes two conditions on the account for independent and expects a hundredth of the rows. */
async function plan(client: pg.ClientBase, request: AggregateRequest): Promise<void> {
  const { resource, titles, vulnerabilityIds, packageNames } = request;
  const broad = request.accounts.length >= BROAD && [resource, titles, vulnerabilityIds, packageNames].every((one) => one === undefined);
  await client.query(`select set_config('work_mem', '64MB', true)${broad ? ", set_config('enable_nestloop', 'off', true)" : ''}`);
}

/** At most `limit` groups, each of one account, in one statement. */
export async function aggregateFindings(client: pg.ClientBase, request: AggregateRequest): Promise<AggregateRow[]> {
  const params = new Params();
  const grouping = GROUPINGS[request.by];
  const severities = SEVERITY_NAMES.map(
    (name) => `count(*) filter (where f.severity = ${SEVERITY_CODES[name.toUpperCase() as keyof typeof SEVERITY_CODES]})::int as n_${name}`,
  ).join(', ');
  const where = allOf(narrowing(request), params);
  const from =
    request.by === 'PACKAGE'
      ? `(select distinct on (f.account, f.id, p.name) f.account, p.name, f.severity, f.fix, f.issue from finding f${grouping.joins} where ${where}) f`
      : `finding f where ${where}`;
  const grouped = `select f.account, ${grouping.name} collate "C" as name, count(*)::int as n_all, ${severities},
      count(*) filter (where f.fix = ${FIX_AVAILABLE.YES})::int as n_fix, ${exploitCount(request.by)} as n_exploit
    from ${from} group by f.account, ${grouping.group}`;
  const direction = request.descending ? 'desc' : 'asc';
  const sort: readonly SortColumn[] = SORT_COLUMNS[request.sortBy];
  await plan(client, request);
  const { rows } = await client.query<Row>(
    `select * from (${withTitles(request.by, grouped)}) g where ${afterPosition(request, sort, params)}
     order by ${sort.map((column) => `${column} ${direction}`).join(', ')}, name, account limit ${request.limit}`,
    params.values,
  );
  return rows.map((row) => toRow(row, sort));
}

/** Exploit evidence belongs to the issue, so it joins after the grouping wherever the group decides the issue. */
function exploitCount(by: GroupBy): string {
  return by === 'TITLE' ? '0' : 'count(*) filter (where f.issue in (select i.id from issue i where i.exploit))::int';
}

function withTitles(by: GroupBy, grouped: string): string {
  if (by !== 'TITLE') return `select c.*, null::text as vulnerability from (${grouped}) c`;
  return `select c.account, coalesce(i.title, i.name) as name, c.n_all, ${SEVERITY_NAMES.map((n) => `c.n_${n}`).join(', ')}, c.n_fix,
      case when i.exploit then c.n_all else 0 end as n_exploit, i.name as vulnerability
    from (${grouped}) c join issue i on i.id = c.name::int`;
}

function narrowing(request: AggregateRequest): Predicate[] {
  const where: Predicate[] = [(p) => `f.account = any (${p.add(request.accounts)}::bigint[])`, () => `f.status = ${FINDING_STATUS.ACTIVE}`];
  const { findingType, resourceType, titles, vulnerabilityIds, packageNames, resource } = request;
  if (resource !== undefined) where.push((p) => `f.resource = ${p.add(resource)}::bigint`);
  if (findingType !== undefined) where.push(() => `f.kind = ${FINDING_KIND[findingType]}`);
  if (resourceType !== undefined) {
    where.push(
      () =>
        `exists (select 1 from resource r where r.account = f.account and r.id = f.resource and r.kind = ${RESOURCE_KIND[resourceType]})`,
    );
  }
  for (const [filters, column] of [
    [titles, 'i.title'],
    [vulnerabilityIds, 'i.name'],
  ] as const) {
    if (filters !== undefined) where.push((p) => `f.issue in (select i.id from issue i where ${textPredicate(filters, column)(p)})`);
  }
  if (packageNames !== undefined) where.push(textPredicate(packageNames, 'p.name'));
  return where;
}

function afterPosition(request: AggregateRequest, sort: readonly SortColumn[], params: Params): string {
  const { after } = request;
  if (after === undefined) return 'true';
  const counts = `(${after.counts.map((count) => `${params.add(count)}::int`).join(', ')})`;
  const columns = `(${sort.join(', ')})`;
  const than = request.descending ? '<' : '>';
  return `${columns} ${than} ${counts}
    or (${columns} = ${counts} and (name, account) > (${params.add(after.group)}, ${params.add(after.account)}::bigint))`;
}

type Row = Record<`n_${'all' | 'fix' | 'exploit' | (typeof SEVERITY_NAMES)[number]}`, number> & {
  account: number;
  name: string;
  vulnerability: string | null;
};

function toRow(row: Row, sort: readonly SortColumn[]): AggregateRow {
  return {
    account: row.account,
    group: row.name,
    ...(row.vulnerability === null ? {} : { vulnerabilityId: row.vulnerability }),
    counts: {
      all: row.n_all,
      critical: row.n_critical,
      high: row.n_high,
      medium: row.n_medium,
      low: row.n_low,
      informational: row.n_informational,
      untriaged: row.n_untriaged,
    },
    exploitAvailable: row.n_exploit,
    fixAvailable: row.n_fix,
    position: { counts: sort.map((column) => row[column]), group: row.name, account: row.account },
  };
}
