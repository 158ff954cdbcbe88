import type { Transaction } from '../db/pool.ts';
import { LAST_SEEN } from './evidence.ts';

/** Something that runs and means no image that we know. */
export interface UnresolvedImage {
  readonly account: number;
  readonly id: number;
  readonly clusterArn: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly platform: string;
  readonly running: number;
  readonly lastSeen: Date;
  readonly triedAt: Date | null;
  /** The runtime told a digest. */
  readonly digested: boolean;
}

/** By account and number. */
export async function listUnresolved(
  tx: Transaction,
  accounts: readonly number[],
  page: { readonly after: { readonly account: number; readonly id: number } | undefined; readonly limit: number },
): Promise<UnresolvedImage[]> {
  const { after = { account: -1, id: 0 }, limit } = page;
  const { rows } = await tx.query<UnresolvedImage>(
    `select i.account, i.id, c.arn as "clusterArn", i.namespace, i.workload_kind as kind, i.workload as name, i.image, i.image_id as "imageId",
       i.platform, i.running, ${LAST_SEEN} as "lastSeen", i.asked_at as "triedAt", i.digest is not null or i.digests <> '{}' as digested
     from running_image i join cluster c on c.account = i.account and c.id = i.cluster and c.gone_at is null
     where i.account = any($1::bigint[]) and i.confidence = 0 and i.running > 0 and (i.account, i.id) > ($2, $3) order by i.account, i.id limit $4`,
    [accounts, after.account, after.id, limit],
  );
  return rows;
}
