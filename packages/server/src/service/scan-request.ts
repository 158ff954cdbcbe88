import type { Transaction } from '../db/pool.ts';
import { enqueue } from '../jobs/queue.ts';
import { requestIngest } from '../registries/ingest-request.ts';
import { LOOK, LOOK_LANE, LOOK_PRIORITY } from './look-lanes.ts';

/** The job that decides findings anew from what is stored. */
export const RESCAN = 'rescan';

/** Payload of a `rescan` job. */
export interface Rescan {
  readonly resource: number;
  readonly arn: string;
}

/** Which job looks at a resource again, as `resource.detail.look` keeps it. */
export interface LookedBy {
  readonly key: string;
  readonly lane: string;
}

interface Row {
  readonly id: number;
  readonly registry: string | null;
  readonly repository: string | null;
  readonly digest: string | null;
  readonly look: LookedBy | null;
}

/**
 * Queues a scan that somebody asked for and answers its job; undefined when there is no such resource. What this service looked at itself
 * is looked at again by the machine that can, an image of a registry that is watched is read again; of everything else the stored contents are matched again.
 */
export async function requestScan(tx: Transaction, account: number, arn: string): Promise<number | undefined> {
  const { rows } = await tx.query<Row>(
    `select id, registry, repository, digest, detail->'look' as look from resource where account = $1 and arn = $2 and gone_at is null`,
    [account, arn],
  );
  const resource = rows[0];
  if (resource === undefined) return undefined;
  const asked = { account, priority: LOOK_PRIORITY };
  if (resource.look !== null) return enqueue(tx, { ...asked, kind: LOOK, ...resource.look, payload: { arn } });
  const { registry: host, repository, digest } = resource;
  if (host !== null && repository !== null && digest !== null) {
    const ingest = await requestIngest(tx, { account, host, repository, digest }, { again: true });
    if (ingest !== undefined) return ingest;
  }
  const payload: Rescan = { resource: resource.id, arn };
  return enqueue(tx, { ...asked, kind: RESCAN, key: String(resource.id), lane: LOOK_LANE, payload });
}
