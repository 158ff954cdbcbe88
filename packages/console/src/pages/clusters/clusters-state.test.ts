import { describe, expect, it } from 'vitest';
import { ALL_CLUSTERS, type ClustersState, formatClusters, parseClusters } from './clusters-state.ts';

const cluster = 'arn:aws:eks:us-east-1:111111111111:cluster/prod';
const read = (state: ClustersState) => parseClusters(formatClusters(state).slice('/clusters'.length));

describe('the address of the clusters page', () => {
  it.each<ClustersState>([
    ALL_CLUSTERS,
    { ...ALL_CLUSTERS, tab: 'collectors' },
    { ...ALL_CLUSTERS, cluster },
    { ...ALL_CLUSTERS, cluster, namespace: '' },
    { ...ALL_CLUSTERS, cluster, namespace: 'shop', workload: { namespace: 'shop', type: 'Deployment', name: 'web' } },
    { ...ALL_CLUSTERS, cluster, workload: { namespace: '', type: 'Container', name: 'a/b & c' } },
  ])('keeps %j', (state) => {
    expect(read(state)).toEqual(state);
  });

  it('takes what it does not understand for all clusters, or the whole cluster', () => {
    expect(parseClusters('?tab=nonsense')).toEqual(ALL_CLUSTERS);
    expect(parseClusters('?cluster=&tab=unresolved')).toEqual({ ...ALL_CLUSTERS, tab: 'unresolved' });
    expect(parseClusters('?cluster=x&workload=web')).toEqual({ ...ALL_CLUSTERS, cluster: 'x' });
  });
});
