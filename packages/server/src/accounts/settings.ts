import { RESOURCE_KIND } from '@assay/core/finding.ts';
import type pg from 'pg';
import { withAccounts } from '../db/pool.ts';
import type { Configuration } from './configuration.ts';

export const SCAN_TYPES = ['EC2', 'ECR', 'LAMBDA', 'LAMBDA_CODE', 'CODE_REPOSITORY'] as const;
export type ScanType = (typeof SCAN_TYPES)[number];

/** Which scan type looks for vulnerable packages in a kind of resource; other kinds have no switch. */
export const SCAN_TYPE_OF: Readonly<Record<number, ScanType>> = {
  [RESOURCE_KIND.AWS_EC2_INSTANCE]: 'EC2',
  [RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE]: 'ECR',
  [RESOURCE_KIND.AWS_ECR_REPOSITORY]: 'ECR',
  [RESOURCE_KIND.AWS_LAMBDA_FUNCTION]: 'LAMBDA',
  [RESOURCE_KIND.CODE_REPOSITORY]: 'CODE_REPOSITORY',
};

/** `account.settings`. A scan type that is not named is disabled. */
export interface AccountSettings extends Configuration {
  readonly scanTypes: Readonly<Partial<Record<ScanType, boolean>>>;
  /** Switched, and its findings do not all follow yet. */
  readonly switching?: Readonly<Partial<Record<ScanType, boolean>>>;
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
  return new Map(rows.map((row) => [row.account, { ...row.settings, scanTypes: row.settings.scanTypes ?? {} }]));
}

/** Makes the account of a first start, with every scan type enabled; an existing one is left as it is. True when it is new. */
export async function ensureAccount(pool: pg.Pool, account: number, name: string): Promise<boolean> {
  return withAccounts(pool, [account], async (tx) => {
    const text = 'insert into account (account, name, settings) values ($1, $2, $3) on conflict (account) do nothing returning account';
    return (await tx.query(text, [account, name, JSON.stringify(ALL_ENABLED)])).rows.length > 0;
  });
}
