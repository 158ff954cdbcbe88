import { FINDING_KIND, FINDING_STATUS } from '@assay/core/finding.ts';
import { type Exploitation, exploitationOf } from '@assay/core/fix-first.ts';
import { packageTypeOfCode } from '@assay/core/package-type.ts';
import { EXPOSURE_CODES, type Exposure } from '@assay/core/score.ts';
import { SEVERITY_CODES, type Severity } from '@assay/core/severity.ts';
import type pg from 'pg';
import { nameOfCode } from '../findings/code-name.ts';
import type { CompiledCriteria } from '../findings/list/compile.ts';
import { Params, type Predicate } from '../findings/list/sql.ts';
import { highestVersion } from './highest-version.ts';
import { type ActionKind, narrowing, PLACE, type RankedAction, RUNS, UNITS } from './queue.ts';
import { DANGER } from './urgency-sql.ts';

/** Why an action stands where it does, and what it would do. Of an action that runs, everything is about what runs. */
export interface ActionDetails {
  readonly severity: Severity;
  readonly exposure: Exposure;
  readonly exploitation: Exploitation;
  readonly epss: number | null;
  /** Units that run any of it. */
  readonly running: number;
  readonly resources: number;
  readonly findings: number;
  /** Findings that are gone once this is done: every package of theirs has a fix, and is part of it. */
  readonly removes: number;
  readonly bySeverity: Readonly<Partial<Record<Severity, number>>>;
  /** The most urgent ones. */
  readonly vulnerabilities: readonly string[];
  readonly vulnerabilityCount: number;
  readonly packages: readonly { readonly name: string; readonly version: string; readonly fixedIn: string | null }[];
  readonly packageType: string | null;
  /** The version that ends all findings that have a fix; null where there is none, or versions cannot be compared. */
  readonly fixedIn: string | null;
  /** Of the repositories and resources where a vulnerability is; at most a few. */
  readonly places: readonly string[];
  readonly placeCount: number;
  readonly oldestAt: Date;
  readonly dueAt: Date | null;
}

const SHOWN = 10;
const MOST_PACKAGES = 50;

export interface DetailsRequest {
  readonly by: ActionKind;
  readonly actions: readonly RankedAction[];
  readonly criteria: CompiledCriteria;
  readonly status?: Predicate | undefined;
}

/** What the actions of a page are about, in their order. Read as they are now: an action that is gone meanwhile has none. */
export async function readActionDetails(client: pg.ClientBase, request: DetailsRequest): Promise<(ActionDetails | undefined)[]> {
  const { actions } = request;
  if (actions.length === 0) return [];
  await client.query("select set_config('enable_nestloop', 'on', true), set_config('enable_seqscan', 'off', true)");
  const params = new Params();
  const { rows } = await client.query<Row>(detailsSql(request, params), params.values);
  const found = new Map(rows.map((row) => [row.n, row]));
  return actions.map((_, at) => {
    const row = found.get(at + 1);
    return row === undefined ? undefined : toDetails(row);
  });
}

interface Row {
  readonly n: number;
  readonly severity: number;
  readonly exposure: number;
  readonly weaponised: boolean;
  readonly exploit: boolean;
  readonly epss: number;
  readonly running: number;
  readonly resources: number;
  readonly findings: number;
  readonly removes: number;
  readonly severities: Record<string, number>;
  readonly vulnerabilities: string[];
  readonly issues: number;
  readonly packages: { name: string; version: string; fixed: string | null; type: number }[];
  readonly places: string[];
  readonly place_count: number;
  readonly oldest: Date;
  readonly due: Date | null;
}

/**
 * Rows (n, package, finding), by the packages of an upgrade or by the findings of a vulnerability; step by step, each a probe (`offset 0`).
 * Whose they may be is said of the findings, to which all else is joined: said again and again it misleads the planner.
 */
function parts({ by, actions, status, criteria }: DetailsRequest, p: Params): string {
  const own = `= any (${p.add(criteria.accounts)}::bigint[])`;
  const keys = `unnest(${p.add(actions.map((one) => one.account))}::bigint[], ${p.add(actions.map((one) => one.place))}::text[],
    ${p.add(actions.map((one) => one.namespace))}::text[], ${p.add(actions.map((one) => one.name))}::text[], ${p.add(actions.map((one) => one.runs))}::boolean[])
    with ordinality as k(account, place, namespace, name, runs, n)`;
  const open = `f.account ${own} and f.kind = ${FINDING_KIND.PACKAGE_VULNERABILITY} and ${status?.(p) ?? 'f.status'} = ${FINDING_STATUS.ACTIVE}
    and ${narrowing(criteria)(p)}`;
  const held = `r.gone_at is null and ${RUNS} = k.runs`;
  const columns = 'f.account, f.id, f.issue, f.severity, f.first_at, f.resource';
  if (by === 'VULNERABILITY') {
    return `select k.n, fp.package, fp.fixed, ${columns} from ${keys}
      cross join lateral (select i.id from issue i where i.kind = ${FINDING_KIND.PACKAGE_VULNERABILITY} and i.name = k.name offset 0) named
      cross join lateral (select ${columns} from finding f where f.issue = named.id and ${open} offset 0) f
      cross join lateral (select from resource r where r.account = f.account and r.id = f.resource and ${held} offset 0) r
      cross join lateral (select fp.package, fp.fixed from finding_package fp where fp.account = f.account and fp.finding = f.id offset 0) fp`;
  }
  return `select k.n, p.id as package, fp.fixed, ${columns} from ${keys}
    cross join lateral (select p.id from package p where p.namespace = k.namespace and p.source_name = k.name
      union all select p.id from package p where p.namespace = k.namespace and p.name = k.name and p.source_name is null offset 0) p
    cross join lateral (select fp.resource, fp.finding, fp.fixed from finding_package fp
      where fp.account = k.account and fp.package = p.id offset 0) fp
    cross join lateral (select from resource r where r.account = k.account and r.id = fp.resource and ${held} and ${PLACE} = k.place offset 0) r
    cross join lateral (select ${columns} from finding f where f.account = k.account and f.id = fp.finding and ${open} offset 0) f`;
}

function detailsSql(request: DetailsRequest, p: Params): string {
  return `with part as materialized (${parts(request, p)}),
    one as materialized (select n, account, id, issue, severity, first_at, resource, count(*) filter (where fixed is not null) as fixed from part group by 1, 2, 3, 4, 5, 6, 7),
    facts as (
      select one.n, max(f.severity) as severity, max(exposed.rank) as exposed, bool_or(i.weaponised) as weaponised, bool_or(i.exploit) as exploit, max(i.epss) as epss,
        count(*)::int as findings, min(f.first_at) as oldest, min(d.due_at) as due,
        count(*) filter (where one.fixed = (select count(*) from finding_package o where o.account = one.account and o.finding = one.id))::int as removes
      from one join finding f on f.account = one.account and f.id = one.id join issue i on i.id = one.issue
      join resource r on r.account = one.account and r.id = one.resource cross join lateral (select ${EXPOSED} as rank) exposed
      left join finding_due d on d.account = one.account and d.finding = one.id and d.closed_at is null
      group by one.n),
    held as (select held.n, sum(${UNITS})::float8 as running, count(*)::int as resources, count(distinct ${PLACE})::int as place_count,
        (array_agg(distinct ${PLACE}))[1:${SHOWN}] as places
      from (select distinct n, account, resource from one) held join resource r on r.account = held.account and r.id = held.resource
      group by held.n),
    rated as (select n, jsonb_object_agg(severity, found) as severities from (select n, severity, count(*) as found from one group by 1, 2) s group by n),
    known as (select n, count(*)::int as issues, (array_agg(name order by urgency desc, name))[1:${SHOWN}] as vulnerabilities
      from (select f.n, i.name, max(${DANGER}) as urgency from one f join issue i on i.id = f.issue
        join resource r on r.account = f.account and r.id = f.resource group by 1, 2) v group by n),
    named as (select n, jsonb_agg(jsonb_build_object('name', p.name, 'version', p.version, 'type', p.type, 'fixed', b.fixed) order by p.name, p.version, b.fixed)
        filter (where place <= ${MOST_PACKAGES}) as packages
      from (select n, package, fixed, row_number() over (partition by n order by package, fixed) as place from (select distinct n, package, fixed from part) d) b
      join package p on p.id = b.package group by n)
    select facts.*, (array[${REACHED.map((name) => EXPOSURE_CODES[name]).join(', ')}])[facts.exposed] as exposure, held.running, held.resources, held.places,
      held.place_count, rated.severities, known.issues, known.vulnerabilities, named.packages
    from facts join held using (n) join rated using (n) join known using (n) join named using (n)`;
}

/** From the least reached; not known stands where its weight is. */
const REACHED: readonly Exposure[] = ['CLUSTER_OR_NONE', 'PRIVATE_NETWORK', 'UNKNOWN', 'INTERNET'];
const EXPOSED = `case r.exposure ${REACHED.map((name, at) => `when ${EXPOSURE_CODES[name]} then ${at + 1}`).join(' ')} end`;

function toDetails(row: Row): ActionDetails {
  const epss = row.epss < 0 ? null : row.epss;
  const fixes = row.packages.flatMap((one) => (one.fixed === null ? [] : [one.fixed]));
  const type = packageTypeOfCode(row.packages[0]?.type ?? -1);
  return {
    severity: nameOfCode(SEVERITY_CODES, row.severity),
    exposure: nameOfCode(EXPOSURE_CODES, row.exposure),
    exploitation: exploitationOf({ ...row, epss }),
    epss,
    running: row.running,
    resources: row.resources,
    findings: row.findings,
    removes: row.removes,
    bySeverity: Object.fromEntries(Object.entries(row.severities).map(([code, n]) => [nameOfCode(SEVERITY_CODES, Number(code)), n])),
    vulnerabilities: row.vulnerabilities,
    vulnerabilityCount: row.issues,
    packages: row.packages.map(({ name, version, fixed }) => ({ name, version, fixedIn: fixed })),
    packageType: type ?? null,
    fixedIn: type === undefined ? null : highestVersion(type, fixes),
    places: row.places,
    placeCount: row.place_count,
    oldestAt: row.oldest,
    dueAt: row.due,
  };
}
