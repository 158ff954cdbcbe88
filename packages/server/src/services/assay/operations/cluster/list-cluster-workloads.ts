import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { listWorkloads, type WorkloadPage, type WorkloadView } from '../../../../running/workloads.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';
import { requireCluster } from '../../cluster-shape.ts';

type WireWorkload = AssayOut<'ListClusterWorkloads'>['workloads'][number];

const PAGE = 50;

export async function listClusterWorkloads(
  { clusterArn, namespace, maxResults: limit = PAGE, nextToken }: AssayIn<'ListClusterWorkloads'>,
  context: ServerContext,
): Promise<AssayOut<'ListClusterWorkloads'>> {
  const query = { clusterArn, namespace };
  const after = openPage(context, query, nextToken) as WorkloadPage['after'];
  const seen = await seenAccounts(context);
  const rows = await withAccounts(context.pool, seen, async (tx) => {
    const cluster = await requireCluster(tx, seen, clusterArn);
    return listWorkloads(tx, { cluster, namespace, after, limit: limit + 1, seen, now: new Date(context.now()) });
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    workloads: page.map(toWire),
    ...(rows.length > limit && last !== undefined
      ? { nextToken: sealPage(context, query, { namespace: last.namespace, kind: last.kind, name: last.name }) }
      : {}),
  };
}

function toWire({ namespace, kind, name, images }: WorkloadView): WireWorkload {
  return {
    namespace,
    type: kind,
    name,
    images: images.map((image) => ({
      image: image.image,
      imageId: image.imageId,
      platform: image.platform,
      runningUnitCount: image.running,
      stoppedUnitCount: image.stopped,
      lastSeenAt: image.lastSeen,
      reach: image.reach,
      confidence: image.confidence,
      resources: image.resources.map(({ account, arn }) => ({ resourceArn: arn, accountId: accountDigits(account) })),
      newerImageAvailable: image.newer !== undefined,
      ...(image.newer === undefined ? {} : { newerDigest: image.newer }),
    })),
  };
}
