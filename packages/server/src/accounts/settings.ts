import type pg from 'pg';
import { withAccounts } from '../db/pool.ts';

export const SCAN_TYPES = ['EC2', 'ECR', 'LAMBDA', 'LAMBDA_CODE', 'CODE_REPOSITORY'] as const;
export type ScanType = (typeof SCAN_TYPES)[number];

/** `account.settings`. A scan type that is not named is disabled. */
export interface AccountSettings {
  readonly scanTypes: Readonly<Partial<Record<ScanType, boolean>>>;
}

export const ALL_ENABLED: AccountSettings = {
  scanTypes: { EC2: true, ECR: true, LAMBDA: true, LAMBDA_CODE: true, CODE_REPOSITORY: true },
};

/** Settings of those accounts that exist. */
export async function readSettings(pool: pg.Pool, accounts: readonly number[]): Promise<Map<number, AccountSettings>> {
  const rows = await withAccounts(pool, accounts, async (tx) => {
    const text = 'select account, settings from account where account = any ($1::bigint[])';
    return (await tx.query<{ account: number; settings: Partial<AccountSettings> }>(text, [accounts])).rows;
  });
  return new Map(rows.map((row) => [row.account, { scanTypes: row.settings.scanTypes ?? {} }]));
}

/** Switches scan types in one statement, so that two callers never undo each other. Undefined: no such account. */
export async function switchScanTypes(
  pool: pg.Pool,
  account: number,
  change: { readonly types: readonly ScanType[]; readonly enabled: boolean },
): Promise<AccountSettings | undefined> {
  const scanTypes = JSON.stringify(Object.fromEntries(change.types.map((type) => [type, change.enabled])));
  const rows = await withAccounts(pool, [account], async (tx) => {
    const text = `update account set settings = jsonb_set(settings, '{scanTypes}', coalesce(settings->'scanTypes', '{}') || $2::jsonb)
      where account = $1 returning settings`;
    return (await tx.query<{ settings: AccountSettings }>(text, [account, scanTypes])).rows;
  });
  return rows[0]?.settings;
}

/** Makes the account of a first start, with every scan type enabled; an existing one is left as it is. True when it is new. */
export async function ensureAccount(pool: pg.Pool, account: number, name: string): Promise<boolean> {
  return withAccounts(pool, [account], async (tx) => {
    const text = 'insert into account (account, name, settings) values ($1, $2, $3) on conflict (account) do nothing returning account';
    return (await tx.query(text, [account, name, JSON.stringify(ALL_ENABLED)])).rows.length > 0;
  });
}
