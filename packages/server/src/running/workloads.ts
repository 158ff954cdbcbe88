import { REACH_CODES, type Reach } from '@assay/core/running.ts';
import type { Transaction } from '../db/pool.ts';
import { nameOfCode } from '../findings/code-name.ts';
import { circleOf } from './circle.ts';
import { LAST_SEEN, stoppedOf } from './evidence.ts';
import { CONFIDENCE, type Confidence } from './ladder.ts';
import { tagsAt } from './tag-history.ts';

/** What an image of a workload is. */
export interface WorkloadImage {
  readonly image: string;
  readonly imageId: string;
  readonly platform: string;
  readonly running: number;
  readonly stopped: number;
  readonly lastSeen: Date;
  readonly reach: Reach;
  readonly confidence: Confidence;
  /** Resources that the reader sees. */
  readonly resources: readonly { readonly account: number; readonly arn: string }[];
  /** What the tag means now, where this is something else: a newer image is there, and the old one runs. */
  readonly newer: string | undefined;
}

export interface WorkloadView {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly images: readonly WorkloadImage[];
}

export interface WorkloadPage {
  readonly cluster: { readonly account: number; readonly id: number };
  /** Undefined: all. */
  readonly namespace: string | undefined;
  readonly after: { readonly namespace: string; readonly kind: string; readonly name: string } | undefined;
  readonly limit: number;
  /** Accounts that the reader sees. */
  readonly seen: readonly number[];
  readonly now: Date;
}

interface Row {
  readonly id: number;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly platform: string;
  readonly digest: string | null;
  readonly digests: readonly string[];
  readonly running: number;
  readonly stopped: number;
  readonly lastSeen: Date;
  readonly reach: number;
  readonly confidence: number;
  readonly resources: readonly { readonly account: number; readonly arn: string; readonly digest: string }[];
}

/** Workloads that run something now, or did within a day, by namespace, kind and name. */
export async function listWorkloads(tx: Transaction, page: WorkloadPage): Promise<WorkloadView[]> {
  const { cluster, namespace, after, limit, seen, now } = page;
  const { rows } = await tx.query<Row>(WORKLOADS, [
    ...[cluster.account, cluster.id, namespace ?? null, after?.namespace ?? null, after?.kind ?? null, after?.name ?? null, limit],
    ...[seen, now],
  ]);
  const meant = await meaningsNow(tx, cluster.account, rows, now);
  const groups = Map.groupBy(rows, (row) => JSON.stringify([row.namespace, row.kind, row.name]));
  return [...groups.values()].map((group) => {
    const [{ namespace: place, kind, name }] = group as [Row, ...Row[]];
    return { namespace: place, kind, name, images: group.map((row) => imageOf(row, meant.get(row.id) ?? [])) };
  });
}

const RECENT = `(i.running > 0 or i.last_seen > $9::timestamptz - interval '24 hours')`;

const WORKLOADS = `with places as (
    select distinct i.namespace, i.workload_kind as kind, i.workload as name from running_image i
    where i.account = $1 and i.cluster = $2 and ($3::text is null or i.namespace = $3) and ${RECENT}
      and ($4::text is null or (i.namespace, i.workload_kind, i.workload) > ($4, $5, $6))
    order by 1, 2, 3 limit $7)
  select i.id, p.namespace, p.kind, p.name, i.image, i.image_id as "imageId", i.platform, i.digest, i.digests, i.running,
    ${stoppedOf('$9')}::float8 as stopped, ${LAST_SEEN} as "lastSeen", i.reach, i.confidence,
    coalesce((select jsonb_agg(jsonb_build_object('account', r.account, 'arn', r.arn, 'digest', r.digest) order by r.account, r.id)
      from running_resource x join resource r on r.account = x.account and r.id = x.resource
      where x.observer = i.account and x.running = i.id and r.account = any($8::bigint[])), '[]') as resources
  from places p join running_image i on i.account = $1 and i.cluster = $2 and i.namespace = p.namespace and i.workload_kind = p.kind
    and i.workload = p.name and ${RECENT}
  join cluster c on c.account = i.account and c.id = i.cluster
  order by p.namespace, p.kind, p.name, i.running desc, i.id`;

/** By observation, what its tag means now: the digest, with the platforms of it when it is an index. */
async function meaningsNow(
  tx: Transaction,
  account: number,
  rows: readonly Row[],
  now: Date,
): Promise<ReadonlyMap<number, readonly (readonly string[])[]>> {
  const running = rows.filter((row) => row.running > 0 && row.digest !== null && !row.image.includes('@'));
  const tags = await tagsAt(
    tx,
    await circleOf(tx, account),
    running.map(({ id, image }) => ({ id, image, at: now })),
  );
  const { rows: children } = await tx.query<{ index: string; child: string }>(
    'select index, child from index_child where index = any($1::text[])',
    [[...new Set([...tags.values()].flat())]],
  );
  const byIndex = Map.groupBy(children, (one) => one.index);
  return new Map(
    [...tags].map(([id, digests]) => [id, digests.map((digest) => [digest, ...(byIndex.get(digest) ?? []).map((one) => one.child)])]),
  );
}

function imageOf(row: Row, meanings: readonly (readonly string[])[]): WorkloadImage {
  const own = [row.digest, ...row.digests, ...row.resources.map((one) => one.digest)];
  const same = meanings.some((meaning) => meaning.some((digest) => own.includes(digest)));
  return {
    image: row.image,
    imageId: row.imageId,
    platform: row.platform,
    running: row.running,
    stopped: row.stopped,
    lastSeen: row.lastSeen,
    reach: nameOfCode(REACH_CODES, row.reach),
    confidence: nameOfCode(CONFIDENCE, row.confidence),
    resources: row.resources,
    newer: same ? undefined : meanings[0]?.[0],
  };
}
