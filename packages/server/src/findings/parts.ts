import { packageTypeOfCode } from '@assay/core/package-type.ts';
import type { ScoreBasis } from '@assay/core/score.ts';
import type pg from 'pg';
import type { Known, PackageRow } from './known.ts';
import type { FindingPackageView } from './view.ts';

/** The packages that make these findings, by finding, in the order of their names and versions. */
export async function readParts(
  client: pg.ClientBase,
  { findings, inventories, known }: Asked,
): Promise<ReadonlyMap<number, readonly FindingPackageView[]>> {
  const { rows } = await client.query<PartRow>(PARTS, [findings.map((one) => one.account), findings.map((one) => one.id)]);
  const packages = await known.packages(client, new Set(rows.map((row) => row.package)));
  const bases = await known.bases(client, new Set(rows.map((row) => row.basis)));
  const places = await readPlaces(client, rows, inventories);
  const parts = new Map<number, { readonly found: PackageRow; readonly view: FindingPackageView }[]>();
  for (const row of rows) {
    const found = packages.get(row.package);
    if (found === undefined) continue;
    const place = places.get(`${inventories.get(row.resource)} ${row.package}`);
    const part = { found, view: toPart(row, { found, place, basis: bases.get(row.basis) }) };
    const others = parts.get(row.finding);
    if (others === undefined) parts.set(row.finding, [part]);
    else others.push(part);
  }
  return new Map([...parts].map(([finding, some]) => [finding, some.sort((a, b) => inOrder(a.found, b.found)).map((one) => one.view)]));
}

interface Asked {
  readonly findings: readonly { readonly account: number; readonly id: number }[];
  /** By resource. */
  readonly inventories: ReadonlyMap<number, number | null>;
  readonly known: Known;
}

/** Where packages were seen, by "inventory package". */
async function readPlaces(
  client: pg.ClientBase,
  rows: readonly PartRow[],
  inventories: ReadonlyMap<number, number | null>,
): Promise<ReadonlyMap<string, PlaceRow>> {
  const wanted = rows.filter((row) => (inventories.get(row.resource) ?? null) !== null);
  if (wanted.length === 0) return new Map();
  const found = await client.query<PlaceRow>(PLACES, [
    wanted.map((row) => row.account),
    wanted.map((row) => inventories.get(row.resource)),
    wanted.map((row) => row.package),
  ]);
  return new Map(found.rows.map((row) => [`${row.inventory} ${row.package}`, row]));
}

const PARTS = `select fp.account, fp.finding, fp.package, fp.resource, fp.fixed, fp.advisory, fp.basis, fp.score
  from unnest($1::bigint[], $2::bigint[]) as k(account, id) join finding_package fp on fp.account = k.account and fp.finding = k.id`;

/** Joining an empty array unpacks an inventory's columns once, not for each of its packages. */
const PLACES = `select n.id as inventory, x.package, n.paths[x.at] as path, n.layers[x.at] as layer
  from (select n.id, k.wanted, n.packages || '{}'::int[] as packages, n.paths || '{}'::text[] as paths, n.layers || '{}'::text[] as layers
    from (select account, id, array_agg(distinct package) as wanted from unnest($1::bigint[], $2::bigint[], $3::int[]) as k(account, id, package) group by account, id) k
    join inventory n on n.account = k.account and n.id = k.id offset 0) n
  cross join lateral (select package, array_position(n.packages, package) as at from unnest(n.wanted) as package offset 0) x
  where x.at is not null`;

interface PartRow {
  readonly account: number;
  readonly finding: number;
  readonly package: number;
  readonly resource: number;
  readonly fixed: string | null;
  readonly advisory: string;
  readonly basis: number;
  readonly score: number;
}
interface PlaceRow {
  readonly inventory: number;
  readonly package: number;
  readonly path: string | null;
  readonly layer: string | null;
}

const inOrder = (a: PackageRow, b: PackageRow): number => order(a.name, b.name) || order(a.version, b.version) || a.id - b.id;
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Found {
  readonly found: PackageRow;
  readonly place: PlaceRow | undefined;
  readonly basis: ScoreBasis | undefined;
}

function toPart(row: PartRow, { found, place, basis }: Found): FindingPackageView {
  const type = packageTypeOfCode(found.type);
  if (type === undefined) throw new Error(`unknown package type ${found.type}`);
  return {
    type,
    name: found.name,
    version: found.version,
    arch: found.arch,
    purl: found.purl,
    fixedIn: row.fixed,
    advisory: row.advisory,
    path: place?.path ?? null,
    layer: place?.layer ?? null,
    basis: basis ?? null,
    score: row.score < 0 ? null : row.score,
  };
}
