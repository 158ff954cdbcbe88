import type pg from 'pg';
import { withAccounts } from '../db/pool.ts';
import type { Queryable } from '../jobs/queue.ts';
import { lockSettings } from './switch.ts';

/** DAYS_0, which Amazon does not have: an image that stopped is not in use. */
export type Days = 'DAYS_0' | 'DAYS_3' | 'DAYS_7' | 'DAYS_14' | 'DAYS_30' | 'DAYS_60' | 'DAYS_90' | 'DAYS_180';

/** How long an image stays monitored after its push, and after its last use or pull. */
export interface EcrSetting {
  readonly rescanDuration: Exclude<Days, 'DAYS_0'> | 'LIFETIME';
  readonly pullDateRescanDuration: Days;
  readonly pullDateRescanMode: 'LAST_IN_USE_AT' | 'LAST_PULL_DATE';
}

export interface Ec2Setting {
  readonly scanMode: 'EC2_HYBRID' | 'EC2_SSM_AGENT_BASED';
  readonly activateVMScanner: boolean;
}

/** ISO 8601; absent: Amazon's default, which nobody set. */
export type Stamped<T> = T & { readonly updatedAt?: string };

/** What an account has of its own; the rest comes from its administrator, else the defaults hold. Part of `account.settings`. */
export interface Configuration {
  readonly ecr?: Stamped<EcrSetting>;
  readonly ec2?: Stamped<Ec2Setting>;
}

/** Amazon's since May 2025. */
const DEFAULT_CONFIGURATION: Required<Configuration> = {
  ecr: { rescanDuration: 'DAYS_14', pullDateRescanDuration: 'DAYS_14', pullDateRescanMode: 'LAST_IN_USE_AT' },
  ec2: { scanMode: 'EC2_HYBRID', activateVMScanner: false },
};

/**
 * What holds for an account: its own, else its administrator's, else the default. Under the role api the transaction must see the
 * administrator as well, or its settings count as absent.
 */
export async function readConfiguration(tx: Queryable, account: number): Promise<Required<Configuration>> {
  const { rows } = await tx.query<Configuration>(
    `select coalesce(a.settings->'ecr', d.settings->'ecr') as ecr, coalesce(a.settings->'ec2', d.settings->'ec2') as ec2
     from account a left join member m on m.account = a.account and m.status = 1 left join account d on d.account = m.administrator
     where a.account = $1`,
    [account],
  );
  return { ecr: rows[0]?.ecr ?? DEFAULT_CONFIGURATION.ecr, ec2: rows[0]?.ec2 ?? DEFAULT_CONFIGURATION.ec2 };
}

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

export interface ConfigurationChange {
  readonly account: number;
  /** Whose settings the account inherits. */
  readonly administrator: number | undefined;
  readonly ecr: Loose<EcrSetting> | undefined;
  readonly ec2: Loose<Ec2Setting> | undefined;
  /** Drops what the account has of its own. */
  readonly inherit: readonly (keyof Configuration)[];
  readonly now: Date;
}

/** Members of a setting that are not named stay as they are. Every member that has none of its own follows its administrator at once. */
export async function updateConfiguration(pool: pg.Pool, change: ConfigurationChange): Promise<void> {
  const { account, administrator, ecr, ec2, inherit } = change;
  const updatedAt = change.now.toISOString();
  await withAccounts(pool, administrator === undefined ? [account] : [account, administrator], async (tx) => {
    const settings = await lockSettings(tx, account);
    if (settings === undefined) return;
    const holds = await readConfiguration(tx, account);
    const next: Record<string, unknown> = { ...settings };
    if (ecr !== undefined) next['ecr'] = { ...holds.ecr, ...defined(ecr), updatedAt };
    if (ec2 !== undefined) next['ec2'] = { ...holds.ec2, ...defined(ec2), updatedAt };
    for (const name of inherit) delete next[name];
    await tx.query('update account set settings = $2 where account = $1', [account, JSON.stringify(next)]);
  });
}

function defined<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}
