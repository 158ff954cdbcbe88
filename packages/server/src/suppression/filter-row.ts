import type { FindingCriteria } from '@assay/core/filter/criteria.ts';
import { FINDING_STATUS } from '@assay/core/finding.ts';
import type { Queryable } from '../jobs/queue.ts';

/** The job that makes findings follow a rule; queued in the transaction that changes the rule. */
export const SETTLE = 'settle-rule';
export const SETTLE_LANE = 'rules';

/** `filter.action`. */
export const FILTER_ACTION = { NONE: 1, SUPPRESS: 2 } as const;
export type FilterAction = keyof typeof FILTER_ACTION;

/** Saved criteria; with action SUPPRESS a suppression rule. */
export interface Filter {
  readonly account: number;
  readonly id: number;
  readonly name: string;
  readonly action: FilterAction;
  readonly criteria: FindingCriteria;
  /** It hides a finding only if it names each of its packages. */
  readonly everyPackage: boolean;
  readonly description: string | null;
  readonly reason: string | null;
  readonly owner: string | null;
  readonly expiresAt: Date | null;
  readonly approvedBy: string | null;
  readonly inForce: boolean;
  /** False while findings still follow a change of the rule. */
  readonly applied: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const FILTER_COLUMNS = `account, id, name, action, criteria, every_package, description, reason, owner, expires_at, approved_by, in_force, applied,
  created_at, updated_at`;

export interface FilterRow {
  account: number;
  id: number;
  name: string;
  action: number;
  criteria: FindingCriteria;
  every_package: boolean;
  description: string | null;
  reason: string | null;
  owner: string | null;
  expires_at: Date | null;
  approved_by: string | null;
  in_force: boolean;
  applied: boolean;
  created_at: Date;
  updated_at: Date;
}

export function toFilter(row: FilterRow): Filter {
  const { account, id, name, criteria, description, reason, owner, applied } = row;
  return {
    ...{ account, id, name, criteria, description, reason, owner, applied },
    action: row.action === FILTER_ACTION.SUPPRESS ? 'SUPPRESS' : 'NONE',
    everyPackage: row.every_package,
    expiresAt: row.expires_at,
    approvedBy: row.approved_by,
    inForce: row.in_force,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export async function readFilter(db: Queryable, account: number, id: number): Promise<Filter | undefined> {
  const sql = `select ${FILTER_COLUMNS} from filter where account = $1 and id = $2 and not removed`;
  const { rows } = await db.query<FilterRow>(sql, [account, id]);
  return rows[0] === undefined ? undefined : toFilter(rows[0]);
}

/** Locks the row: two changes of a rule, and its settling, come one after another. */
export async function lockFilter(tx: Queryable, account: number, id: number): Promise<Filter | undefined> {
  const sql = `select ${FILTER_COLUMNS} from filter where account = $1 and id = $2 and not removed for update`;
  const { rows } = await tx.query<FilterRow>(sql, [account, id]);
  return rows[0] === undefined ? undefined : toFilter(rows[0]);
}

/** Of a rule. */
export type RuleState = 'IN_FORCE' | 'PENDING_APPROVAL' | 'EXPIRED';

export function ruleState(filter: Filter, now: Date): RuleState {
  if (filter.approvedBy === null) return 'PENDING_APPROVAL';
  return filter.expiresAt !== null && filter.expiresAt <= now ? 'EXPIRED' : 'IN_FORCE';
}

/** How many findings each rule hides; a rule that hides none is not in it. */
export async function hiddenBy(db: Queryable, accounts: readonly number[], rules: readonly number[]): Promise<Map<number, number>> {
  const { rows } = await db.query<{ rule: number; n: number }>(
    `select rule, count(*)::int as n from finding
     where account = any($1::bigint[]) and rule = any($2::bigint[]) and status = ${FINDING_STATUS.SUPPRESSED} group by rule`,
    [accounts, rules],
  );
  return new Map(rows.map((row) => [row.rule, row.n]));
}

export interface FilterList {
  readonly account: number;
  readonly state?: RuleState;
  /** Only rules in force that hide nothing. */
  readonly stale?: boolean;
  readonly now?: Date;
  readonly ids?: readonly number[];
  readonly action?: FilterAction;
  readonly after: number;
  readonly limit: number;
}

/** In the order in which they were made. */
export async function listFilters(db: Queryable, list: FilterList): Promise<Filter[]> {
  const { rows } = await db.query<FilterRow>(
    `select ${FILTER_COLUMNS} from filter where account = $1 and not removed and id > $2
       and ($3::bigint[] is null or id = any($3::bigint[])) and ($4::smallint is null or action = $4)
       and ($6::text is null or $6 = case when approved_by is null then 'PENDING_APPROVAL' when expires_at <= $7 then 'EXPIRED' else 'IN_FORCE' end)
       and (not $8 or in_force and applied and not exists (select from finding where rule = filter.id and status = ${FINDING_STATUS.SUPPRESSED}))
     order by id limit $5`,
    [
      ...[list.account, list.after, list.ids ?? null, list.action === undefined ? null : FILTER_ACTION[list.action], list.limit],
      ...[list.state ?? null, list.now ?? null, list.stale === true],
    ],
  );
  return rows.map(toFilter);
}
