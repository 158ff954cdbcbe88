import type pg from 'pg';
import { type Transaction, withAccounts } from '../db/pool.ts';
import { enqueue, type Queryable } from '../jobs/queue.ts';
import { type AccountSettings, SCAN_TYPE_OF, SCAN_TYPES, type ScanType } from './settings.ts';

/** Kind and lane of the job after which the findings of an account follow its scan types. */
export const SWITCH = 'switch-scanning';
export const SWITCH_LANE = 'switch';

export interface ScanSwitch {
  readonly account: number;
  readonly types: readonly ScanType[];
  readonly enabled: boolean;
}

/** Switches scan types; two callers never undo each other. Undefined: no such account, or it is closed. */
export async function switchScanTypes(pool: pg.Pool, change: ScanSwitch): Promise<AccountSettings | undefined> {
  return withAccounts(pool, [change.account], (tx) => switchAll(tx, change));
}

/**
 * The setting holds at once: no scan writes findings of a disabled type from now on. Where there are resources of it, a job closes or
 * brings back their findings, and the type is `switching` until then. Switching to what is changes nothing.
 */
export async function switchAll(tx: Transaction, { account, types, enabled }: ScanSwitch): Promise<AccountSettings | undefined> {
  const settings = await lockSettings(tx, account);
  if (settings === undefined) return undefined;
  const changed = types.filter((type) => (settings.scanTypes[type] === true) !== enabled);
  if (changed.length === 0) return settings;
  const busy = changed.filter((type) => kindsOf([type]).length > 0);
  const { rows } = await tx.query<{ kind: number }>(
    'select k.kind from unnest($2::smallint[]) as k(kind) where exists (select from resource r where r.account = $1 and r.kind = k.kind)',
    [account, kindsOf(busy)],
  );
  const held = new Set(rows.map((row) => SCAN_TYPE_OF[row.kind]));
  const flags = (of: readonly ScanType[]) => Object.fromEntries(of.map((type) => [type, enabled]));
  const next: AccountSettings = {
    ...settings,
    scanTypes: { ...settings.scanTypes, ...flags(changed) },
    switching: { ...settings.switching, ...flags(changed.filter((type) => held.has(type))) },
  };
  await tx.query('update account set settings = $2 where account = $1', [account, JSON.stringify(next)]);
  if (held.size > 0) await enqueue(tx, { account, kind: SWITCH, key: '', lane: SWITCH_LANE, priority: 5, payload: {} });
  return next;
}

/** Undefined: no such account, or it is closed. Locked until the transaction ends. */
export async function lockSettings(tx: Queryable, account: number): Promise<AccountSettings | undefined> {
  const text = 'select settings from account where account = $1 and state = 1 for update';
  const { rows } = await tx.query<{ settings: Partial<AccountSettings> }>(text, [account]);
  return rows.map(({ settings }) => ({ ...settings, scanTypes: settings.scanTypes ?? {} }))[0];
}

/** Resource kinds that scan types look at. */
export function kindsOf(types: readonly ScanType[]): number[] {
  return Object.entries(SCAN_TYPE_OF).flatMap(([kind, type]) => (types.includes(type) ? [Number(kind)] : []));
}

/** Scan types that are off, of the account as this transaction sees it. */
export async function disabledKinds(tx: Queryable, account: number): Promise<number[]> {
  const { rows } = await tx.query<{ settings: Partial<AccountSettings> }>('select settings from account where account = $1', [account]);
  const scanTypes = rows[0]?.settings.scanTypes;
  return scanTypes === undefined ? [] : kindsOf(SCAN_TYPES.filter((type) => scanTypes[type] !== true));
}
