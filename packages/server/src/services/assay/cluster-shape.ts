import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../accounts/identity.ts';
import type { Transaction } from '../../db/pool.ts';
import { type ClusterView, clusterState, frozenSince, readCluster } from '../../running/cluster-list.ts';
import type { ServerContext } from '../context.ts';

/** @throws ResourceNotFoundException */
export async function requireCluster(tx: Transaction, accounts: readonly number[], arn: string): Promise<ClusterView> {
  const cluster = await readCluster(tx, accounts, arn);
  if (cluster === undefined) throw resourceNotFound(`There is no cluster ${arn}.`);
  return cluster;
}

export function clusterToWire(cluster: ClusterView, context: ServerContext): AssayOut<'GetCluster'>['cluster'] {
  const now = context.now();
  const { health } = cluster;
  const frozen = frozenSince(cluster, now);
  const accountId = accountDigits(cluster.account);
  return {
    clusterArn: cluster.arn,
    accountId,
    name: cluster.name,
    provider: cluster.provider,
    status: clusterState(cluster, now),
    problems: [...(health.problems ?? [])],
    createdAt: cluster.createdAt,
    namespaceCount: cluster.namespaces,
    workloadCount: cluster.workloads,
    imageCount: cluster.images,
    runningUnitCount: cluster.running,
    unresolvedImageCount: cluster.unresolved,
    ...(cluster.version === null ? {} : { version: cluster.version }),
    ...(cluster.collector === null ? {} : { collectorArn: `arn:aws:assay:${context.region}:${accountId}:collector/${cluster.collector}` }),
    ...(cluster.countedBy === null ? {} : { countedByAccountId: accountDigits(cluster.countedBy) }),
    ...(cluster.scope === null ? {} : { namespaces: [...cluster.scope] }),
    ...(cluster.observedAt === null ? {} : { lastSeenAt: cluster.observedAt }),
    ...(cluster.completeAt === null ? {} : { completeAt: cluster.completeAt }),
    ...(cluster.heldAt === null ? {} : { heldSince: cluster.heldAt }),
    ...(frozen === undefined ? {} : { frozenSince: frozen }),
    ...(health.lag === undefined ? {} : { lagMilliseconds: health.lag }),
    ...(health.relists === undefined ? {} : { relistCount: health.relists }),
    ...(health.expired === undefined ? {} : { expiredCount: health.expired }),
  };
}
