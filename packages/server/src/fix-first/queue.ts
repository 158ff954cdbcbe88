import { FINDING_KIND, FINDING_STATUS, RESOURCE_KIND } from '@assay/core/finding.ts';
import type { Rank } from '@assay/core/fix-first.ts';
import type pg from 'pg';
import type { CompiledCriteria } from '../findings/list/compile.ts';
import { overFinding } from '../findings/list/finding-predicate.ts';
import { allOf, Params, type Predicate } from '../findings/list/sql.ts';
import { DANGER, FIX_WEIGHT, IS_NOTABLE, MOST_FIX_WEIGHT, NOTABLE_URGENCY, PACKAGE_FIX_WEIGHT } from './urgency-sql.ts';

/** One upgrade of a package where it is built in (a repository, or a resource that lies in none), or one vulnerability wherever it is. */
export type ActionKind = 'PACKAGE' | 'VULNERABILITY';

export interface ActionKey {
  /** 0 for a vulnerability: it is the same for all accounts. */
  readonly account: number;
  /** `HOST/REPOSITORY`, or the ARN of a resource that lies in none; empty for a vulnerability. */
  readonly place: string;
  /** Of the package; empty for a vulnerability. */
  readonly namespace: string;
  /** Of the source package where there is one; of the vulnerability. */
  readonly name: string;
}

export type RankedAction = ActionKey & Rank;

export interface QueueRequest {
  readonly by: ActionKind;
  readonly criteria: CompiledCriteria;
  /** In place of `f.status` while a rule is being applied. */
  readonly status?: Predicate | undefined;
  readonly after?: RankedAction;
  readonly limit: number;
}

/** What runs by itself: a host that is known is on. */
const HOSTS = `(${RESOURCE_KIND.AWS_EC2_INSTANCE}, ${RESOURCE_KIND['Microsoft.Compute/virtualMachines']})`;
/** Units that run, over `resource r`. */
export const UNITS = `case when r.kind in ${HOSTS} then 1 else r.in_use_count end`;
export const RUNS = `(r.in_use_count > 0 or r.kind in ${HOSTS})`;
/** Where a resource is built, over `resource r`. */
export const PLACE = "coalesce(r.registry || '/' || r.repository, r.arn)";

/**
 * The next actions in the order of core's `compareRanks`. What runs is looked at by itself, and the rest once that is through: an upgrade of a
 * repository comes with the images that run, and again far below with those that only lie there.
 * Packages are read only of the findings that are urgent enough to fill the page.
 */
export async function fixFirstQueue(client: pg.ClientBase, request: QueueRequest): Promise<RankedAction[]> {
  if (request.criteria.accounts.length === 0) return [];
  const { after, limit, ...rest } = request;
  const running = after?.runs === false ? [] : await readTier(client, request, true);
  if (running.length >= limit) return running;
  const further = { ...rest, limit: limit - running.length, ...(after?.runs === false ? { after } : {}) };
  return [...running, ...(await readTier(client, further, false))];
}

/** Findings that a page's worth of actions has, at first; then so many times more. */
const FINDINGS_OF_ACTION = 20;
const MORE = 10;

/** `least`: the cut is below every finding, there is nothing further. Without a name where there is no action. */
type Row = { readonly least: boolean | null } & (RankedAction | { readonly name: null });

/** Among notable findings first, where the page nearly always is; then among all. */
async function readTier(client: pg.ClientBase, request: QueueRequest, runs: boolean): Promise<RankedAction[]> {
  // The planner takes the account in every condition for independent and expects a handful of rows.
  await client.query("select set_config('work_mem', '64MB', true), set_config('enable_nestloop', 'off', true)");
  let notable = (request.after?.runs === runs ? request.after.urgency : Number.POSITIVE_INFINITY) > NOTABLE_URGENCY;
  for (let findings = request.limit * FINDINGS_OF_ACTION; ; ) {
    const params = new Params();
    const { rows } = await client.query<Row>(actionsSql(request, { runs, findings, notable }, params), params.values);
    const actions = rows.flatMap(({ least, ...row }) => (row.name === null ? [] : [row]));
    if (actions.length >= request.limit || rows[0]?.least !== false) return actions;
    if (notable) notable = false;
    else findings *= MORE;
  }
}

interface Cut {
  readonly runs: boolean;
  /** Findings to look at, and all others that are as urgent as the last of them. */
  readonly findings: number;
  /** Only those, down to `NOTABLE_URGENCY`. */
  readonly notable: boolean;
}

function actionsSql(request: QueueRequest, cut: Cut, p: Params): string {
  const { after, limit, by } = request;
  const past = after === undefined ? '' : `filter (where urgency <= ${p.add(after.urgency)}::int)`;
  const [which, least] = cut.notable ? [` and ${IS_NOTABLE}`, NOTABLE_URGENCY + 1] : ['', 0];
  return `with every as materialized (${hits(request, cut.runs, p)}${which}),
    level as (select urgency, sum(count(*) ${past}) over (order by urgency desc) as n from every group by urgency),
    cut as (select greatest(coalesce(max(urgency) filter (where n >= ${p.add(cut.findings)}::int), min(urgency)), ${least}) as floor,
        ${cut.notable ? '0' : 'min(urgency)'} as lowest from level),
    hit as materialized (select * from every where urgency >= (select floor from cut)),
    ${by === 'PACKAGE' ? PACKAGE_ACTIONS : VULNERABILITY_ACTIONS}
    select cut.floor = cut.lowest as least, g.* from cut left join lateral (
      select account, place, namespace, name, ${cut.runs} as runs, urgency, weight from action
      where (urgency >= cut.floor or cut.floor = cut.lowest) and (${afterAction(after, p)})
      order by urgency desc, weight desc, name, namespace, place, account limit ${limit}) g on true`;
}

function afterAction(after: RankedAction | undefined, p: Params): string {
  if (after === undefined) return 'true';
  const rank = `(${p.add(after.urgency)}::int, ${p.add(after.weight)}::bigint)`;
  const key = `(${p.add(after.name)}, ${p.add(after.namespace)}, ${p.add(after.place)}, ${p.add(after.account)}::bigint)`;
  return `(urgency, weight) < ${rank} or ((urgency, weight) = ${rank} and (name, namespace, place, account) > ${key})`;
}

/** Open findings about packages. Of a package's upgrade the urgency is the most that it can be: which package has a fix is not read yet. */
export function hits({ by, criteria, status }: Pick<QueueRequest, 'by' | 'criteria' | 'status'>, runs: boolean, p: Params): string {
  const accounts = p.add(criteria.accounts);
  const where: Predicate[] = [
    () => `f.account = any (${accounts}::bigint[]) and f.kind = ${FINDING_KIND.PACKAGE_VULNERABILITY}`,
    (q) => `${status?.(q) ?? 'f.status'} = ${FINDING_STATUS.ACTIVE}`,
    narrowing(criteria),
  ];
  return `select f.account, f.resource, f.id, f.issue, f.fix, ${runs ? UNITS : '1'} as units, ${DANGER} as danger,
      ${DANGER} * ${by === 'PACKAGE' ? MOST_FIX_WEIGHT : FIX_WEIGHT} as urgency
    from resource r join finding f on f.account = r.account and f.resource = r.id join issue i on i.id = f.issue
    where r.account = any (${accounts}::bigint[]) and r.gone_at is null and ${runs ? '' : 'not '}${RUNS} and ${allOf(where, p)}`;
}

/** The caller's own criteria over `finding f`. */
export function narrowing(criteria: CompiledCriteria): Predicate {
  const { f, r, i, packages } = criteria;
  return f.length + r.length + i.length + packages.length === 0 ? () => 'true' : overFinding(criteria);
}

/** Probed finding by finding: those that are left are few, or all. */
const PACKAGE_ACTIONS = `part as (
    select hit.account, r.place, p.namespace, p.name, hit.id, hit.units, max(hit.danger * fp.fix) as urgency from hit
    cross join lateral (select fp.package, ${PACKAGE_FIX_WEIGHT} as fix from finding_package fp
      where fp.account = hit.account and fp.finding = hit.id offset 0) fp
    cross join lateral (select p.namespace, coalesce(p.source_name, p.name) as name from package p where p.id = fp.package offset 0) p
    cross join lateral (select ${PLACE} as place from resource r where r.account = hit.account and r.id = hit.resource offset 0) r
    group by 1, 2, 3, 4, 5, 6
  ), action as (${ranked('part', 'account, place, namespace, name')})`;

const VULNERABILITY_ACTIONS = `worst as (${ranked('hit', 'issue')}),
  action as (select 0::bigint as account, '' collate "C" as place, '' collate "C" as namespace, i.name, worst.urgency, worst.weight
    from worst join issue i on i.id = worst.issue)`;

/** Groups of findings, each with its highest urgency and the units that have it. */
function ranked(table: string, key: string): string {
  return `select ${key}, max(urgency)::int as urgency, sum(units) filter (where urgency = highest)::bigint as weight
    from (select *, max(urgency) over (partition by ${key}) as highest from ${table}) t group by ${key}`;
}
