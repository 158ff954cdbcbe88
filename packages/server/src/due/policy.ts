import type { Exposure } from '@assay/core/score.ts';
import type { Severity } from '@assay/core/severity.ts';
import { enqueue, type JobRequest, type Queryable } from '../jobs/queue.ts';

/** By when a finding should be gone. Every condition that is given must hold; the first rule that fits decides. */
export interface DueRule {
  readonly name: string;
  readonly severities?: readonly Severity[];
  /** Listed by CISA as exploited, or not. */
  readonly exploited?: boolean;
  /** Running somewhere, or not. */
  readonly inUse?: boolean;
  readonly exposures?: readonly Exposure[];
  readonly tagKey?: string;
  /** Any value where absent. */
  readonly tagValue?: string;
  /** Days after the finding was first observed; absent: CISA's due date, and the rule fits only where there is one. */
  readonly days?: number;
}

/** Whose a finding is, by its resource: the first rule that fits. */
export interface OwnerRule {
  /** Absent: the value of the tag. */
  readonly owner?: string;
  /** Repository name; `*` stands for any text. */
  readonly repository?: string;
  readonly tagKey?: string;
  readonly tagValue?: string;
}

export interface DuePolicy {
  readonly rules: readonly DueRule[];
  readonly owners: readonly OwnerRule[];
  readonly updatedAt: Date | null;
  readonly updatedBy: string | null;
}

export const DUE = 'due-dates';
export const DUE_LANE = 'due';

/** An account that never set one has no rules: nothing is due. */
export async function readPolicy(db: Queryable, account: number): Promise<DuePolicy> {
  const { rows } = await db.query<DuePolicy>(
    'select rules, owners, updated_at as "updatedAt", updated_by as "updatedBy" from due_policy where account = $1',
    [account],
  );
  return rows[0] ?? { rules: [], owners: [], updatedAt: null, updatedBy: null };
}

export interface PolicyChange {
  readonly account: number;
  readonly actor: string;
  readonly now: Date;
}

/** Replaces one of the two lists; dates and owners follow in a job of their own. */
export async function writePolicy(db: Queryable, list: Partial<Pick<DuePolicy, 'rules' | 'owners'>>, change: PolicyChange): Promise<void> {
  const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  await db.query(
    `insert into due_policy (account, rules, owners, updated_at, updated_by)
     values ($1, coalesce($2::jsonb, '[]'), coalesce($3::jsonb, '[]'), $4, $5)
     on conflict (account) do update set rules = coalesce($2::jsonb, due_policy.rules), owners = coalesce($3::jsonb, due_policy.owners),
       fresh = true, updated_at = $4, updated_by = $5`,
    [change.account, json(list.rules), json(list.owners), change.now, change.actor],
  );
  await enqueue(db, sweepOf(change.account));
}

export function sweepOf(account: number, delayMs?: number): JobRequest {
  return { account, kind: DUE, key: 'sweep', lane: DUE_LANE, payload: {}, ...(delayMs === undefined ? {} : { delayMs }) };
}

/** A sweep queues the next one; where that chain broke (a job that died), it begins again here. */
export async function queueSweeps(db: Queryable): Promise<void> {
  const { rows } = await db.query<{ account: number }>("select account from due_policy where rules <> '[]' order by account");
  for (const { account } of rows) await enqueue(db, sweepOf(account));
}
