import { describe, expect, it } from 'vitest';
import { type Leaf, layOut } from './map-layout.ts';

const AREA = { x: 0, y: 0, width: 900, height: 400 };
function leaf(place: string, name: string, running: number): Leaf {
  const [cluster = '', namespace = ''] = place.split('/');
  const key = `${place}/${name}`;
  return { key, clusterKey: `arn:${cluster}`, cluster, namespace, type: 'Deployment', name, running, worst: 'NONE', href: '/' };
}
const LEAVES = [leaf('/a', 'small', 1), leaf('/b', 'large', 5_000), leaf('/a', 'middle', 300), leaf('/b', 'stopped', 0)];

describe('the drawing of workloads', () => {
  it('is read from the largest on, and leaves out what does not run', () => {
    expect(layOut(LEAVES, { levels: [], area: AREA }).tiles.map((tile) => tile.leaf.name)).toEqual(['large', 'middle', 'small']);
  });

  it('keeps a workload of one pod among thousands in sight', () => {
    const box = layOut(LEAVES, { levels: [], area: AREA }).tiles.at(-1)?.box;
    expect((box?.width ?? 0) * (box?.height ?? 0)).toBeGreaterThan((AREA.width * AREA.height) / 250);
  });

  it('keeps the tiles of a namespace together, under its name', () => {
    const { tiles, names } = layOut(LEAVES, { levels: ['namespace'], area: AREA });
    expect(names.map(({ text }) => text)).toEqual(['b', 'a']);
    for (const { leaf: one, box } of tiles) {
      const place = names.find(({ text }) => text === one.namespace)?.box ?? AREA;
      expect(box.y).toBeGreaterThanOrEqual(place.y + 20);
      expect(box.x).toBeGreaterThanOrEqual(place.x);
      expect(box.x + box.width).toBeLessThanOrEqual(place.x + place.width);
      expect(box.y + box.height).toBeLessThanOrEqual(place.y + place.height);
    }
  });

  it('has tiles as large as what runs, within their namespace and cluster', () => {
    const leaves = [leaf('east/shop', 'api', 60), leaf('east/shop', 'web', 20), leaf('east/pay', 'bill', 20), leaf('box/', 'one', 90)];
    const { tiles, names } = layOut(leaves, { levels: ['cluster', 'namespace'], area: AREA });
    expect(names.map(({ text }) => text)).toEqual(['east', 'shop', 'pay', 'box']);
    const size = (name: string) => tiles.filter((tile) => tile.leaf.name === name).map(({ box }) => box.width * box.height)[0] ?? 0;
    expect(size('api') / size('web')).toBeCloseTo(3, 5);
    for (const { box } of tiles) {
      expect(box.x + box.width).toBeLessThanOrEqual(AREA.width + 1e-6);
      expect(box.y + box.height).toBeLessThanOrEqual(AREA.height + 1e-6);
    }
  });

  it('names a cluster in which next to nothing runs, on a wide window and on a phone', () => {
    const leaves = [leaf('prod/shop', 'api', 50_000), leaf('build-01/', 'preview', 1)];
    for (const area of [AREA, { ...AREA, width: 330, height: 506 }])
      expect(layOut(leaves, { levels: ['cluster', 'namespace'], area }).names.map(({ text }) => text)).toContain('build-01');
  });

  it('lays out 5,000 workloads of one namespace without a tile of no size', () => {
    const many = Array.from({ length: 5_000 }, (_, n) => leaf('big/all', `w${n}`, n === 0 ? 100_000 : 1));
    const { tiles } = layOut(many, { levels: ['cluster', 'namespace'], area: AREA });
    expect(tiles).toHaveLength(5_000);
    expect(tiles.every(({ box }) => box.width > 0 && box.height > 0)).toBe(true);
    expect(layOut([], { levels: ['cluster', 'namespace'], area: AREA })).toEqual({ tiles: [], names: [] });
  });

  it('has no tile and no name before there is any room', () => {
    const { tiles, names } = layOut(LEAVES, { levels: ['namespace'], area: { ...AREA, width: 0 } });
    expect(names).toEqual([]);
    expect(tiles.every(({ box }) => Number.isFinite(box.width) && Number.isFinite(box.height))).toBe(true);
  });
});
