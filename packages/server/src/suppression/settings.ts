import type { Queryable } from '../jobs/queue.ts';

/** Whether an operator's rules of this account wait for an admin. Kept in `account.settings`. */
export async function needsApproval(db: Queryable, account: number): Promise<boolean> {
  const { rows } = await db.query<{ needed: boolean | null }>(
    `select (settings->>'ruleApproval')::boolean as needed from account where account = $1`,
    [account],
  );
  return rows[0]?.needed === true;
}

/** Rules in force stay so. */
export async function setApproval(db: Queryable, account: number, needed: boolean): Promise<void> {
  await db.query(`update account set settings = settings || jsonb_build_object('ruleApproval', $2::boolean) where account = $1`, [
    account,
    needed,
  ]);
}
