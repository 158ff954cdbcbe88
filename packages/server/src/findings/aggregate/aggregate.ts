import type { FindingCriteria, StringFilter } from '@assay/core/filter/criteria.ts';
import { FINDING_STATUS } from '@assay/core/finding.ts';
import type pg from 'pg';
import type { FindingArns } from '../list/arn-predicate.ts';
import { type CompiledCriteria, compileCriteria } from '../list/compile.ts';
import type { ReadAs } from '../list/page.ts';
import { resolveIds } from '../list/resolve.ts';
import { allOf, Params, type Predicate } from '../list/sql.ts';
import { textPredicate } from '../list/string-predicate.ts';
import {
  type AggregationSort,
  type AggregationType,
  type CountColumn,
  columnsOf,
  countColumns,
  GROUPINGS,
  type Grouping,
  kindCode,
  type SEVERITY_NAMES,
  SORT_COLUMNS,
  sumsOf,
} from './groupings.ts';

/** Counts of ACTIVE findings by what they share (Inspector's `ListFindingAggregations`). */
export interface AggregateRequest {
  readonly accounts: readonly number[];
  readonly region: string;
  readonly arns: FindingArns;
  /** In place of `f.status` while a rule is being applied. */
  readonly status?: Predicate | undefined;
  readonly by: AggregationType;
  readonly sortBy: AggregationSort;
  readonly descending: boolean;
  /** Which findings are counted, beside that they are ACTIVE. */
  readonly criteria: FindingCriteria;
  readonly packageNames?: readonly StringFilter[];
  readonly layers?: readonly StringFilter[];
  readonly operatingSystems?: readonly StringFilter[];
  /** Only findings of this resource. */
  readonly resource?: number;
  readonly after?: AggregatePosition;
  readonly limit: number;
}

/** Groups are ordered by (counts, name, holder, account), the latter ascending; a page continues after this. */
export interface AggregatePosition {
  readonly counts: readonly number[];
  readonly name: string;
  readonly holder: number;
  readonly account: number;
}

export interface AggregateRow {
  readonly account: number;
  /** Code of the finding type, package name, repository, AMI or layer; empty where the holder says it all. */
  readonly name: string;
  /** Id of the issue or resource; 0 where there is none. */
  readonly holder: number;
  readonly counts: Readonly<Record<'all' | (typeof SEVERITY_NAMES)[number], number>>;
  readonly exploitAvailable: number;
  readonly fixAvailable: number;
  readonly networkFindings: number;
  /** Resources with such findings; 1 where the group is one resource. */
  readonly affected: number;
  readonly position: AggregatePosition;
}

/** More resources than this are not listed for their narrowing, but counted and then asked. */
const LISTED = 4_000;

/** At most `limit` groups, each of one account. */
export async function aggregateFindings(client: pg.ClientBase, request: AggregateRequest): Promise<AggregateRow[]> {
  const criteria = compileCriteria(request.criteria, request);
  if (criteria.accounts.length === 0) return [];
  const grouping = GROUPINGS[request.by];
  const scope = await scopeOf(client, { request, criteria, grouping });
  if (scope === undefined) return [];
  const params = new Params();
  const direction = request.descending ? 'desc' : 'asc';
  const sort: readonly CountColumn[] = SORT_COLUMNS[request.sortBy];
  const groups = groupsOf(request.by, scope, params);
  await plan(client, scope);
  const { rows } = await client.query<Row>(
    `select * from (${groups}) g where ${afterPosition(request, sort, params)}
     order by ${sort.map((column) => `${column} ${direction}`).join(', ')}, name, holder, account limit ${request.limit}`,
    params.values,
  );
  return rows.map((row) => toRow(row, sort));
}

/**
 * The same, for a caller of many accounts in two halves at once: groups never span accounts, so the first ones of all are among the first
 * ones of each.
 */
export async function aggregateInHalves(readAs: ReadAs, request: AggregateRequest): Promise<AggregateRow[]> {
  const { accounts, limit } = request;
  const halves = accounts.length < BROAD ? [accounts] : [0, 1].map((half) => accounts.filter((_, at) => at % 2 === half));
  const rows = await Promise.all(halves.map((half) => readAs(half, (tx) => aggregateFindings(tx, { ...request, accounts: half }))));
  return rows
    .flat()
    .sort((a, b) => inOrder(a.position, b.position, request.descending))
    .slice(0, limit);
}

function inOrder(a: AggregatePosition, b: AggregatePosition, descending: boolean): number {
  const at = a.counts.findIndex((count, place) => count !== b.counts[place]);
  if (at >= 0) return ((a.counts[at] as number) - (b.counts[at] as number)) * (descending ? -1 : 1);
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)) || a.holder - b.holder || a.account - b.account;
}

/** What is counted, ready to be written as SQL. */
interface Scope {
  readonly accounts: readonly number[];
  /** Over `finding f`. */
  readonly findings: readonly Predicate[];
  /** Over `resource r`. */
  readonly resources: readonly Predicate[];
  /** The resources that satisfy `resources`, where they are few. */
  readonly listed?: readonly { readonly account: number; readonly id: number }[];
  readonly packages: readonly Predicate[];
  readonly layers: readonly Predicate[];
}

/** Undefined: nothing can match. */
async function scopeOf(
  client: pg.ClientBase,
  { request, criteria, grouping }: { request: AggregateRequest; criteria: CompiledCriteria; grouping: Grouping },
): Promise<Scope | undefined> {
  const { accounts } = criteria;
  const own: Predicate[] = [...criteria.r];
  if (request.operatingSystems !== undefined) own.push(textPredicate(request.operatingSystems, 'r.platform'));
  const kind: Predicate[] = 'kind' in grouping ? [() => `r.kind = ${kindCode(grouping.kind)}`] : [];
  const resources = [...kind, ...own];
  const listed =
    own.length === 0 ? undefined : await resolveIds(client, { place: 'r', criteria: { ...criteria, r: resources }, cap: LISTED });
  if (listed?.length === 0) return undefined;
  const findings: Predicate[] = [
    (p) => `f.account = any (${p.add(accounts)}::bigint[])`,
    (p) => `${request.status?.(p) ?? 'f.status'} = ${FINDING_STATUS.ACTIVE}`,
    ...criteria.f,
  ];
  const { resource } = request;
  if (resource !== undefined) findings.push((p) => `f.resource = ${p.add(resource)}::bigint`);
  if (criteria.i.length > 0) findings.push((p) => `f.issue in (select i.id from issue i where ${allOf(criteria.i, p)})`);
  const text = (filters: readonly StringFilter[] | undefined, column: string): Predicate[] =>
    filters === undefined ? [] : [textPredicate(filters, column)];
  return {
    accounts,
    findings,
    resources,
    ...(listed === undefined ? {} : { listed }),
    packages: text(request.packageNames, 'p.name'),
    layers: text(request.layers, 'l.name'),
  };
}

/** From this many accounts on, a count reads so much of the tables that hashing them is better than probing. */
const BROAD = 20;

/** The planner takes two conditions on the account for independent and expects a hundredth of the rows. */
async function plan(client: pg.ClientBase, { accounts, findings, listed, packages }: Scope): Promise<void> {
  const broad = accounts.length >= BROAD && findings.length === 2 && listed === undefined && packages.length === 0;
  await client.query(`select set_config('work_mem', '64MB', true)${broad ? ", set_config('enable_nestloop', 'off', true)" : ''}`);
}

/** Rows (account, holder, name, counts). */
function groupsOf(by: AggregationType, scope: Scope, params: Params): string {
  const grouping = GROUPINGS[by];
  switch (grouping.of) {
    case 'finding':
      return groupsOfFindings({ ...grouping, by }, scope, params);
    case 'package':
      return `select f.account, 0::bigint as holder, f.name, ${countColumns(by)}, 0 as n_affected
        from (select distinct on (f.account, f.id, p.name) f.account, p.name, f.severity, f.fix, f.kind, f.issue
          from ${findings(scope, params)} join finding_package fp on fp.account = f.account and fp.finding = f.id
          join package p on p.id = fp.package where ${allOf([...scope.findings, ...scope.packages], params)}) f
        group by f.account, f.name`;
    case 'resource':
      return groupsOfResources({ ...grouping, by }, scope, params);
    case 'layer':
      return `select f.account, f.resource as holder, f.name, ${countColumns(by)}, 1 as n_affected
        from (select distinct on (f.account, f.id, l.name) f.account, f.resource, l.name, f.severity, f.fix, f.kind, f.issue
          from ${findings(scope, params)} join resource r on r.account = f.account and r.id = f.resource
          join inventory n on n.account = r.account and n.id = r.inventory
          join finding_package fp on fp.account = f.account and fp.finding = f.id
          cross join lateral (select n.layers[array_position(n.packages, fp.package)] collate "C" as name) l
          where l.name is not null and l.name <> '' and ${allOf([...scope.findings, ...unlisted(scope), ...scope.layers], params)}) f
        group by f.account, f.resource, f.name`;
  }
}

function groupsOfFindings(grouping: Grouping & { of: 'finding'; by: AggregationType }, scope: Scope, params: Params): string {
  const { by: type, holder, name } = grouping;
  const by = ['f.account', ...(holder === undefined ? [] : [holder]), ...(name === undefined ? [] : [name])].join(', ');
  const asked = unlisted(scope);
  const resources: Predicate[] =
    asked.length === 0
      ? []
      : [(p) => `exists (select 1 from resource r where r.account = f.account and r.id = f.resource and ${allOf(asked, p)})`];
  return `select f.account, ${holder ?? '0'}::bigint as holder, (${name ?? "''"})::text collate "C" as name, ${countColumns(type)}, 0 as n_affected
    from ${findings(scope, params)} where ${allOf([...scope.findings, ...resources], params)} group by ${by}`;
}

/** Findings are counted before their resources are read: of these there are fewer. */
function groupsOfResources(grouping: Grouping & { of: 'resource'; by: AggregationType }, scope: Scope, params: Params): string {
  const { by, name } = grouping;
  const counted = `select f.account, f.resource, ${countColumns(by)} from ${findings(scope, params)}
    where ${allOf(scope.findings, params)} group by f.account, f.resource`;
  const from = `(${counted}) c join resource r on r.account = c.account and r.id = c.resource`;
  const where = allOf([(p) => `r.account = any (${p.add(scope.accounts)}::bigint[])`, ...unlisted(scope)], params);
  if (name === undefined) {
    return `select c.account, c.resource as holder, ''::text collate "C" as name, ${columnsOf('c')}, 1 as n_affected
      from ${from} where ${where}`;
  }
  return `select c.account, 0::bigint as holder, ${name} collate "C" as name, ${sumsOf('c')}, count(*)::int as n_affected
    from ${from} where ${where} and ${name} is not null group by c.account, ${name}`;
}

/** What still has to be asked of resources. */
const unlisted = ({ listed, resources }: Scope): readonly Predicate[] => (listed === undefined ? resources : []);

function findings({ listed }: Scope, params: Params): string {
  if (listed === undefined) return 'finding f';
  const [accounts, ids] = [listed.map((one) => one.account), listed.map((one) => one.id)];
  return `unnest(${params.add(accounts)}::bigint[], ${params.add(ids)}::bigint[]) as listed(account, resource)
    join finding f on f.account = listed.account and f.resource = listed.resource`;
}

function afterPosition({ after, descending }: AggregateRequest, sort: readonly CountColumn[], params: Params): string {
  if (after === undefined) return 'true';
  const counts = `(${after.counts.map((count) => `${params.add(count)}::int`).join(', ')})`;
  const columns = `(${sort.join(', ')})`;
  return `${columns} ${descending ? '<' : '>'} ${counts}
    or (${columns} = ${counts} and (name, holder, account) > (${params.add(after.name)}, ${params.add(after.holder)}::bigint, ${params.add(after.account)}::bigint))`;
}

type Row = Record<CountColumn, number> & { account: number; holder: number; name: string };

function toRow(row: Row, sort: readonly CountColumn[]): AggregateRow {
  const { account, holder, name } = row;
  return {
    account,
    holder,
    name,
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
    networkFindings: row.n_network,
    affected: row.n_affected,
    position: { counts: sort.map((column) => row[column]), name, holder, account },
  };
}
