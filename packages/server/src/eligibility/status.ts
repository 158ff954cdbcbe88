import { SCAN_REASON, SCAN_STATUS } from '@assay/core/coverage.ts';
import { FREQUENCY_CODES } from '@assay/core/registry.ts';
import { type EcrSetting, readConfiguration } from '../accounts/configuration.ts';
import type { Queryable } from '../jobs/queue.ts';
import { readWatch, SILENT_MS } from './facts.ts';
import { WAITING } from './limit.ts';

/** How the monitoring of an account's images stands. */
export interface EligibilityStatus {
  readonly windows: EcrSetting;
  /** NONE: no cluster tells where images run, so use ages nothing. SILENT: none of them was heard of late. */
  readonly use: 'HEARD' | 'SILENT' | 'NONE';
  readonly watchedSince: Date | undefined;
  readonly watchedUntil: Date | undefined;
  readonly monitored: number;
  /** Of these: kept because who saw them last is silent. */
  readonly stale: number;
  /** Of these: deleted from their registry, and kept because they run. */
  readonly deleted: number;
  readonly lapsed: number;
  /** Would lapse, and wait for an operator. */
  readonly held: number;
  /** An operator agreed that they lapse: the next sweep does it. */
  readonly accepted: number;
  readonly heldAt: Date | undefined;
  readonly sweptAt: Date | undefined;
}

interface Row {
  readonly monitored: number;
  readonly stale: number;
  readonly deleted: number;
  readonly lapsed: number;
  readonly held: number | null;
  readonly accepted: number | null;
  readonly held_at: Date | null;
  readonly swept_at: Date | null;
}

/** The transaction sees the account's administrator and its members, where it has any. */
export async function readEligibility(tx: Queryable, account: number, now: Date): Promise<EligibilityStatus> {
  const watch = await readWatch(tx, account);
  const { rows } = await tx.query<Row>(
    `select n.*, ${WAITING} as held, case when held <= accepted then held end as accepted,
       case when held > accepted then e.held_at end as held_at, e.swept_at from (
       select count(*) filter (where scan_status = ${SCAN_STATUS.ACTIVE} and frequency = ${FREQUENCY_CODES.CONTINUOUS_SCAN})::int as monitored,
         count(*) filter (where scan_reason = ${SCAN_REASON.STALE_INVENTORY})::int as stale, count(deleted_at)::int as deleted,
         count(*) filter (where scan_reason = ${SCAN_REASON.SCAN_ELIGIBILITY_EXPIRED})::int as lapsed
       from resource where account = $1 and frequency is not null and gone_at is null) n
     left join eligibility_sweep e on e.account = $1`,
    [account],
  );
  const row = rows[0]!;
  return {
    windows: (await readConfiguration(tx, account)).ecr,
    use: watch === undefined ? 'NONE' : watch.until < now.getTime() - SILENT_MS ? 'SILENT' : 'HEARD',
    watchedSince: watch === undefined ? undefined : new Date(watch.since),
    watchedUntil: watch === undefined ? undefined : new Date(watch.until),
    ...{ monitored: row.monitored, stale: row.stale, deleted: row.deleted, lapsed: row.lapsed },
    ...{ held: row.held ?? 0, accepted: row.accepted ?? 0, heldAt: row.held_at ?? undefined, sweptAt: row.swept_at ?? undefined },
  };
}
