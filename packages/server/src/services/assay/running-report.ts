import type { ClusterHealth, ClusterIdentity, RunningImage } from '@assay/core/running.ts';
import type { RunningReport } from '@assay/core/running-report.ts';
import type { AssayIn } from '@assay/wire/operation-types.ts';

type Wire = AssayIn<'ReportRunning'>;
type WireImage = NonNullable<Wire['images']>[number];

const PARTS = {
  SNAPSHOT_BEGIN: 'snapshot-begin',
  SNAPSHOT_PAGE: 'snapshot-page',
  SNAPSHOT_END: 'snapshot-end',
  CHANGE: 'change',
  HEALTH: 'health',
} as const satisfies Record<Wire['part'], RunningReport['part']>;

/** A scope without namespaces is the whole cluster. */
export function reportOfWire({ cluster, epoch, sequence, observedAt, part, scope, images, health }: Wire): RunningReport {
  const namespaces = scope?.namespaces;
  return {
    cluster: clusterOfWire(cluster),
    epoch,
    sequence,
    observedAt: observedAt.getTime(),
    part: PARTS[part],
    ...(part === 'SNAPSHOT_BEGIN' ? { scope: namespaces === undefined ? { all: true } : { namespaces } } : {}),
    ...(images === undefined ? {} : { images: images.map(imageOfWire) }),
    ...(health === undefined ? {} : { health: healthOfWire(health) }),
  };
}

function clusterOfWire({ provider, uid, name, version }: Wire['cluster']): ClusterIdentity {
  return { provider, uid, name, ...(version === undefined ? {} : { version }) };
}

function healthOfWire({ gone, ...health }: NonNullable<Wire['health']>): ClusterHealth {
  return { ...health, ...(gone === true ? { gone } : {}) };
}

function imageOfWire({ lastSeen, stopped, digests, ...image }: WireImage): RunningImage {
  return {
    ...image,
    lastSeen: lastSeen.getTime(),
    stopped: stopped.map(({ hour, count }) => ({ hour: hour.getTime(), count })),
    ...(digests === undefined ? {} : { digests }),
  };
}
