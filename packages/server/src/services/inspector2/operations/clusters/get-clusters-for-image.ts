import { accessDenied } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { readSettings } from '../../../../accounts/settings.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { clustersForImage } from '../../../../running/clusters-for-image.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';
import { standingOf } from '../../../organization.ts';
import { clusterDetails } from '../../shapes/cluster-details.ts';

/** Where a page begins: in a cluster with more than fits one entry, at a portion of it. */
interface Place {
  readonly account: number;
  readonly id: number;
  readonly portion: number;
}

const PAGE = 100;
const OWNER = /^arn:[^:]*:ecr:[^:]*:(\d{12}):/;

/** An image that nobody runs, or that the caller does not know, has no clusters. */
export async function getClustersForImage(
  { filter, maxResults: limit = PAGE, nextToken }: In<'GetClustersForImage'>,
  context: ServerContext,
): Promise<Out<'GetClustersForImage'>> {
  const { account, pool, region } = context;
  const arn = filter?.resourceId ?? '';
  await requireScanning(context);
  const after = openPage(context, { filter }, nextToken) as Place | undefined;
  const seen = await seenAccounts(context);
  const asked = { seen, owner: Number(OWNER.exec(arn)?.[1] ?? account), arn, after, limit: limit + 1, now: new Date(context.now()) };
  const clusters = await withAccounts(pool, seen, (tx) => clustersForImage(tx, asked));
  const entries = clusters
    .flatMap((cluster) => clusterDetails(cluster, region).map((details, portion) => ({ cluster, details, portion })))
    .filter(({ cluster, portion }) => cluster.account !== after?.account || cluster.id !== after.id || portion >= after.portion);
  const next = entries[limit];
  return {
    cluster: entries.slice(0, limit).map(({ cluster, details }) => ({ clusterArn: cluster.arn, clusterDetails: details })),
    ...(next === undefined
      ? {}
      : { nextToken: sealPage(context, { filter }, { account: next.cluster.account, id: next.cluster.id, portion: next.portion }) }),
  };
}

/** Amazon's rule: a delegated administrator that has not enabled ECR scanning for itself cannot view the clusters of an image. */
async function requireScanning(context: ServerContext): Promise<void> {
  const { account, pool } = context;
  if (!(await standingOf(context)).administers) return;
  const settings = (await readSettings(pool, [account])).get(account);
  if (settings?.scanTypes.ECR !== true)
    throw accessDenied('A delegated administrator sees the clusters of an image after it has enabled ECR scanning for its own account.');
}
