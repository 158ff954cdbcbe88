import type { ClusterIdentity, RunningImage } from '@assay/core/running.ts';
import { call } from './api.ts';
import type { Service } from './service.ts';

type Door = Pick<Service, 'address' | 'credentialsFile'>;

export function pods(image: string, imageId: string, rest: Partial<RunningImage> = {}): RunningImage {
  return {
    ...{ namespace: 'default', workload: { kind: 'Deployment', name: 'web' }, definition: '', image, imageId, platform: 'linux/amd64' },
    ...{ running: 1, lastSeen: Date.now(), stopped: [], reach: 'UNKNOWN', ...rest },
  };
}

/** What a collector elsewhere does, with a token of its own: one snapshot of a cluster. */
export async function report(service: Door, cluster: ClusterIdentity, images: readonly RunningImage[]): Promise<void> {
  const made = await call<{ token: string }>(service, '/assay/collectors/create', JSON.stringify({ name: cluster.name, kind: 'push' }));
  const parts = [{ part: 'SNAPSHOT_BEGIN' }, { part: 'SNAPSHOT_PAGE', images: images.map(toWire) }, { part: 'SNAPSHOT_END' }];
  const headers = { authorization: `Bearer ${made.body.token}`, 'x-assay-service': 'assay', 'content-type': 'application/json' };
  for (const [at, part] of parts.entries()) {
    const body = JSON.stringify({ cluster, epoch: 1, sequence: at + 1, observedAt: Date.now() / 1000, ...part });
    const answer = await fetch(`${service.address}/assay/collectors/report`, { method: 'POST', headers, body });
    const text = await answer.text();
    if (!text.includes('TAKEN')) throw new Error(`${part.part}: ${answer.status} ${text}`);
  }
}

function toWire({ lastSeen, stopped, ...image }: RunningImage): unknown {
  return { ...image, lastSeen: lastSeen / 1000, stopped: stopped.map(({ hour, count }) => ({ hour: hour / 1000, count })) };
}
