import { SCAN_STATUS } from '@assay/core/coverage.ts';
import type { Queryable } from '../jobs/queue.ts';
import { HOURLY, USAGE_TYPES, type UsageType } from './usage-types.ts';

/** In the transaction of the scan: it counts if and only if it was committed. */
export async function countScan(
  tx: Queryable,
  scan: { readonly account: number; readonly type: UsageType; readonly at: Date },
): Promise<void> {
  await tx.query(`insert into usage (account, day, type, amount) values ($1, ($2::timestamptz at time zone 'utc')::date, $3, 1)`, [
    scan.account,
    scan.at,
    USAGE_TYPES[scan.type],
  ]);
}

/** Counts what is covered now for the present hour, once, however many processes ask. Returns the number of rows; hours nobody served are free. */
export async function countHour(worker: Queryable): Promise<number> {
  const { rowCount } = await worker.query(
    `with turn as (insert into usage_hour (hour) values (date_trunc('hour', now())) on conflict do nothing returning hour)
     insert into usage (account, day, type, amount)
     select r.account, (turn.hour at time zone 'utc')::date, k.type, count(*) from turn
     cross join jsonb_to_recordset($1) k(kind smallint, type smallint) join resource r on r.kind = k.kind
     where r.scan_status = ${SCAN_STATUS.ACTIVE} and r.gone_at is null group by r.account, turn.hour, k.type`,
    [JSON.stringify(HOURLY)],
  );
  return rowCount ?? 0;
}

const KEPT = '400 days';

/** One row a day and type is enough of days that ended; those of long ago are dropped. */
export async function foldUsage(worker: Queryable): Promise<void> {
  await worker.query(
    `with folded as (
       delete from usage u using (select account, day, type from usage where day < (now() at time zone 'utc')::date
         group by account, day, type having count(*) > 1) m
       where u.account = m.account and u.day = m.day and u.type = m.type returning u.account, u.day, u.type, u.amount)
     insert into usage (account, day, type, amount) select account, day, type, sum(amount) from folded group by account, day, type`,
  );
  await worker.query(`delete from usage where day < (now() - interval '${KEPT}')::date`);
  await worker.query(`delete from usage_hour where hour < now() - interval '2 days'`);
}

export interface UsageTotal {
  readonly account: number;
  /** Of the 30 days that end with `today`; a type without any is not in it. */
  readonly amounts: ReadonlyMap<UsageType, number>;
}

const NAMES = new Map<number, UsageType>(Object.entries(USAGE_TYPES).map(([name, code]) => [code, name as UsageType]));

/** In the order of `accounts`, those without usage too. */
export async function readUsage(tx: Queryable, accounts: readonly number[], today: Date): Promise<UsageTotal[]> {
  const { rows } = await tx.query<{ account: number; type: number; amount: number }>(
    `select account, type, sum(amount) as amount from usage
     where account = any ($1::bigint[]) and day > ($2::timestamptz at time zone 'utc')::date - 30 and day <= ($2::timestamptz at time zone 'utc')::date
     group by account, type`,
    [accounts, today],
  );
  const byAccount = Map.groupBy(rows, (row) => row.account);
  return accounts.map((account) => ({
    account,
    amounts: new Map((byAccount.get(account) ?? []).flatMap(({ type, amount }) => (NAMES.has(type) ? [[NAMES.get(type)!, amount]] : []))),
  }));
}
