import type pg from 'pg';
import { see, type Transaction, withAccounts } from '../db/pool.ts';
import { sharingChanged } from '../running/sharing-changed.ts';
import { membersChanged } from '../suppression/membership.ts';
import { SCAN_TYPES, type ScanType } from './settings.ts';

/** `member.status`; names are Inspector's RelationshipStatus. Never renumber. */
export const RELATIONSHIP = { ENABLED: 1, REMOVED: 2 } as const;

/** Associated accounts of one delegated administrator. */
export const MOST_MEMBERS = 10_000;

/** Where an account stands in its organisation. */
export interface Standing {
  readonly account: number;
  /** The management account of its organisation: itself when it stands alone. */
  readonly management: number;
  /** It is the delegated administrator of its organisation. */
  readonly administers: boolean;
  /** The administrator whose member it is. */
  readonly administrator: number | undefined;
}

/** Undefined: no such account, or it is closed. */
export async function readStanding(pool: pg.Pool, account: number): Promise<Standing | undefined> {
  const rows = await withAccounts(pool, [account], async (tx) => {
    const text = `select coalesce(a.organization, a.account) as management, o.administrator = a.account as administers, m.administrator
      from account a left join organization o on o.account = coalesce(a.organization, a.account)
      left join member m on m.account = a.account and m.status = ${RELATIONSHIP.ENABLED}
      where a.account = $1 and a.state = 1`;
    return (await tx.query<{ management: number; administers: boolean | null; administrator: number | null }>(text, [account])).rows;
  });
  return rows.map((row) => ({
    account,
    management: row.management,
    administers: row.administers === true,
    administrator: row.administrator ?? undefined,
  }))[0];
}

export interface Organization {
  readonly administrator: number | undefined;
  /** Scan types that accounts start with when they join. */
  readonly autoEnable: Readonly<Partial<Record<ScanType, boolean>>>;
  /** An account could not be associated, because the administrator has {@link MOST_MEMBERS}. */
  readonly limitReached: boolean;
}

export async function readOrganization(pool: pg.Pool, management: number): Promise<Organization> {
  return withAccounts(pool, [management], (tx) => organizationOf(tx, management));
}

const COLUMNS = 'administrator, auto_enable as "autoEnable", limit_reached as "limitReached"';

/** With `lock` nobody else changes the organisation or what it has joined until the transaction ends. */
export async function organizationOf(tx: Transaction, management: number, lock: '' | 'for update' = ''): Promise<Organization> {
  const text = `select ${COLUMNS} from organization where account = $1 ${lock}`;
  const { rows } = await tx.query<Organization & { administrator: number | null }>(text, [management]);
  return { ...(rows[0] ?? { autoEnable: {}, limitReached: false }), administrator: rows[0]?.administrator ?? undefined };
}

export interface Designation {
  readonly management: number;
  readonly administrator: number;
  readonly now: Date;
}

/** `no-account`: it is not of the organisation. `other`: the organisation has another administrator. */
export type DesignateOutcome = 'done' | 'already' | 'other' | 'no-account';

export async function designateAdministrator(pool: pg.Pool, { management, administrator, now }: Designation): Promise<DesignateOutcome> {
  return withAccounts(pool, [management, administrator], async (tx) => {
    if (!(await isOfOrganization(tx, management, administrator))) return 'no-account';
    await tx.query('insert into organization (account, updated_at) values ($1, $2) on conflict do nothing', [management, now]);
    const present = (await organizationOf(tx, management, 'for update')).administrator;
    if (present !== undefined) return present === administrator ? 'already' : 'other';
    await tx.query('update organization set administrator = $2, updated_at = $3 where account = $1', [management, administrator, now]);
    // An account administers or is administered, never both.
    await tx.query('delete from member where account = $1', [administrator]);
    return 'done';
  });
}

/** Its members stand alone again and stay as enabled as they are. False: it is not the administrator. */
export async function dismissAdministrator(pool: pg.Pool, { management, administrator, now }: Designation): Promise<boolean> {
  return withAccounts(pool, [management, administrator], async (tx) => {
    const text = `update organization set administrator = null, auto_enable = '{}', limit_reached = false, updated_at = $3
      where account = $1 and administrator = $2`;
    if ((await tx.query(text, [management, administrator, now])).rowCount !== 1) return false;
    const members = 'delete from member where administrator = $1 returning account';
    const { rows } = await tx.query<{ account: number }>(members, [administrator]);
    const apart = rows.map((row) => row.account);
    await see(tx, [management, administrator, ...apart]);
    await membersChanged(tx, administrator);
    await sharingChanged(tx, apart);
    return true;
  });
}

/** Replaces the whole setting: a scan type that is not named is off. */
export async function updateAutoEnable(
  pool: pg.Pool,
  change: { readonly administrator: number; readonly types: readonly ScanType[]; readonly now: Date },
): Promise<void> {
  const setting = Object.fromEntries(SCAN_TYPES.map((type) => [type, change.types.includes(type)]));
  await withAccounts(pool, [change.administrator], (tx) =>
    tx.query('update organization set auto_enable = $2, updated_at = $3 where administrator = $1', [
      change.administrator,
      JSON.stringify(setting),
      change.now,
    ]),
  );
}

/** The transaction must see the management account. */
export async function isOfOrganization(tx: Transaction, management: number, account: number): Promise<boolean> {
  const text = 'select 1 from account where account = $2 and coalesce(organization, account) = $1 and state = 1';
  return (await tx.query(text, [management, account])).rows.length > 0;
}
