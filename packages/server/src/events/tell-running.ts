import { FINDING_STATUS } from '@assay/core/finding.ts';
import { EXPOSURE_CODES } from '@assay/core/score.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type { Transaction } from '../db/pool.ts';
import { codeName } from './code-name.ts';
import { recordServiceEvents, SERVICE_EVENT } from './service-events.ts';

/** A resource as it was before its use was counted anew. */
export interface UseBefore {
  readonly account: number;
  readonly resource: number;
  readonly inUseCount: number;
  readonly lastInUseAt: Date | null;
}

/** What ran within this time did not start now: a job that runs every minute is told once, a rollout back not at all. */
const QUIET_MS = 86_400_000;
/** Vulnerabilities that an event names. */
const NAMED = 5;

interface Started {
  readonly account: number;
  readonly arn: string;
  readonly running: number;
  readonly exposure: number;
  readonly severity: number;
  readonly critical: number;
  readonly high: number;
  readonly attacked: number;
  readonly worst: readonly string[];
}

/**
 * Tells which of these resources started to run with something that matters: a critical finding, or one with known attacks. Called after their
 * use and exposure were written, in the same transaction. That something stopped is not told: jobs stop all the time, and it is no danger.
 */
export async function tellRunning(tx: Transaction, before: readonly UseBefore[], now: Date): Promise<void> {
  const quiet = now.getTime() - QUIET_MS;
  const rested = before.filter((one) => one.inUseCount === 0 && (one.lastInUseAt === null || one.lastInUseAt.getTime() < quiet));
  if (rested.length === 0) return;
  const { rows } = await tx.query<Started>(STARTED, [rested.map((one) => one.account), rested.map((one) => one.resource)]);
  await recordServiceEvents(
    tx,
    rows.map((row) => ({
      account: row.account,
      kind: SERVICE_EVENT.RUNNING,
      actor: 'running',
      subject: row.arn,
      at: now,
      body: {
        state: 'STARTED',
        severity: codeName(SEVERITY_CODES, row.severity),
        inUseCount: row.running,
        exposure: codeName(EXPOSURE_CODES, row.exposure),
        ...{ critical: row.critical, high: row.high, knownExploited: row.attacked },
        vulnerabilityIds: row.worst,
      },
    })),
  );
}

const STARTED = `select r.account, r.arn, r.in_use_count as running, r.exposure, found.* from unnest($1::bigint[], $2::bigint[]) as t(account, resource)
  join resource r on r.account = t.account and r.id = t.resource
  cross join lateral (select max(f.severity)::int as severity, count(*) filter (where f.severity = ${SEVERITY_CODES.CRITICAL})::int as critical,
      count(*) filter (where f.severity = ${SEVERITY_CODES.HIGH})::int as high, count(*) filter (where i.weaponised)::int as attacked,
      (array_agg(i.name order by i.weaponised desc, f.severity desc, i.name))[1:${NAMED}] as worst
    from finding f join issue i on i.id = f.issue where f.account = t.account and f.resource = t.resource and f.status = ${FINDING_STATUS.ACTIVE}) found
  where r.in_use_count > 0 and found.critical + found.attacked > 0 order by r.account, r.id`;
