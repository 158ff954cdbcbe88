import type { Transaction } from '../db/pool.ts';
import type { KeyProviderName, KeyRef } from './key-provider.ts';

export interface StoredKey extends KeyRef {
  readonly account: number;
  readonly description: string | null;
  readonly createdAt: Date;
  readonly rotatedAt: Date | null;
}

export interface NewKey {
  readonly account: number;
  readonly arn: string;
  readonly provider: KeyProviderName;
  readonly name: string;
  readonly description: string | undefined;
  readonly createdAt: Date;
}

const COLUMNS = 'account, arn, provider, name, description, version, created_at as "createdAt", rotated_at as "rotatedAt"';

/** False when the account has it already. */
export async function insertKey(tx: Transaction, key: NewKey): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into encryption_key (account, arn, provider, name, description, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (account, arn) do nothing`,
    [key.account, key.arn, key.provider, key.name, key.description ?? null, key.createdAt],
  );
  return rowCount === 1;
}

export async function findKey(tx: Transaction, account: number, arn: string): Promise<StoredKey | undefined> {
  const { rows } = await tx.query<StoredKey>(`select ${COLUMNS} from encryption_key where account = $1 and arn = $2`, [account, arn]);
  return rows[0];
}

/** By ARN. */
export async function listKeys(
  tx: Transaction,
  account: number,
  page: { readonly after: string; readonly limit: number },
): Promise<StoredKey[]> {
  const { rows } = await tx.query<StoredKey>(
    `select ${COLUMNS} from encryption_key where account = $1 and arn > $2 order by arn limit $3`,
    [account, page.after, page.limit],
  );
  return rows;
}

/** From now on version `version` wraps. Of two that rotate at once the later number stays. */
export async function setKeyVersion(tx: Transaction, key: StoredKey, at: Date, version: number): Promise<void> {
  await tx.query('update encryption_key set version = greatest(version, $3), rotated_at = $4 where account = $1 and arn = $2', [
    key.account,
    key.arn,
    version,
    at,
  ]);
}

export interface EncryptionPlace {
  readonly account: number;
  readonly scanType: string;
  readonly resourceType: string;
}

/** Undefined: the service's own key. */
export async function readEncryptionSetting(tx: Transaction, place: EncryptionPlace): Promise<string | undefined> {
  const { rows } = await tx.query<{ arn: string }>(
    'select arn from encryption_setting where account = $1 and scan_type = $2 and resource_type = $3',
    [place.account, place.scanType, place.resourceType],
  );
  return rows[0]?.arn;
}

export async function writeEncryptionSetting(tx: Transaction, place: EncryptionPlace, arn: string): Promise<void> {
  await tx.query(
    `insert into encryption_setting (account, scan_type, resource_type, arn) values ($1, $2, $3, $4)
     on conflict (account, scan_type, resource_type) do update set arn = excluded.arn`,
    [place.account, place.scanType, place.resourceType, arn],
  );
}

/** False when there was none. */
export async function clearEncryptionSetting(tx: Transaction, place: EncryptionPlace): Promise<boolean> {
  const { rowCount } = await tx.query('delete from encryption_setting where account = $1 and scan_type = $2 and resource_type = $3', [
    place.account,
    place.scanType,
    place.resourceType,
  ]);
  return rowCount === 1;
}
