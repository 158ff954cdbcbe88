import type pg from 'pg';
import { type Transaction, withAccounts } from '../db/pool.ts';
import type { Sealer } from '../secrets/sealer.ts';
import type { ObjectStore } from './object-store.ts';
import { type S3Network, type S3Settings, s3Objects } from './s3-objects.ts';

/** An account's own bucket store; the secret access key is sealed and never told. */
export interface StoredExportStore extends Omit<S3Settings, 'secretAccessKey'> {
  readonly updatedAt: Date;
}

const secretPlace = (account: number) => ({ account, table: 'secret', id: 'export-store' });

export async function readExportStore(tx: Transaction, account: number): Promise<StoredExportStore | undefined> {
  const { rows } = await tx.query<Omit<StoredExportStore, 'endpoint'> & { endpoint: string | null }>(
    `select endpoint, region, path_style as "pathStyle", access_key_id as "accessKeyId", updated_at as "updatedAt"
     from export_store where account = $1`,
    [account],
  );
  const row = rows[0];
  return row && { ...row, endpoint: row.endpoint ?? undefined };
}

export async function writeExportStore(
  tx: Transaction,
  sealer: Sealer,
  store: S3Settings & { readonly account: number; readonly at: Date },
): Promise<void> {
  const { account } = store;
  const place = secretPlace(account);
  await tx.query(
    `insert into export_store (account, endpoint, region, path_style, access_key_id, updated_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (account) do update set endpoint = excluded.endpoint, region = excluded.region, path_style = excluded.path_style,
       access_key_id = excluded.access_key_id, updated_at = excluded.updated_at`,
    [account, store.endpoint ?? null, store.region, store.pathStyle, store.accessKeyId, store.at],
  );
  await tx.query(
    `insert into secret (account, id, sealed, key) values ($1, $2, $3, $4)
     on conflict (account, id) do update set sealed = excluded.sealed, key = excluded.key`,
    [account, place.id, sealer.seal(place, store.secretAccessKey), sealer.keyId],
  );
}

/** False when there was none. */
export async function clearExportStore(tx: Transaction, account: number): Promise<boolean> {
  const { rowCount } = await tx.query('delete from export_store where account = $1', [account]);
  await tx.query('delete from secret where account = $1 and id = $2', [account, secretPlace(account).id]);
  return rowCount === 1;
}

export interface ExportStoresOptions {
  readonly pool: pg.Pool;
  readonly sealer: Sealer;
  /** For accounts without a store of their own. */
  readonly directory: ObjectStore;
  readonly network: S3Network;
}

/** The store of an account: its own, or the directory of the service. */
export function exportStores({ pool, sealer, directory, network }: ExportStoresOptions): (account: number) => Promise<ObjectStore> {
  return (account) =>
    withAccounts(pool, [account], async (tx) => {
      const own = await readExportStore(tx, account);
      if (own === undefined) return directory;
      const place = secretPlace(account);
      const { rows } = await tx.query<{ sealed: Buffer }>('select sealed from secret where account = $1 and id = $2', [account, place.id]);
      const sealed = rows[0]?.sealed ?? Buffer.alloc(0);
      return s3Objects({ ...own, secretAccessKey: sealer.open(place, sealed) }, network);
    });
}
