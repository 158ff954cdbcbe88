import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { clustersOf } from '../../../../collectors/collectors.ts';
import { withAccounts } from '../../../../db/pool.ts';
import type { ServerContext } from '../../../context.ts';
import { collectorToWire, requireCollector } from '../../collector-shape.ts';

export async function getCollector({ collectorArn }: AssayIn<'GetCollector'>, context: ServerContext): Promise<AssayOut<'GetCollector'>> {
  return withAccounts(context.pool, [context.account], async (tx) => {
    const collector = await requireCollector(tx, context, collectorArn);
    const clusters = await clustersOf(tx, collector);
    return {
      collector: collectorToWire(collector, context),
      clusters: clusters.map(({ arn, name, provider, observedAt }) => ({
        clusterArn: arn,
        name,
        provider,
        ...(observedAt === null ? {} : { observedAt }),
      })),
    };
  });
}
