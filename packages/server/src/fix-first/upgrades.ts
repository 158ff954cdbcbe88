import { FIX_AVAILABLE } from '@assay/core/finding.ts';
import { greedyCover } from '@assay/core/greedy-cover.ts';
import { type PackageType, packageTypeOfCode } from '@assay/core/package-type.ts';
import type pg from 'pg';
import type { CompiledCriteria } from '../findings/list/compile.ts';
import { Params, type Predicate } from '../findings/list/sql.ts';
import { baseUpgrades, MOST_CANDIDATES } from './base-images.ts';
import { highestVersion } from './highest-version.ts';
import { hits } from './queue.ts';

export interface UpgradeRequest {
  readonly criteria: CompiledCriteria;
  /** In place of `f.status` while a rule is being applied. */
  readonly status?: Predicate | undefined;
  readonly limit: number;
}

/** One upgrade wherever the package is, or one rebuild of everything that stands on a base. */
export type UpgradeTarget =
  | {
      readonly kind: 'PACKAGE';
      readonly namespace: string;
      readonly name: string;
      readonly type: PackageType | null;
      readonly fixedIn: string | null;
      /** One of each finding's packages: together they name all these findings. At most a few. */
      readonly installed: readonly string[];
    }
  | BaseTarget;

export interface BaseTarget {
  readonly kind: 'BASE_IMAGE';
  /** `HOST/REPOSITORY` of the base; null for layers that several repositories share and no image that we know is. */
  readonly place: string | null;
  /** The image that its tag names now, where that was looked at: the difference is that of the two. */
  readonly newer: string | null;
  /** Layers, counted from the lowest. */
  readonly layers: number;
}

export interface Upgrade {
  readonly target: UpgradeTarget;
  /** From what it does not count twice: findings that upgrades before it remove are not in these. */
  readonly removes: number;
  /** Of all the risk of what runs, 0 to 1. */
  readonly share: number;
  /** What it removes by itself. */
  readonly alone: number;
  /** Findings that it removes, for counting what they are. */
  readonly findings: readonly number[];
}

export interface UpgradePlan {
  /** False: nothing runs, so this is about all there is. */
  readonly running: boolean;
  /** Open ones of all that it is about. */
  readonly open: number;
  readonly upgrades: readonly Upgrade[];
}

/** As many as one filter of findings takes. */
const NAMED = 10;

interface Candidate {
  readonly target: UpgradeTarget;
  readonly things: readonly number[];
  readonly weights: readonly number[];
}

/**
 * The few upgrades that together remove most of the risk of what runs: the urgency of a finding without its fix, times the units that run it.
 * Each next one is the best of what is left (core's greedy cover), so that a package that a new base brings along is not counted again.
 */
export async function planUpgrades(client: pg.ClientBase, request: UpgradeRequest): Promise<UpgradePlan> {
  if (request.criteria.accounts.length === 0) return { running: false, open: 0, upgrades: [] };
  await client.query("select set_config('work_mem', '64MB', true), set_config('enable_nestloop', 'off', true)");
  const ran = await readRisk(client, request, true);
  const running = ran.total > 0;
  const { total, open, candidates } = running ? ran : await readRisk(client, request, false);
  if (total === 0) return { running, open, upgrades: [] };
  const weights = new Map(candidates.flatMap(({ things, weights: all }) => things.map((thing, at) => [thing, all[at] ?? 0] as const)));
  const choices = candidates.map((choice) => ({ choice, things: choice.things }));
  const chosen = greedyCover(choices, (thing) => weights.get(thing) ?? 0, request.limit);
  return {
    running,
    open,
    upgrades: chosen.map(({ choice, gain, newThings }) => ({
      target: choice.target,
      ...{ removes: newThings, share: gain / total, alone: choice.things.length, findings: choice.things },
    })),
  };
}

interface Risk {
  /** Of all open findings. */
  readonly total: number;
  /** How many these are. */
  readonly open: number;
  /** Bases first: of what removes as much, they are one thing to do. */
  readonly candidates: readonly Candidate[];
}

interface Row {
  readonly total: number;
  readonly open: number;
  /** Absent where nothing can be upgraded: `total` and `open` stand alone. */
  readonly things: number[] | null;
  readonly weights: number[];
  /** Of a base; null for a package. */
  readonly layers: number | null;
  readonly place: string | null;
  readonly newer: string | null;
  readonly namespace: string;
  readonly name: string;
  readonly type: number;
  readonly fixes: readonly string[];
  readonly installed: readonly string[];
}

/** All in one statement: finding out what is open costs most of it. */
async function readRisk(client: pg.ClientBase, request: UpgradeRequest, running: boolean): Promise<Risk> {
  const p = new Params();
  const hit = hits({ ...request, by: 'VULNERABILITY' }, running, p);
  const accounts = p.add(request.criteria.accounts);
  const { rows } = await client.query<Row>(
    `with hit as materialized (${hit}), ${baseUpgrades(accounts)}, ${PACKAGE_UPGRADES}
     select (select coalesce(sum(danger::bigint * units), 0)::float8 from hit) as total, (select count(*)::int from hit) as open, u.* from (values (true)) one left join (
       select things, weights, layers, place, newer, null as namespace, null as name, null::smallint as type, null::text[] as fixes, null::text[] as installed
         from base_upgrade
       union all select things, weights, null, null, null, namespace, name, type, fixes, installed from package_upgrade) u on true`,
    p.values,
  );
  const candidates = rows.flatMap(({ things, weights, ...row }) => (things === null ? [] : [{ things, weights, target: targetOf(row) }]));
  return { total: rows[0]?.total ?? 0, open: rows[0]?.open ?? 0, candidates };
}

/**
 * Tables after `hit`: in the last one findings that end with one upgrade. All their packages come from it, and each has a fix.
 * Grouped by numbers made of the names, which is less work than by the names.
 */
const PACKAGE_UPGRADES = `part as (select hit.id, min(hit.danger::bigint * hit.units) as weight, min(p.id) as package, max(fp.fixed) as fix, min(p.name) as name,
        min(p.key) as key, max(p.key) as last
      from hit cross join lateral (select fp.package, fp.fixed from finding_package fp where fp.account = hit.account and fp.finding = hit.id offset 0) fp
      join (select id, name, hashtextextended(namespace || E'\\n' || coalesce(source_name, name), 0) as key from package) p on p.id = fp.package
      where hit.fix = ${FIX_AVAILABLE.YES} group by hit.id),
    best as (select min(package) as package, array_agg(distinct fix) as fixes, (array_agg(distinct name))[1:${NAMED}] as installed,
        array_agg(id::float8 order by id) as things, array_agg(weight::float8 order by id) as weights, sum(weight) as risk
      from part where key = last group by key order by risk desc, 1 limit ${MOST_CANDIDATES}),
    package_upgrade as (select p.namespace, coalesce(p.source_name, p.name) as name, p.type, fixes, installed, things, weights
      from best join package p on p.id = best.package order by risk desc, 2, 1)`;

function targetOf({
  layers,
  place,
  newer,
  namespace,
  name,
  type: code,
  fixes,
  installed,
}: Omit<Row, 'total' | 'things' | 'weights'>): UpgradeTarget {
  if (layers !== null) return { kind: 'BASE_IMAGE', place, newer, layers };
  const type = packageTypeOfCode(code) ?? null;
  return { kind: 'PACKAGE', namespace, name, type, fixedIn: type === null ? null : highestVersion(type, fixes), installed };
}
