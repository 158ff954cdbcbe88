import type pg from 'pg';
import { inTransaction, type Transaction } from '../db/pool.ts';
import type { Queryable } from '../jobs/queue.ts';
import { LOCAL_REGISTRY } from './describe.ts';

/** Repository under which the sample is stored. */
export const SAMPLE_REPOSITORY = 'sample';
/** What it was made from; nothing that people submit is of this form, so a repository of theirs may be named `sample`. */
export const SAMPLE_FORMAT = 'dpkg status';

/** Removes the sample and everything known of it. */
export async function removeSample(pool: pg.Pool, account: number): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ id: number }>(
      `select id from resource where account = $1 and registry = $3 and repository = $2 and detail->>'sbom' = $4 order by id for update`,
      [account, SAMPLE_REPOSITORY, LOCAL_REGISTRY, SAMPLE_FORMAT],
    );
    for (const row of rows) await removeResource(tx, account, row.id);
  });
}

/** Remembers that a person removed the sample, so that the next start leaves it away. */
export async function rememberSampleRemoved(db: Queryable, account: number): Promise<void> {
  await db.query(`update account set settings = settings || '{"sampleRemoved": true}' where account = $1`, [account]);
}

/**
 * Takes one resource away with its findings; the history in `finding_event` stays. Unlike the end of an image in its registry, which
 * closes findings, this is for resources that a person never wants to see again.
 */
export async function removeResource(tx: Transaction, account: number, resource: number): Promise<void> {
  for (const table of ['finding_package', 'finding', 'resource_tag', 'image_usage', 'running_resource', 'image_layer']) {
    await tx.query(`delete from ${table} where account = $1 and resource = $2`, [account, resource]);
  }
  await tx.query('delete from resource where account = $1 and id = $2', [account, resource]);
}

export function isSample(row: {
  readonly registry: string | null;
  readonly repository: string | null;
  readonly sbom: string | null;
}): boolean {
  return row.registry === LOCAL_REGISTRY && row.repository === SAMPLE_REPOSITORY && row.sbom === SAMPLE_FORMAT;
}
