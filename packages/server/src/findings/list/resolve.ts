import type pg from 'pg';
import type { CompiledCriteria } from './compile.ts';
import type { Place } from './fields.ts';
import type { PackagePredicate } from './package-predicate.ts';
import { allOf, anyOf, never, Params, type Predicate } from './sql.ts';
import type { ResourceList } from './statements.ts';

/** Criteria on tables beside `finding`, answered where the answer is short. */
export interface Resolved {
  readonly accounts: readonly number[];
  /** Over `finding f` alone. */
  readonly where: readonly Predicate[];
  /** Tables whose criteria hold for too many rows to list: they stay as predicates over `r` or `i`. */
  readonly joined: ReadonlyMap<Place, readonly Predicate[]>;
  /** Those of `where` that list the ids of a table's rows, by the table. */
  readonly listed: ReadonlyMap<Place, readonly Predicate[]>;
  readonly resources?: ResourceList;
  /** Predicates of `where` as an index can use them, for collecting. */
  readonly probing: ReadonlyMap<Predicate, Predicate>;
  /** Few findings can match: collecting them is cheaper than any walk. */
  readonly sparse: boolean;
}

/** Up to so many resources or issues have about as many findings as a short walk reads. */
const SPARSE = { r: 1_400, i: 100 } as const;

export interface ResolveOptions {
  /** More ids than this stay a predicate. */
  readonly cap: number;
  /** Leave out accounts without a resource that satisfies the criteria: worth its price where accounts sort. */
  readonly byAccount?: boolean;
}

/** Undefined: nothing can match. */
export async function resolve(
  client: pg.ClientBase,
  criteria: CompiledCriteria,
  { cap, byAccount }: ResolveOptions,
): Promise<Resolved | undefined> {
  let { accounts } = criteria;
  const where: Predicate[] = [(p) => `f.account = any (${p.add(accounts)}::bigint[])`, ...criteria.f];
  const joined = new Map<Place, readonly Predicate[]>();
  const probing = new Map<Predicate, Predicate>();
  const listed = new Map<Place, readonly Predicate[]>();
  // One finding by its id; details are of the few findings that are not about packages.
  let sparse = criteria.f.some((predicate) => /\bf\.(?:id|detail)\b/.test(predicate(new Params())));
  let resources: ResourceList | undefined;
  for (const place of ['r', 'i'] as const) {
    if (criteria[place].length === 0) continue;
    const rows = await resolveIds(client, { place, criteria, cap });
    if (rows === undefined) joined.set(place, criteria[place]);
    else if (rows.length === 0) return undefined;
    else {
      const ids = rows.map((row) => row.id);
      // Of the column's own type, else PostgreSQL compares one by one instead of hashing the list.
      const indexed: Predicate = (p) =>
        place === 'r' ? `f.resource = any (${p.add(ids)}::bigint[])` : `f.issue = any (${p.add(ids)}::int[])`;
      // For a walk no index condition: every probe would sort the list anew.
      const one: Predicate = (p) => indexed(p).replace(/^f\.(\w+)/, '(f.$1 + 0)');
      probing.set(one, indexed);
      where.push(one);
      listed.set(place, [one]);
      if (place === 'r') resources = { accounts: rows.map((row) => row.account), ids, predicate: one };
      sparse ||= ids.length <= SPARSE[place];
    }
  }
  if (criteria.packages.length > 0) {
    const predicate = await packagesWhere(client, criteria, cap);
    if (predicate === undefined) return undefined;
    where.push(predicate);
  }
  if (byAccount === true && joined.has('r')) accounts = await accountsHolding(client, criteria);
  return { accounts, where, joined, listed, probing, sparse, ...(resources === undefined ? {} : { resources }) };
}

async function accountsHolding(client: pg.ClientBase, criteria: CompiledCriteria): Promise<number[]> {
  const params = new Params();
  const accounts = params.add(criteria.accounts);
  const { tags } = criteria;
  const sql = `select a.account from unnest(${accounts}::bigint[]) as a(account)
    where exists (select 1 from ${tags === undefined || criteria.r.length > 1 ? `resource r where r.account = a.account and ${allOf(criteria.r, params)}` : `resource_tag t where t.account = a.account and ${tags(params)}`})`;
  const { rows } = await client.query<{ account: number }>(sql, params.values);
  return rows.map((row) => row.account);
}

/** Ids of the rows that satisfy a table's predicates; undefined when they are too many to list. */
export async function resolveIds(
  client: pg.ClientBase,
  { place, criteria, cap }: { place: 'r' | 'i'; criteria: CompiledCriteria; cap: number },
): Promise<{ id: number; account: number }[] | undefined> {
  const params = new Params();
  if (place === 'r' && criteria.tags !== undefined && criteria.r.length === 1) return resolveTagged(client, { criteria, cap });
  const own: Predicate[] = place === 'r' ? [(p) => `r.account = any (${p.add(criteria.accounts)}::bigint[])`] : [];
  const table = place === 'r' ? 'resource r' : 'issue i';
  const sql = `select ${place}.id, ${place === 'r' ? 'r.account' : '0 as account'} from ${table} where ${allOf([...own, ...criteria[place]], params)} limit ${cap + 1}`;
  const { rows } = await client.query<{ id: number; account: number }>(sql, params.values);
  return rows.length > cap ? undefined : rows;
}

/** Tags say whose they are: no resource is read. */
async function resolveTagged(
  client: pg.ClientBase,
  { criteria, cap }: { criteria: CompiledCriteria; cap: number },
): Promise<{ id: number; account: number }[] | undefined> {
  const params = new Params();
  const where = allOf([(p) => `t.account = any (${p.add(criteria.accounts)}::bigint[])`, criteria.tags ?? never], params);
  const { rows } = await client.query<{ id: number; account: number }>(
    `select t.resource as id, t.account from resource_tag t where ${where} limit ${cap + 1}`,
    params.values,
  );
  return rows.length > cap ? undefined : [...new Map(rows.map((row) => [row.id, row])).values()];
}

async function packagesWhere(client: pg.ClientBase, criteria: CompiledCriteria, cap: number): Promise<Predicate | undefined> {
  const alternatives: Predicate[] = [];
  for (const filter of criteria.packages) {
    const params = new Params();
    const sql = `select p.id from package p where ${filter.identity(params)} limit ${cap + 1}`;
    const { rows } = await client.query<{ id: number }>(sql, params.values);
    if (rows.length === 0) continue;
    const ids = rows.length > cap ? undefined : rows.map((row) => row.id);
    alternatives.push(havingPackage(filter, ids, criteria.accounts));
  }
  return alternatives.length === 0 ? undefined : (p) => anyOf(alternatives, p);
}

function havingPackage(filter: PackagePredicate, ids: readonly number[] | undefined, accounts: readonly number[]): Predicate {
  return (p) => {
    const tables = ['finding_package fp'];
    const where = [`fp.account = any (${p.add(accounts)}::bigint[])`];
    if (ids === undefined) {
      tables.push('join package p on p.id = fp.package');
      where.push(filter.identity(p));
    } else where.push(`fp.package = any (${p.add(ids)}::int[])`);
    if (filter.place !== undefined) {
      tables.push(
        'join resource q on q.account = fp.account and q.id = fp.resource join inventory n on n.account = q.account and n.id = q.inventory',
      );
      where.push(filter.place(p));
    }
    return `(f.account, f.id) in (select fp.account, fp.finding from ${tables.join(' ')} where ${where.join(' and ')})`;
  };
}
