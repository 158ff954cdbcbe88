import { isDeepStrictEqual as same } from 'node:util';
import type { FindingCriteria } from '@assay/core/filter/criteria.ts';
import type { Transaction } from '../db/pool.ts';
import { recordServiceEvents, SERVICE_EVENT } from '../events/service-events.ts';
import { enqueue, type JobRequest } from '../jobs/queue.ts';
import { filterArn } from './filter-arn.ts';
import {
  FILTER_ACTION,
  FILTER_COLUMNS,
  type Filter,
  type FilterAction,
  type FilterRow,
  lockFilter,
  SETTLE,
  SETTLE_LANE,
  toFilter,
} from './filter-row.ts';
import { changeRules } from './rules.ts';

/** What a person may set. */
export interface FilterTerms {
  readonly name: string;
  readonly action: FilterAction;
  readonly criteria: FindingCriteria;
  readonly everyPackage?: boolean;
  readonly description: string | null;
  readonly reason: string | null;
  readonly owner: string | null;
  readonly expiresAt: Date | null;
}

export interface Change {
  readonly account: number;
  readonly region: string;
  /** ARN of who does it. */
  readonly actor: string;
  readonly now: Date;
  /** Whether what they do needs nobody else's agreement. */
  readonly approved: boolean;
}

export type FilterProblem = 'name-taken' | 'too-many' | 'unknown';

/** A request settles its rule itself where that is quick; the job comes for what it left. */
const AFTER_REQUEST_MS = 2_000;

export async function createFilter(
  tx: Transaction,
  terms: FilterTerms,
  change: Change & { readonly quota: number },
): Promise<Filter | FilterProblem> {
  await changeRules(tx, change.account);
  const { rows: counted } = await tx.query<{ n: number; taken: boolean }>(
    'select count(*)::int as n, coalesce(bool_or(name = $2), false) as taken from filter where account = $1 and not removed',
    [change.account, terms.name],
  );
  if (counted[0]?.taken === true) return 'name-taken';
  if ((counted[0]?.n ?? 0) >= change.quota) return 'too-many';
  const inForce = isInForce(terms, change.approved, change.now);
  const { rows } = await tx.query<FilterRow>(
    `insert into filter (account, name, action, criteria, fields, description, reason, owner, expires_at, approved_by, in_force, applied, created_at, updated_at, every_package)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, not $11, $12, $12, $13) returning ${FILTER_COLUMNS}`,
    [
      ...[change.account, terms.name, FILTER_ACTION[terms.action], JSON.stringify(terms.criteria), Object.keys(terms.criteria)],
      ...[
        terms.description,
        terms.reason,
        terms.owner,
        terms.expiresAt,
        change.approved ? change.actor : null,
        inForce,
        change.now,
        terms.everyPackage === true,
      ],
    ],
  );
  const made = toFilter(rows[0]!);
  await follow(tx, made, { change, what: 'CREATED', detail: terms });
  return made;
}

/** Only the members given change. */
export async function updateFilter(
  tx: Transaction,
  { id, ...terms }: Partial<FilterTerms> & { readonly id: number },
  change: Change,
): Promise<Filter | FilterProblem> {
  const was = await lockFilter(tx, change.account, id);
  if (was === undefined) return 'unknown';
  await changeRules(tx, change.account);
  const next: Filter = { ...was, ...terms };
  if (next.name !== was.name && (await nameTaken(tx, change.account, next.name))) return 'name-taken';
  const other = next.action !== was.action || !same(next.criteria, was.criteria) || !same(next.expiresAt, was.expiresAt);
  const approvedBy = other ? (change.approved ? change.actor : null) : was.approvedBy;
  const inForce = isInForce(next, approvedBy !== null, change.now);
  const settled = was.applied && inForce === was.inForce && (!inForce || same(next.criteria, was.criteria));
  const { rows } = await tx.query<FilterRow>(
    `update filter set name = $3, action = $4, criteria = $5, fields = $6, description = $7, reason = $8, owner = $9, expires_at = $10,
       approved_by = $11, in_force = $12, applied = $13, updated_at = $14 where account = $1 and id = $2 returning ${FILTER_COLUMNS}`,
    [
      ...[change.account, id, next.name, FILTER_ACTION[next.action], JSON.stringify(next.criteria), Object.keys(next.criteria)],
      ...[next.description, next.reason, next.owner, next.expiresAt, approvedBy, inForce, settled, change.now],
    ],
  );
  const made = toFilter(rows[0]!);
  await follow(tx, made, { change, what: 'UPDATED', detail: differences(was, made) });
  return made;
}

/** The rule ends at once; its row goes when all its findings are open again. */
export async function removeFilter(tx: Transaction, id: number, change: Change): Promise<Filter | undefined> {
  const was = await lockFilter(tx, change.account, id);
  if (was === undefined) return undefined;
  await changeRules(tx, change.account);
  const { rows } = await tx.query<FilterRow>(
    `update filter set removed = true, in_force = false, applied = false, updated_at = $3 where account = $1 and id = $2 returning ${FILTER_COLUMNS}`,
    [change.account, id, change.now],
  );
  const gone = toFilter(rows[0]!);
  await follow(tx, gone, { change, what: 'DELETED', detail: {} });
  return gone;
}

/** An admin agrees to a rule as it stands. */
export async function approveFilter(tx: Transaction, id: number, change: Change): Promise<Filter | undefined> {
  const was = await lockFilter(tx, change.account, id);
  if (was === undefined) return undefined;
  await changeRules(tx, change.account);
  const inForce = isInForce(was, true, change.now);
  const { rows } = await tx.query<FilterRow>(
    `update filter set approved_by = $3, in_force = $4, applied = applied and in_force = $4, updated_at = $5
     where account = $1 and id = $2 returning ${FILTER_COLUMNS}`,
    [change.account, id, change.actor, inForce, change.now],
  );
  const made = toFilter(rows[0]!);
  await follow(tx, made, { change, what: 'APPROVED', detail: {} });
  return made;
}

/** Ends the rule if its time is over; its findings follow in the same job. */
export async function expireFilter(tx: Transaction, filter: Filter, change: Change): Promise<boolean> {
  if (!filter.inForce || filter.expiresAt === null || filter.expiresAt > change.now) return false;
  await changeRules(tx, change.account);
  await tx.query('update filter set in_force = false, applied = false, updated_at = $3 where account = $1 and id = $2', [
    change.account,
    filter.id,
    change.now,
  ]);
  await follow(tx, filter, { change, what: 'EXPIRED', detail: {} });
  return true;
}

function isInForce(terms: Pick<FilterTerms, 'action' | 'expiresAt'>, approved: boolean, now: Date): boolean {
  return terms.action === 'SUPPRESS' && approved && (terms.expiresAt === null || terms.expiresAt > now);
}

async function nameTaken(tx: Transaction, account: number, name: string): Promise<boolean> {
  return (await tx.query('select from filter where account = $1 and name = $2 and not removed', [account, name])).rows.length > 0;
}

/** What each changed member was and is. */
function differences(was: Filter, is: Filter): Record<string, readonly [unknown, unknown]> {
  const members = ['name', 'action', 'criteria', 'description', 'reason', 'owner', 'expiresAt'] as const;
  return Object.fromEntries(members.flatMap((member) => (same(was[member], is[member]) ? [] : [[member, [was[member], is[member]]]])));
}

/** Told and queued in the transaction of the change. */
async function follow(
  tx: Transaction,
  filter: Filter,
  told: { readonly change: Change; readonly what: string; readonly detail: object },
): Promise<void> {
  const { account, id } = filter;
  const { region, actor, now } = told.change;
  const body = { change: told.what, name: filter.name, action: filter.action, detail: told.detail };
  await recordServiceEvents(tx, [{ account, kind: SERVICE_EVENT.FILTER, actor, subject: filterArn(region, account, id), at: now, body }]);
  if (!filter.applied || told.what === 'EXPIRED') {
    await enqueue(tx, { account, kind: SETTLE, key: `${id}`, lane: SETTLE_LANE, payload: { id }, delayMs: AFTER_REQUEST_MS });
  } else if (filter.inForce && filter.expiresAt !== null) {
    await enqueue(tx, settleAt(filter, now));
  }
}

/** The next look at a rule that ends by itself. */
export function settleAt(filter: Filter, now: Date): JobRequest {
  const { account, id, expiresAt } = filter;
  const delayMs = Math.min(Math.max(0, expiresAt!.getTime() - now.getTime()), MAX_DELAY_MS);
  return { account, kind: SETTLE, key: `${id}`, lane: SETTLE_LANE, payload: { id }, delayMs };
}
const MAX_DELAY_MS = 86_400_000;
