import { RELATIONSHIP } from '../accounts/organization.ts';
import type { Transaction } from '../db/pool.ts';

/**
 * Accounts share what runs within a circle: a delegated administrator and the members associated to it. It is named by the administrator;
 * whoever is no member is its own circle.
 */
export async function circleOf(tx: Transaction, account: number): Promise<number> {
  const { rows } = await tx.query<{ administrator: number }>(
    `select administrator from member where account = $1 and status = ${RELATIONSHIP.ENABLED}`,
    [account],
  );
  return rows[0]?.administrator ?? account;
}
