import { randomInt } from 'node:crypto';
import type pg from 'pg';
import { see, type Transaction, withAccounts } from '../db/pool.ts';
import { recordServiceEvents, SERVICE_EVENT } from '../events/service-events.ts';
import { sharingChanged } from '../running/sharing-changed.ts';
import { accountDigits } from './identity.ts';
import { join } from './members.ts';
import { isOfOrganization, MOST_MEMBERS, organizationOf } from './organization.ts';
import { type AccountSettings, ALL_ENABLED, SCAN_TYPES } from './settings.ts';
import { switchAll } from './switch.ts';

/** `account.state`. Never renumber. The credentials of a closed account are refused. */
export const ACCOUNT_STATE = { OPEN: 1, CLOSED: 2 } as const;

export interface AccountEntry {
  readonly account: number;
  readonly name: string;
  readonly state: number;
  readonly createdAt: Date;
}

export interface NewAccount {
  readonly management: number;
  readonly name: string;
  /** Undefined: a free number is drawn. */
  readonly account: number | undefined;
  /** Who does it, for the event. */
  readonly actor: string;
  readonly now: Date;
}

const NUMBERS = 1_000_000_000_000;

/**
 * Makes an account of an organisation. While a delegated administrator has auto-enable set, it joins that administrator and starts with
 * those scan types; without an administrator it starts with all, as the first account does. Undefined: the number is taken.
 */
export async function createAccount(pool: pg.Pool, wanted: NewAccount): Promise<number | undefined> {
  for (let tries = wanted.account === undefined ? 10 : 1; tries > 0; tries--) {
    const account = wanted.account ?? randomInt(1, 2 ** 40) % NUMBERS;
    if (await create(pool, { ...wanted, account })) return account;
  }
  return undefined;
}

async function create(pool: pg.Pool, wanted: NewAccount & { readonly account: number }): Promise<boolean> {
  const { management, account, name, now } = wanted;
  return withAccounts(pool, [management, account], async (tx) => {
    const { administrator, autoEnable } = await organizationOf(tx, management, 'for update');
    const settings = administrator === undefined ? ALL_ENABLED : { scanTypes: autoEnable };
    const text = `insert into account (account, name, organization, settings, created_at) values ($1, $2, $3, $4, $5)
      on conflict (account) do nothing returning account`;
    const { rows } = await tx.query(text, [account, name, management, JSON.stringify(settings), now]);
    if (rows.length === 0) return false;
    const joins = administrator !== undefined && SCAN_TYPES.some((type) => autoEnable[type] === true);
    if (!joins) return true;
    await see(tx, [management, account, administrator]);
    if (!(await join(tx, { administrator, account, now }))) await refuseAutoEnable(tx, { ...wanted, administrator });
    return true;
  });
}

async function refuseAutoEnable(
  tx: Transaction,
  wanted: NewAccount & { readonly account: number; readonly administrator: number },
): Promise<void> {
  const { management, administrator, account, actor, now } = wanted;
  const off: AccountSettings = { scanTypes: {} };
  await tx.query('update account set settings = $2 where account = $1', [account, JSON.stringify(off)]);
  await tx.query('update organization set limit_reached = true where account = $1', [management]);
  const body = {
    detailType: 'Inspector2 AutoEnable',
    autoEnableStatus: 'Failed',
    reason: `The organization has more than ${MOST_MEMBERS} member accounts`,
    accountId: accountDigits(account),
  };
  const event = { account: administrator, kind: SERVICE_EVENT.ACCOUNT, actor, subject: accountDigits(account), at: now, body };
  await recordServiceEvents(tx, [event]);
}

/** By account. Of the organisation of a management account, or the one account. */
export async function listAccounts(
  pool: pg.Pool,
  page: { readonly of: number; readonly after: number; readonly limit: number },
): Promise<AccountEntry[]> {
  const text = `select account, name, state, created_at as "createdAt" from account
    where (account = $1 or organization = $1) and account > $2 order by account limit $3`;
  return withAccounts(pool, [page.of], async (tx) => (await tx.query<AccountEntry>(text, [page.of, page.after, page.limit])).rows);
}

/** `administrator`: it is the delegated administrator, which must be disabled first. */
export type CloseOutcome = 'done' | 'no-account' | 'administrator';

/** Keys, tokens, collectors and membership end, scanning stops and its findings close; the history stays. A management account cannot be closed. */
export async function closeAccount(
  pool: pg.Pool,
  { management, account }: { readonly management: number; readonly account: number },
): Promise<CloseOutcome> {
  return withAccounts(pool, [management, account], async (tx) => {
    if (account === management || !(await isOfOrganization(tx, management, account))) return 'no-account';
    if ((await organizationOf(tx, management, 'for update')).administrator === account) return 'administrator';
    await switchAll(tx, { account, types: SCAN_TYPES, enabled: false });
    await tx.query('update account set state = $2 where account = $1', [account, ACCOUNT_STATE.CLOSED]);
    await tx.query('delete from token where account = $1', [account]);
    await tx.query('update collector set enabled = false where account = $1', [account]);
    await tx.query('delete from member where account = $1', [account]);
    await sharingChanged(tx, [account]);
    return 'done';
  });
}
