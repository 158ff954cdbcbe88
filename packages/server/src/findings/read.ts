import { FINDING_KIND, FINDING_STATUS, FIX_AVAILABLE, RESOURCE_KIND } from '@assay/core/finding.ts';
import { packageTypeOfCode } from '@assay/core/package-type.ts';
import { EXPOSURE_CODES, type ScoreBasis } from '@assay/core/score.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type pg from 'pg';
import { TAG_SPACE } from './list/fields.ts';
import { Params, type Predicate } from './list/sql.ts';
import type { FindingPackageView, FindingView, IssueDoc } from './view.ts';

/** Reads findings by key, in the order asked for; keys that the transaction cannot see are left out. `status`: while a rule is being applied. */
export async function readFindings(
  client: pg.ClientBase,
  keys: readonly { readonly account: number; readonly id: number }[],
  status?: Predicate,
): Promise<FindingView[]> {
  if (keys.length === 0) return [];
  const accounts = keys.map((k) => k.account);
  const ids = keys.map((k) => k.id);
  const params = new Params();
  params.add(accounts);
  params.add(ids);
  const { rows } = await client.query<FindingRow>(findingsSql(status?.(params) ?? 'f.status'), params.values);
  const packages = groupBy((await client.query<PackageRow>(PACKAGES_SQL, [accounts, ids])).rows, (row) => row.finding);
  const resources = new Map(rows.map((row) => [row.resource, row.account]));
  const tags = groupBy(
    (await client.query<TagRow>(TAGS_SQL, [[...resources.values()], [...resources.keys()]])).rows,
    (row) => row.resource,
  );
  return rows.map((row) => toView(row, packages.get(row.id) ?? [], tags.get(row.resource) ?? []));
}

const findingsSql = (
  status: string,
): string => `select f.account, f.id, f.resource, f.kind, ${status} as status, f.severity, f.fix, f.score, f.first_at, f.last_at, f.updated_at,
    i.id as issue, i.name, i.source, i.vendor_severity, i.epss, i.kev, i.exploit, i.weaponised, i.aliases, i.doc,
    r.kind as resource_kind, r.arn, r.registry, r.repository, r.digest, r.arch, r.platform, r.pushed_at, r.last_in_use_at, r.in_use_count, r.exposure, r.detail
  from unnest($1::bigint[], $2::bigint[]) with ordinality as k(account, id, place)
  join finding f on f.account = k.account and f.id = k.id
  join resource r on r.account = f.account and r.id = f.resource join issue i on i.id = f.issue order by k.place`;

const PACKAGES_SQL = `select fp.finding, fp.fixed, fp.advisory, p.type, p.name, p.version, p.arch, p.purl, b.basis, fp.score,
    n.paths[array_position(n.packages, fp.package)] as path, n.layers[array_position(n.packages, fp.package)] as layer
  from unnest($1::bigint[], $2::bigint[]) as k(account, id)
  join finding_package fp on fp.account = k.account and fp.finding = k.id join package p on p.id = fp.package
  left join score_basis b on b.id = fp.basis
  join resource r on r.account = fp.account and r.id = fp.resource left join inventory n on n.account = r.account and n.id = r.inventory
  order by fp.finding, p.name, p.version, p.id`;

const TAGS_SQL = `select t.resource, t.space, t.key, t.value from unnest($1::bigint[], $2::bigint[]) as k(account, id)
  join resource_tag t on t.account = k.account and t.resource = k.id order by t.key, t.value`;

interface FindingRow {
  account: number;
  id: number;
  resource: number;
  kind: number;
  status: number;
  severity: number;
  fix: number;
  score: number;
  first_at: Date;
  last_at: Date;
  updated_at: Date;
  issue: number;
  name: string;
  source: string;
  vendor_severity: number;
  epss: number;
  kev: Date | null;
  exploit: boolean;
  weaponised: boolean;
  aliases: string[];
  doc: IssueDoc;
  resource_kind: number;
  arn: string;
  registry: string | null;
  repository: string | null;
  digest: string | null;
  arch: string | null;
  platform: string | null;
  pushed_at: Date | null;
  last_in_use_at: Date | null;
  in_use_count: number;
  exposure: number;
  detail: Record<string, unknown>;
}
interface PackageRow {
  finding: number;
  fixed: string | null;
  advisory: string;
  type: number;
  name: string;
  version: string;
  arch: string | null;
  purl: string;
  path: string | null;
  layer: string | null;
  basis: ScoreBasis | null;
  score: number;
}
interface TagRow {
  resource: number;
  space: number;
  key: string;
  value: string;
}

/** The name of a stored code; an unknown one is a row from a newer version of Assay. */
export function nameOfCode<Name extends string>(codes: Readonly<Record<Name, number>>, code: number): Name {
  for (const name in codes) if (codes[name] === code) return name;
  throw new Error(`unknown code ${code}`);
}

function toView(row: FindingRow, packages: readonly PackageRow[], tags: readonly TagRow[]): FindingView {
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
    issue: {
      id: row.issue,
      name: row.name,
      source: row.source,
      vendorSeverity: nameOfCode(SEVERITY_CODES, row.vendor_severity),
      epss: row.epss < 0 ? null : row.epss,
      kevAt: row.kev,
      exploit: row.exploit,
      weaponised: row.weaponised,
      aliases: row.aliases,
      doc: row.doc,
    },
    resource: {
      id: row.resource,
      kind: nameOfCode(RESOURCE_KIND, row.resource_kind),
      arn: row.arn,
      registry: row.registry,
      repository: row.repository,
      digest: row.digest,
      arch: row.arch,
      platform: row.platform,
      pushedAt: row.pushed_at,
      lastInUseAt: row.last_in_use_at,
      inUseCount: row.in_use_count,
      exposure: nameOfCode(EXPOSURE_CODES, row.exposure),
      detail: row.detail,
      imageTags: tags.filter((tag) => tag.space === TAG_SPACE.image).map((tag) => tag.value),
      tags: Object.fromEntries(tags.filter((tag) => tag.space === TAG_SPACE.resource).map((tag) => [tag.key, tag.value])),
    },
    packages: packages.map(toPackage),
  };
}

function toPackage(row: PackageRow): FindingPackageView {
  const type = packageTypeOfCode(row.type);
  if (type === undefined) throw new Error(`unknown package type ${row.type}`);
  return {
    type,
    name: row.name,
    version: row.version,
    arch: row.arch,
    purl: row.purl,
    fixedIn: row.fixed,
    advisory: row.advisory,
    path: row.path,
    layer: row.layer,
    basis: row.basis,
    score: row.score < 0 ? null : row.score,
  };
}

function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => number): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
