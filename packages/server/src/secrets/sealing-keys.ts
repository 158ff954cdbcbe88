import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { inTransaction, type Transaction } from '../db/pool.ts';
import type { KeyProviderName, KeyRef } from '../keys/key-provider.ts';
import type { KeyRing } from '../keys/key-ring.ts';

/** Which key wraps the service's own data keys. */
export interface SealingChoice {
  readonly provider: KeyProviderName;
  /** What the provider calls it; empty for LOCAL. */
  readonly name: string;
}

/** The service's data keys in plain, held in memory only. */
export interface SealingKeys {
  /** The one that seals. */
  readonly current: string;
  readonly keys: ReadonlyMap<string, Buffer>;
}

interface DataKeyRow extends SealingChoice {
  readonly id: string;
  readonly version: number;
  readonly wrapped: string;
}

export interface SealingOptions {
  /** Role worker. */
  readonly pool: pg.Pool;
  readonly keys: KeyRing;
  readonly choice: SealingChoice;
}

/**
 * Opens the data keys that seal stored secrets, and makes the first one. A key that another provider or name wrapped is wrapped again with
 * the one that is chosen now; what it sealed stays as it is.
 * @throws AssayError `key-refused`, `key-provider`
 */
export async function openSealingKeys(options: SealingOptions): Promise<SealingKeys> {
  return inTransaction(options.pool, async (tx) => {
    const { keys, choice } = options;
    const rows = await lockedRows(tx);
    const opened = new Map<string, Buffer>();
    for (const row of rows) {
      const plain = await keys.unwrap(refOf(row), row.wrapped, contextOf(row.id));
      opened.set(row.id, plain);
      if (row.provider !== choice.provider || row.name !== choice.name)
        await rewrap(tx, keys, { id: row.id, ...choice, version: 1, plain });
    }
    const newest = rows.at(-1)?.id;
    if (newest !== undefined) return { current: newest, keys: opened };
    const [id, plain] = [randomUUID(), randomBytes(32)];
    const wrapped = await keys.wrap(refOf({ ...choice, version: 1 }), plain, contextOf(id));
    const values = [id, choice.provider, choice.name, 1, wrapped];
    await tx.query('insert into data_key (id, provider, name, version, wrapped, created_at) values ($1, $2, $3, $4, $5, now())', values);
    return { current: id, keys: new Map([[id, plain]]) };
  });
}

/** A new version of the wrapping key, and every data key wrapped with it. Returns the version. @throws AssayError `key-refused` */
export async function rotateSealingKeys({ pool, keys }: Omit<SealingOptions, 'choice'>): Promise<number> {
  return inTransaction(pool, async (tx) => {
    const rows = await lockedRows(tx);
    const newest = rows.at(-1);
    if (newest === undefined) throw new Error('the service has no data key');
    const version = await keys.rotate(refOf(newest));
    for (const row of rows) {
      const plain = await keys.unwrap(refOf(row), row.wrapped, contextOf(row.id));
      await rewrap(tx, keys, { ...row, version, plain });
    }
    return version;
  });
}

/** One process at a time, so that two that start at once agree on the first key. */
async function lockedRows(tx: Transaction): Promise<DataKeyRow[]> {
  await tx.query('lock table data_key in share row exclusive mode');
  return (await tx.query<DataKeyRow>('select id, provider, name, version, wrapped from data_key order by created_at, id')).rows;
}

async function rewrap(tx: Transaction, keys: KeyRing, row: Omit<DataKeyRow, 'wrapped'> & { readonly plain: Buffer }): Promise<void> {
  const wrapped = await keys.wrap(refOf(row), row.plain, contextOf(row.id));
  const values = [row.id, row.provider, row.name, row.version, wrapped];
  await tx.query('update data_key set provider = $2, name = $3, version = $4, wrapped = $5 where id = $1', values);
}

const contextOf = (id: string) => ({ purpose: 'sealing', dataKey: id });

function refOf({ provider, name, version }: SealingChoice & { readonly version: number }): KeyRef {
  return { arn: provider === 'LOCAL' ? 'service' : name, provider, name, version };
}
