import type { ImageFacts } from '@assay/core/eligibility.ts';
import { FREQUENCY_CODES } from '@assay/core/registry.ts';
import { RELATIONSHIP } from '../accounts/organization.ts';
import { nameOfCode } from '../findings/code-name.ts';
import type { Queryable } from '../jobs/queue.ts';

/** A cluster that was not heard for this long is silent; collectors say every minute that they are there. */
export const SILENT_MS = 15 * 60_000;

/** An image of a watched registry with what eligibility asks for. */
export interface MonitoredImage {
  readonly id: number;
  readonly status: number;
  readonly reason: number;
  readonly facts: ImageFacts;
  /** The newest date when it lapsed. */
  readonly lapsedWith: number | undefined;
}

/** Since when and until when clusters were heard that would see the images of an account run: its own and those of its organisation's members. */
export interface Watch {
  readonly since: number;
  readonly until: number;
}

/** Undefined: no cluster has ever told all that runs in it. */
export async function readWatch(tx: Queryable, account: number): Promise<Watch | undefined> {
  const { rows } = await tx.query<{ since: Date | null; until: Date | null }>(
    `select min(c.created_at) as since, max(c.observed_at) as until from cluster c
     where c.gone_at is null and c.complete_at is not null and c.observed_at is not null and c.account in (
       select $1::bigint union select administrator from member where account = $1 and status = ${RELATIONSHIP.ENABLED}
       union select m.account from member m where m.status = ${RELATIONSHIP.ENABLED} and m.administrator in (
         select $1 union select administrator from member where account = $1 and status = ${RELATIONSHIP.ENABLED}))`,
    [account],
  );
  const row = rows[0];
  return row?.since == null || row.until === null ? undefined : { since: row.since.getTime(), until: row.until.getTime() };
}

export interface FactsRequest {
  readonly account: number;
  readonly watch: Watch | undefined;
  readonly now: number;
}

/** SQL over `resource r`, ending in a list of bound values from $3 on; $1 is the account. */
export interface Which {
  readonly where: string;
  readonly values: readonly unknown[];
}

/**
 * A registry that tells no push dates: when it was first seen there. Where it runs is told by clusters that are heard; of those that are not,
 * its last sign of life counts, and until then it was watched.
 */
export async function readFacts(tx: Queryable, { account, watch, now }: FactsRequest, which: Which): Promise<MonitoredImage[]> {
  const { rows } = await tx.query<Row>(
    `select r.id, r.scan_status, r.scan_reason, r.frequency, r.pulled_at, r.last_in_use_at, r.lapsed_with, r.in_use_count, r.deleted_at,
       coalesce(r.pushed_at, (select min(m.first_seen) from repo_manifest m
         where m.account = r.account and m.registry = r.registry and m.repository = r.repository and m.digest = r.digest)) as pushed_at,
       u.places, u.running, u.ran_until, u.heard_until
     from resource r cross join lateral (
       select count(*) as places, coalesce(sum(i.running) filter (where c.observed_at >= $2), 0) as running,
         max(c.observed_at) filter (where c.observed_at < $2 and i.running > 0) as ran_until,
         min(c.observed_at) filter (where c.observed_at < $2) as heard_until
       from running_resource rr join running_image i on i.account = rr.observer and i.id = rr.running
       join cluster c on c.account = i.account and c.id = i.cluster and c.gone_at is null
       where rr.account = r.account and rr.resource = r.id) u
     where r.account = $1 and r.frequency is not null and r.gone_at is null and ${which.where}`,
    [account, new Date(now - SILENT_MS), ...which.values],
  );
  return rows.map((row) => imageOf(row, watch, now));
}

interface Row {
  readonly id: number;
  readonly scan_status: number;
  readonly scan_reason: number;
  readonly frequency: number;
  readonly pushed_at: Date | null;
  readonly pulled_at: Date | null;
  readonly last_in_use_at: Date | null;
  readonly lapsed_with: Date | null;
  readonly in_use_count: number;
  readonly deleted_at: Date | null;
  readonly places: number;
  readonly running: number;
  readonly ran_until: Date | null;
  readonly heard_until: Date | null;
}

function imageOf(row: Row, watch: Watch | undefined, now: number): MonitoredImage {
  const used = latest(row.last_in_use_at?.getTime(), row.ran_until?.getTime());
  const silent = watch !== undefined && watch.until < now - SILENT_MS;
  const heardUntil = Math.min(silent ? watch.until : now, row.heard_until?.getTime() ?? now);
  return {
    id: row.id,
    status: row.scan_status,
    reason: row.scan_reason,
    lapsedWith: row.lapsed_with?.getTime(),
    facts: {
      frequency: nameOfCode(FREQUENCY_CODES, row.frequency),
      pushedAt: row.pushed_at?.getTime(),
      pulledAt: row.pulled_at?.getTime(),
      lastInUseAt: used,
      deleted: row.deleted_at !== null,
      // Where only its number was told, and not the places, the number holds.
      running: row.places === 0 ? row.in_use_count : row.running,
      watched: watch === undefined ? undefined : { since: watch.since, until: heardUntil },
    },
  };
}

/** The newest date known of an image. */
export function newestOf({ pushedAt, pulledAt, lastInUseAt }: ImageFacts): number | undefined {
  return latest(pushedAt, pulledAt, lastInUseAt);
}

function latest(...dates: readonly (number | undefined)[]): number | undefined {
  const known = dates.filter((date) => date !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
