import type { Enrichment } from '@assay/core/advisory.ts';
import { FINDING_KIND } from '@assay/core/finding.ts';
import { isWeaponised } from '@assay/core/score.ts';
import type { Queryable } from '../../jobs/queue.ts';
import { type Revision, type RevisionDatabase, type RevisionSource, readRevision } from '../../revisions/revisions.ts';
import { INTELLIGENCE_FIELDS, retryIssues } from '../../suppression/retry.ts';
import { keepEpssDays } from '../../vulnerabilities/epss-days.ts';
import { INTELLIGENCE_KEYS, intelligence } from './intelligence.ts';

export interface Span {
  /** Revision that everything stored has, 0 for none. */
  readonly from: number;
  /** Revisions that some of it may have. */
  readonly attempted: readonly number[];
  readonly target: Revision;
  readonly database: RevisionDatabase;
  readonly revisions: RevisionSource;
}

const KEYS = 2000;

/** Packages to look at, and the databases their findings may come from; `older` undefined: unknown. */
export interface Batch {
  readonly packages: readonly number[];
  readonly older: readonly RevisionDatabase[] | undefined;
}

/**
 * Ids of dictionary packages whose matches may differ, in batches: by changed keys against every revision in question, then by changed
 * CVSS scores. Where an old database is gone, or the matching rules are others, every package.
 * Refreshes EPSS, KEV and exploit evidence of known issues on the way.
 */
export async function* changedBatches(db: Queryable, span: Span): AsyncGenerator<Batch> {
  const older = await openOlder(db, span);
  if (older === undefined) {
    for await (const packages of everyPackage(db)) yield { packages, older };
    return;
  }
  for (const old of older) {
    for (const keys of inBatches(span.database.changedKeys(old), KEYS)) yield { packages: await packagesOfKeys(db, keys), older };
  }
  for (const old of older) {
    for (const ids of inBatches(span.database.changedEnrichments(old), KEYS)) {
      const rescored = await refreshIssues(db, ids, { old, database: span.database });
      if (rescored.length > 0) yield { packages: await packagesOfIssues(db, rescored), older };
    }
  }
}

async function openOlder(db: Queryable, span: Span): Promise<RevisionDatabase[] | undefined> {
  const databases: RevisionDatabase[] = [];
  // A scan may have been committed with a revision between the two, whose evaluation never began.
  const { rows } = await db.query<{ id: number }>('select distinct evaluated as id from resource where evaluated > $1 and evaluated < $2', [
    span.from,
    span.target.id,
  ]);
  for (const id of new Set([span.from, ...span.attempted, ...rows.map((row) => row.id)])) {
    if (id === span.target.id) continue;
    const revision = id === 0 ? undefined : await readRevision(db, id);
    if (revision === undefined || revision.matcher !== span.target.matcher) return undefined;
    const database = await span.revisions.open(revision);
    if (database === undefined) return undefined;
    databases.push(database);
  }
  return databases;
}

async function* everyPackage(db: Queryable): AsyncGenerator<readonly number[]> {
  for (let after = 0; ; ) {
    const { rows } = await db.query<{ id: number }>('select id from package where id > $1 order by id limit 20000', [after]);
    if (rows.length === 0) return;
    yield rows.map((row) => row.id);
    after = rows.at(-1)!.id;
  }
}

async function packagesOfKeys(db: Queryable, keys: readonly { readonly namespace: string; readonly name: string }[]): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `select p.id from unnest($1::text[], $2::text[]) k(namespace, name) join package p on p.namespace = k.namespace and p.name = k.name
     union
     select p.id from unnest($1::text[], $2::text[]) k(namespace, name) join package p on p.namespace = k.namespace and p.source_name = k.name`,
    [keys.map((key) => key.namespace), keys.map((key) => key.name)],
  );
  return rows.map((row) => row.id);
}

/** Set-based, on `issue` alone: no finding is written because EPSS drifted. Returns names that may score otherwise. */
async function refreshIssues(
  db: Queryable,
  names: readonly string[],
  databases: { readonly old: RevisionDatabase; readonly database: RevisionDatabase },
): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>('select name from issue where kind = $1 and name = any($2::text[])', [
    FINDING_KIND.PACKAGE_VULNERABILITY,
    names,
  ]);
  const now = rows.map(({ name }) => [name, databases.database.enrichment(name)] as const);
  const facts = now.map(([name, enrichment]) => ({ name, ...intelligence(enrichment) }));
  await db.query(
    `with told as (update issue i set epss = g.epss, kev = g.kev, exploit = g.exploit, weaponised = g.weaponised, doc = (i.doc - $3::text[]) || g.doc
     from (
       select i.id, g.* from jsonb_to_recordset($1) as g(name text, epss real, kev date, exploit boolean, weaponised boolean, doc jsonb)
       join issue i on i.kind = $2 and i.name = g.name
       where (i.epss, i.kev, i.exploit, i.weaponised, i.doc->'kev', i.doc->'exploits')
         is distinct from (g.epss, g.kev, g.exploit, g.weaponised, g.doc->'kev', g.doc->'exploits')
       order by i.id for update of i
     ) g where i.id = g.id returning i.id)
     ${retryIssues('told', INTELLIGENCE_FIELDS)}`,
    [JSON.stringify(facts), FINDING_KIND.PACKAGE_VULNERABILITY, INTELLIGENCE_KEYS],
  );
  await keepEpssDays(db, facts);
  return now.flatMap(([name, enrichment]) => (sameScore(enrichment, databases.old.enrichment(name)) ? [] : [name]));
}

function sameScore(a: Enrichment | undefined, b: Enrichment | undefined): boolean {
  return isWeaponised(a) === isWeaponised(b) && JSON.stringify(a?.cve?.severities ?? []) === JSON.stringify(b?.cve?.severities ?? []);
}

async function packagesOfIssues(db: Queryable, names: readonly string[]): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `select distinct fp.package as id from issue i join finding f on f.issue = i.id
     join finding_package fp on fp.account = f.account and fp.finding = f.id where i.kind = $1 and i.name = any($2::text[])`,
    [FINDING_KIND.PACKAGE_VULNERABILITY, names],
  );
  return rows.map((row) => row.id);
}

function* inBatches<T>(values: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const value of values) {
    batch.push(value);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
