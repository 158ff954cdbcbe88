import type { Advisory, AdvisoryLookup } from '@assay/core/advisory.ts';
import { AssayError } from '@assay/core/errors.ts';
import type pg from 'pg';
import { inTransaction, type Transaction } from '../db/pool.ts';
import { enqueue, type JobRequest, type Queryable, SYSTEM } from '../jobs/queue.ts';

/** An advisory database of one revision, opened. `AdvisoryDatabase` is one. */
export interface RevisionDatabase extends AdvisoryLookup {
  /** Documents about a vulnerability: under this id, with it as an alias, or as bundles that fix it. At most `most`. */
  about(id: string, most: number): readonly Advisory[];
  changedKeys(other: this): Iterable<{ readonly namespace: string; readonly name: string }>;
  /** Ids of advisories whose documents differ, and CVE ids whose enrichments differ. */
  changedDocuments(other: this): Iterable<string>;
  changedEnrichments(other: this): Iterable<string>;
}

/** Opens the database of a stored revision (fetched by digest when it is not here); undefined when its file is gone. */
export interface RevisionSource {
  open(revision: Revision): Promise<RevisionDatabase | undefined>;
}

export interface Revision {
  /** Grows with every published revision. */
  readonly id: number;
  /** Logical revision id, 64 hex. */
  readonly digest: string;
  /** Digest of the enrichments, 64 hex. */
  readonly enrichment: string;
  /** Blob key or path, as {@link publishRevision} was given it. */
  readonly place: string;
  readonly matcher: number;
  readonly builtAt: Date;
  readonly counts: Readonly<Record<string, unknown>>;
}

/** Advance takes it exclusively, a scan commit shared. */
const REVISION_LOCK = 4_605_002;
export const EVALUATE = 'evaluate';
export const EVALUATE_LANE = 'evaluate';
const EVALUATION: JobRequest = { account: SYSTEM, kind: EVALUATE, key: 'findings', lane: EVALUATE_LANE, priority: 10, payload: {} };

const COLUMNS = `id, encode(digest, 'hex') as digest, encode(enrichment, 'hex') as enrichment, place, matcher, built_at as "builtAt", counts`;

export interface Published {
  readonly id: number;
  readonly changed: boolean;
  /** It was built before the current one and nobody said that this is meant: nothing was done. */
  readonly older?: true;
}

/** A clock that far ahead was wrong, and what was built by it must not keep out what comes after. */
const BUILT_AHEAD_MS = 24 * 3_600_000;

/**
 * Makes a database file the current revision and queues the evaluation of everything stored, in one transaction.
 * Whoever commits a scan afterwards has matched with it; whoever committed before is visible to that evaluation.
 * The same content and enrichments again change nothing. One that was built earlier is refused unless `rollback` is said.
 */
export async function publishRevision(
  pool: pg.Pool,
  revision: Omit<Revision, 'id'>,
  meant: { readonly rollback?: boolean; readonly now?: number } = {},
): Promise<Published> {
  const known = await findPublished(pool, revision);
  if (known !== undefined) return { id: known, changed: false };
  return inTransaction(pool, async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [REVISION_LOCK]);
    const current = await readCurrent(tx);
    if (current?.digest === revision.digest && current.enrichment === revision.enrichment && current.matcher === revision.matcher) {
      await tx.query('update revision set place = $2, built_at = $3, counts = $4 where id = $1', [
        current.id,
        revision.place,
        revision.builtAt,
        JSON.stringify(revision.counts),
      ]);
      // An evaluation that died for good is begun again at the next start.
      const { rows } = await tx.query("select from progress where consumer = 'findings' and revision = $1", [current.id]);
      if (rows.length === 0) await enqueue(tx, EVALUATION);
      return { id: current.id, changed: false };
    }
    const latest = current !== undefined && current.builtAt.getTime() <= (meant.now ?? Number.POSITIVE_INFINITY) + BUILT_AHEAD_MS;
    if (latest && meant.rollback !== true && revision.builtAt < current.builtAt) return { id: current.id, changed: false, older: true };
    await tx.query('update revision set state = 2 where state = 1');
    const { rows } = await tx.query<{ id: number }>(
      `insert into revision (id, digest, enrichment, state, built_at, matcher, place, counts)
       select coalesce(max(id), 0) + 1, decode($1, 'hex'), decode($2, 'hex'), 1, $3, $4, $5, $6 from revision returning id`,
      [revision.digest, revision.enrichment, revision.builtAt, revision.matcher, revision.place, JSON.stringify(revision.counts)],
    );
    const id = rows[0]!.id;
    await enqueue(tx, EVALUATION);
    return { id, changed: true };
  });
}

/** The usual case at a start: there is nothing to do, and no reason to wait for a scan that holds the revision. */
async function findPublished(pool: pg.Pool, revision: Omit<Revision, 'id'>): Promise<number | undefined> {
  const current = await readCurrent(pool);
  if (current?.digest !== revision.digest || current.enrichment !== revision.enrichment || current.matcher !== revision.matcher)
    return undefined;
  if (current.place !== revision.place || current.builtAt.getTime() !== revision.builtAt.getTime()) return undefined;
  const { rows } = await pool.query("select from progress where consumer = 'findings' and revision = $1", [current.id]);
  return rows.length === 0 ? undefined : current.id;
}

export async function readCurrent(db: Queryable): Promise<Revision | undefined> {
  return (await db.query<Revision>(`select ${COLUMNS} from revision where state = 1`)).rows[0];
}

export async function readRevision(db: Queryable, id: number): Promise<Revision | undefined> {
  return (await db.query<Revision>(`select ${COLUMNS} from revision where id = $1`, [id])).rows[0];
}

/** @throws AssayError `no-revision` */
export async function requireCurrent(db: Queryable): Promise<Revision> {
  const current = await readCurrent(db);
  if (current === undefined)
    throw new AssayError('no-revision', 'There is no advisory database yet; run `assay db update` or wait for the first one.');
  return current;
}

/** @throws when the file is gone from where it was stored. */
export async function openRevision(source: RevisionSource, revision: Revision): Promise<RevisionDatabase> {
  const database = await source.open(revision);
  if (database === undefined)
    throw new Error(`the advisory database of revision ${revision.id} is not where it was stored: ${revision.place}`);
  return database;
}

/**
 * The scan's side of the handshake: holds the revision still until the end of the transaction and says which one it is.
 * If it is not the one that was matched with, roll back, match with it, and come again: nothing is fetched under the lock.
 */
export async function holdRevision(tx: Transaction): Promise<number | undefined> {
  await tx.query('select pg_advisory_xact_lock_shared($1)', [REVISION_LOCK]);
  return (await tx.query<{ id: number }>('select id from revision where state = 1')).rows[0]?.id;
}
