import { describe, expect, it } from 'vitest';
import type { MappedCluster } from '../../api/clusters.ts';
import { leavesOf, mapPlaces } from './map-places.ts';

const workload = (namespace: string, name: string, runningUnitCount: number, worst = 'NONE') => ({
  ...{ namespace, name, runningUnitCount, worst: worst as 'NONE', type: 'Deployment' },
});
const cluster = (name: string, ...workloads: MappedCluster['workloads']): MappedCluster => ({
  ...{ clusterArn: `arn:${name}`, accountId: '1', name, workloads },
});
const SMALL = [
  cluster('east', workload('shop', 'api', 60, 'CRITICAL'), workload('shop', 'web', 20), workload('pay', 'bill', 20, 'LOW')),
  cluster('box', workload('', 'one', 100, 'UNKNOWN')),
];

describe('the map of all that runs', () => {
  it('has a tile for each workload, in the colour of the worst, that leads to it', () => {
    const leaves = leavesOf(SMALL);
    expect(leaves.map(({ name, worst }) => [name, worst])).toEqual([
      ['api', 'CRITICAL'],
      ['web', 'NONE'],
      ['bill', 'REST'],
      ['one', 'UNKNOWN'],
    ]);
    expect(leaves[0]?.href).toBe('/clusters?cluster=arn%3Aeast&ns=shop&workload=shop%2FDeployment%2Fapi');
  });

  it('is the same as rows, the worst first', () => {
    const places = mapPlaces(SMALL);
    expect(places.map(({ cluster: { name }, namespace, workloads, running }) => [name, namespace, workloads, running])).toEqual([
      ['east', 'shop', 2, 80],
      ['box', '', 1, 100],
      ['east', 'pay', 1, 20],
    ]);
    expect([...places[0]!.worsts]).toEqual([
      ['CRITICAL', 1],
      ['NONE', 1],
    ]);
  });
});
