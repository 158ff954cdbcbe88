import type pg from 'pg';
import { withAccounts } from '../db/pool.ts';
import { membersOf } from './members.ts';

/** Which accounts' data an account sees. */
export interface Sight {
  /** Its own first; a delegated administrator also its members'. */
  of(account: number): Promise<readonly number[]>;
  /** Whoever associates, dismisses or closes calls this, and this process sees it at once; others within {@link KEPT_FOR}. */
  forget(): void;
}

/** Milliseconds; a member that was taken away is out of sight everywhere after it. */
const KEPT_FOR = 30_000;
const MOST_KEPT = 10_000;

/** @param now milliseconds */
export function createSight(pool: pg.Pool, now: () => number): Sight {
  const kept = new Map<number, { readonly at: number; readonly accounts: Promise<readonly number[]> }>();
  return {
    of(account) {
      const known = kept.get(account);
      const at = now();
      if (known !== undefined && Math.abs(at - known.at) < KEPT_FOR) return known.accounts;
      if (kept.size >= MOST_KEPT) kept.clear();
      const accounts = withAccounts(pool, [account], async (tx) => [account, ...(await membersOf(tx, account))]);
      kept.set(account, { at, accounts });
      accounts.catch(() => kept.delete(account));
      return accounts;
    },
    forget: () => kept.clear(),
  };
}
