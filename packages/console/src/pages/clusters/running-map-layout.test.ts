import { describe, expect, it } from 'vitest';
import type { MappedCluster } from '../../api/clusters.ts';
import { layOutMap, mapPlaces } from './running-map-layout.ts';

const AREA = { x: 0, y: 0, width: 1000, height: 500 };
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
  it('has tiles as large as what runs, within their namespace and cluster, in the colour of the worst', () => {
    const { tiles, names } = layOutMap(SMALL, AREA);
    expect(names.map(({ text }) => text)).toEqual(['east', 'shop', 'pay', 'box']);
    const of = (name: string) => tiles.find((tile) => tile.workload.name === name)!;
    const size = (name: string) => of(name).box.width * of(name).box.height;
    expect(size('api') / size('web')).toBeCloseTo(3, 5);
    expect(tiles.map((tile) => tile.worst)).toEqual(['CRITICAL', 'NONE', 'REST', 'UNKNOWN']);
    for (const { box } of tiles) {
      expect(box.x + box.width).toBeLessThanOrEqual(AREA.width + 1e-6);
      expect(box.y + box.height).toBeLessThanOrEqual(AREA.height + 1e-6);
    }
  });

  it('lays out 5,000 workloads of one namespace without a tile of no size', () => {
    const many = Array.from({ length: 5_000 }, (_, n) => workload('all', `w${n}`, n === 0 ? 100_000 : 1));
    const { tiles } = layOutMap([cluster('big', ...many)], AREA);
    expect(tiles).toHaveLength(5_000);
    expect(tiles.every(({ box }) => box.width > 0 && box.height > 0)).toBe(true);
    expect(layOutMap([], AREA)).toEqual({ tiles: [], names: [] });
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
