import { greedyCover } from '@assay/core/greedy-cover.ts';
import { type PackageType, packageTypeOfCode } from '@assay/core/package-type.ts';
import type pg from 'pg';
import type { CompiledCriteria } from '../findings/list/compile.ts';
import { Params, type Predicate } from '../findings/list/sql.ts';
import { basesSql } from './base-images.ts';
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
  readonly upgrades: readonly Upgrade[];
}

/** Only the largest are weighed against each other. */
const CANDIDATES = 200;
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
  if (request.criteria.accounts.length === 0) return { running: false, upgrades: [] };
  await client.query("select set_config('work_mem', '64MB', true), set_config('enable_nestloop', 'off', true)");
  let running = true;
  let total = await readRisk(client, request, running);
  if (total === 0) {
    running = false;
    total = await readRisk(client, request, running);
  }
  if (total === 0) return { running, upgrades: [] };
  const candidates = [...(await readBases(client, request, running)), ...(await readPackages(client, request, running))];
  const weights = new Map(candidates.flatMap(({ things, weights: all }) => things.map((thing, at) => [thing, all[at] ?? 0] as const)));
  const choices = candidates.map((choice) => ({ choice, things: choice.things }));
  const chosen = greedyCover(choices, (thing) => weights.get(thing) ?? 0, request.limit);
  return {
    running,
    upgrades: chosen.map(({ choice, gain, newThings }) => ({
      target: choice.target,
      ...{ removes: newThings, share: gain / total, alone: choice.things.length, findings: choice.things },
    })),
  };
}

async function readRisk(client: pg.ClientBase, request: UpgradeRequest, running: boolean): Promise<number> {
  const params = new Params();
  const { rows } = await client.query<{ risk: number }>(
    `select coalesce(sum(danger::bigint * units), 0)::float8 as risk from (${hits({ ...request, by: 'VULNERABILITY' }, running, params)}) hit`,
    params.values,
  );
  return rows[0]?.risk ?? 0;
}

interface PackageRow {
  readonly namespace: string;
  readonly name: string;
  readonly type: number;
  readonly fixes: readonly string[];
  readonly installed: readonly string[];
  readonly things: number[];
  readonly weights: number[];
}

/** Findings that end with one upgrade: all their packages come from it, and each has a fix. */
async function readPackages(client: pg.ClientBase, request: UpgradeRequest, running: boolean): Promise<Candidate[]> {
  const params = new Params();
  const accounts = params.add(request.criteria.accounts);
  const { rows } = await client.query<PackageRow>(
    `with hit as (${hits({ ...request, by: 'VULNERABILITY' }, running, params)}),
     part as (select hit.id, min(hit.danger::bigint * hit.units) as weight, min(p.id) as package, max(fp.fixed) as fix, min(p.name) as name,
         min(p.namespace || E'\\n' || coalesce(p.source_name, p.name)) as key, max(p.namespace || E'\\n' || coalesce(p.source_name, p.name)) as last
       from hit join finding_package fp on fp.account = hit.account and fp.finding = hit.id join package p on p.id = fp.package
       where fp.account = any (${accounts}::bigint[]) group by hit.id having bool_and(fp.fixed is not null)),
     best as (select key, min(package) as package, array_agg(distinct fix) as fixes, (array_agg(distinct name))[1:${NAMED}] as installed, array_agg(id::float8 order by id) as things,
         array_agg(weight::float8 order by id) as weights, sum(weight) as risk
       from part where key = last group by key order by risk desc, key limit ${CANDIDATES})
     select p.namespace, coalesce(p.source_name, p.name) as name, p.type, fixes, installed, things, weights
     from best join package p on p.id = best.package order by risk desc, key`,
    params.values,
  );
  return rows.map(({ namespace, name, type: code, fixes, installed, things, weights }) => {
    const type = packageTypeOfCode(code) ?? null;
    return {
      things,
      weights,
      target: { kind: 'PACKAGE', namespace, name, type, fixedIn: type === null ? null : highestVersion(type, fixes), installed },
    };
  });
}

interface BaseRow {
  readonly place: string | null;
  readonly newer: string | null;
  readonly layers: number;
  readonly things: number[];
  readonly weights: number[];
}

async function readBases(client: pg.ClientBase, request: UpgradeRequest, running: boolean): Promise<Candidate[]> {
  const params = new Params();
  const sql = basesSql({ ...request, by: 'VULNERABILITY' }, running, params);
  const { rows } = await client.query<BaseRow>(`${sql} order by sum(weight) desc, place, layers limit ${CANDIDATES}`, params.values);
  return rows.map(({ things, weights, ...base }) => ({ things, weights, target: { kind: 'BASE_IMAGE', ...base } }));
}
