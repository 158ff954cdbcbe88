import type pg from 'pg';
import { type Transaction, withAccounts } from '../db/pool.ts';
import { sharingChanged } from '../running/sharing-changed.ts';
import { membersChanged } from '../suppression/membership.ts';
import { isOfOrganization, MOST_MEMBERS, organizationOf, RELATIONSHIP } from './organization.ts';

export interface Member {
  readonly account: number;
  /** CREATED: of the organisation, and never associated. */
  readonly status: 'CREATED' | keyof typeof RELATIONSHIP;
  readonly administrator: number | undefined;
  readonly updatedAt: Date;
}

interface Relation {
  readonly management: number;
  readonly administrator: number;
  readonly account: number;
  readonly now: Date;
}

/** `limit`: the administrator has {@link MOST_MEMBERS}. An associated account stays so. */
export type AssociateOutcome = 'done' | 'no-account' | 'limit';

export async function associateMember(pool: pg.Pool, relation: Relation): Promise<AssociateOutcome> {
  const { management, administrator, account } = relation;
  return withAccounts(pool, [management, administrator, account], async (tx) => {
    if (!(await isOfOrganization(tx, management, account))) return 'no-account';
    await organizationOf(tx, management, 'for update');
    const is = `select 1 from member where account = $1 and administrator = $2 and status = ${RELATIONSHIP.ENABLED}`;
    if ((await tx.query(is, [account, administrator])).rows.length > 0) return 'done';
    return (await join(tx, relation)) ? 'done' : 'limit';
  });
}

/** False: no room. The caller sees the administrator and has locked the organisation. */
export async function join(tx: Transaction, { administrator, account, now }: Omit<Relation, 'management'>): Promise<boolean> {
  const many = `select 1 from member where administrator = $1 and status = ${RELATIONSHIP.ENABLED} offset ${MOST_MEMBERS - 1} limit 1`;
  if ((await tx.query(many, [administrator])).rows.length > 0) return false;
  await tx.query(
    `insert into member (account, administrator, status, updated_at) values ($1, $2, ${RELATIONSHIP.ENABLED}, $3)
     on conflict (account) do update set administrator = excluded.administrator, status = excluded.status, updated_at = excluded.updated_at`,
    [account, administrator, now],
  );
  await membersChanged(tx, administrator);
  await sharingChanged(tx, [account]);
  return true;
}

/** The row stays and says REMOVED. False: the account is not associated to this administrator. */
export async function disassociateMember(pool: pg.Pool, { administrator, account, now }: Omit<Relation, 'management'>): Promise<boolean> {
  return withAccounts(pool, [administrator, account], async (tx) => {
    const text = `update member set status = ${RELATIONSHIP.REMOVED}, updated_at = $3
      where account = $1 and administrator = $2 and status = ${RELATIONSHIP.ENABLED}`;
    const left = (await tx.query(text, [account, administrator, now])).rowCount === 1;
    if (left) {
      await membersChanged(tx, administrator);
      await sharingChanged(tx, [account]);
    }
    return left;
  });
}

/** Accounts associated to an administrator, in order. */
export async function membersOf(tx: Transaction, administrator: number): Promise<number[]> {
  const text = `select account from member where administrator = $1 and status = ${RELATIONSHIP.ENABLED} order by account`;
  return (await tx.query<{ account: number }>(text, [administrator])).rows.map((row) => row.account);
}

interface MemberRow {
  readonly account: number;
  readonly status: number | null;
  readonly administrator: number | null;
  readonly updated_at: Date;
}

/** Undefined: it never was a member of this administrator. */
export async function readMember(pool: pg.Pool, administrator: number, account: number): Promise<Member | undefined> {
  const text = 'select account, status, administrator, updated_at from member where account = $1 and administrator = $2';
  const { rows } = await withAccounts(pool, [administrator], (tx) => tx.query<MemberRow>(text, [account, administrator]));
  return rows.map(toMember)[0];
}

export interface MemberPage {
  readonly management: number;
  readonly administrator: number;
  readonly onlyAssociated: boolean;
  readonly after: number;
  readonly limit: number;
}

/** By account. Not only associated ones: every open account of the organisation but the administrator. */
export async function listMembers(pool: pg.Pool, page: MemberPage): Promise<Member[]> {
  const text = page.onlyAssociated
    ? `select account, status, administrator, updated_at from member
       where administrator = $1 and status = ${RELATIONSHIP.ENABLED} and account > $2 order by account limit $3`
    : `select a.account, m.status, m.administrator, coalesce(m.updated_at, a.created_at) as updated_at
       from account a left join member m on m.account = a.account and m.administrator = $1
       where (a.organization = $4 or a.account = $4) and a.account <> $1 and a.state = 1 and a.account > $2 order by a.account limit $3`;
  const values = [page.administrator, page.after, page.limit, ...(page.onlyAssociated ? [] : [page.management])];
  const { rows } = await withAccounts(pool, [page.management, page.administrator], (tx) => tx.query<MemberRow>(text, values));
  return rows.map(toMember);
}

function toMember(row: MemberRow): Member {
  const status = row.status === RELATIONSHIP.ENABLED ? 'ENABLED' : row.status === RELATIONSHIP.REMOVED ? 'REMOVED' : 'CREATED';
  return { account: row.account, status, administrator: row.administrator ?? undefined, updatedAt: row.updated_at };
}
