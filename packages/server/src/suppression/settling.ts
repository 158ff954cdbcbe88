import type pg from 'pg';
import { inTransaction, type Transaction } from '../db/pool.ts';
import type { FindingNaming } from '../findings/naming.ts';
import { enqueue, finish, type Job } from '../jobs/queue.ts';
import { FILTER_COLUMNS, type Filter, type FilterRow, toFilter } from './filter-row.ts';
import { expireFilter, settleAt } from './filters.ts';
import { type Rule, ruledBy } from './rules.ts';
import { settleRule } from './settle.ts';

export interface SettlingDependencies {
  /** Role worker. */
  readonly pool: pg.Pool;
  readonly naming: FindingNaming;
  readonly now: () => number;
}

/** Findings that a request changes while its caller waits; a rule that hits more is left to the job. */
const IN_REQUEST = 10_000;
const CHUNK = 5_000;
const ACTOR = 'rule';

/** Everything the rule changes, in the caller's transaction, or nothing where that is too much. */
export async function settleNow(
  tx: Transaction,
  key: { readonly account: number; readonly id: number },
  ctx: { readonly naming: FindingNaming; readonly now: Date },
): Promise<void> {
  const filter = await lockAny(tx, key);
  if (filter === undefined || filter.applied) return;
  const { done } = await settleRule(tx, await ruleOf(tx, filter), { ...ctx, actor: ACTOR, limit: IN_REQUEST, whole: true });
  if (done) await settled(tx, filter);
}

/** The job: ends the rule if its time is over, then makes its findings follow, a chunk a transaction. */
export async function settle(job: Job, deps: SettlingDependencies, signal: AbortSignal): Promise<void> {
  const key = { account: job.account, id: (job.payload as { id: number }).id };
  for (;;) {
    signal.throwIfAborted();
    const more = await inTransaction(deps.pool, async (tx) => {
      const now = new Date(deps.now());
      const filter = await lockAny(tx, key);
      const change = { account: key.account, region: deps.naming.region, actor: 'expiry', now, approved: true };
      // Whoever changes rules takes no lock on resources: its findings follow in the next transaction.
      if (filter !== undefined && (await expireFilter(tx, filter, change))) return true;
      if (filter !== undefined && !filter.applied) {
        const { done } = await settleRule(tx, await ruleOf(tx, filter), { naming: deps.naming, now, actor: ACTOR, limit: CHUNK });
        if (!done) return true;
        await settled(tx, filter);
      }
      if (filter?.inForce === true && filter.expiresAt !== null) await enqueue(tx, settleAt(filter, now));
      await finish(tx, job);
      return false;
    });
    if (!more) return;
  }
}

async function ruleOf(
  tx: Transaction,
  { account, id, criteria, everyPackage, inForce }: Filter,
): Promise<Rule & { readonly inForce: boolean }> {
  return { account, id, criteria, everyPackage, inForce, accounts: (await ruledBy(tx, [account])).get(account)! };
}

/** A removed rule too. */
async function lockAny(tx: Transaction, key: { readonly account: number; readonly id: number }): Promise<Filter | undefined> {
  const sql = `select ${FILTER_COLUMNS} from filter where account = $1 and id = $2 for update`;
  const { rows } = await tx.query<FilterRow>(sql, [key.account, key.id]);
  return rows[0] === undefined ? undefined : toFilter(rows[0]);
}

async function settled(tx: Transaction, { account, id }: Filter): Promise<void> {
  await tx.query('delete from filter where account = $1 and id = $2 and removed', [account, id]);
  await tx.query('update filter set applied = true where account = $1 and id = $2', [account, id]);
}
