import { describe, expect, it } from 'vitest';
import { layOut } from './map-layout.ts';
import type { WorkloadRow } from './workloads-table.tsx';

const AREA = { x: 0, y: 0, width: 900, height: 400 };
function row(namespace: string, name: string, running: number): WorkloadRow {
  const counts = { all: 0, critical: 0, high: 0, medium: 0 };
  const facts = { running, stopped: 0, reach: 'UNKNOWN', counts, worst: 'NONE', unresolved: false, newer: false, lastSeenAt: 1 } as const;
  return { namespace, type: 'Deployment', name, images: [], facts };
}
const ROWS = [row('a', 'small', 1), row('b', 'large', 5_000), row('a', 'middle', 300), row('b', 'stopped', 0)];

describe('the drawing of workloads', () => {
  it('is read from the largest on, and leaves out what does not run', () => {
    expect(layOut(ROWS, { grouped: false, area: AREA }).tiles.map(({ key }) => key)).toEqual([
      'b/Deployment/large',
      'a/Deployment/middle',
      'a/Deployment/small',
    ]);
  });

  it('keeps a workload of one pod among thousands in sight', () => {
    const box = layOut(ROWS, { grouped: false, area: AREA }).tiles.at(-1)?.box;
    expect((box?.width ?? 0) * (box?.height ?? 0)).toBeGreaterThan((AREA.width * AREA.height) / 250);
  });

  it('keeps the tiles of a namespace together, under its name', () => {
    const { tiles, groups } = layOut(ROWS, { grouped: true, area: AREA });
    expect(groups.map(({ name }) => name)).toEqual(['b', 'a']);
    for (const { row: one, box } of tiles) {
      const place = groups.find(({ name }) => name === one.namespace)?.box ?? AREA;
      expect(box.y).toBeGreaterThanOrEqual(place.y + 20);
      expect(box.x).toBeGreaterThanOrEqual(place.x);
      expect(box.x + box.width).toBeLessThanOrEqual(place.x + place.width);
      expect(box.y + box.height).toBeLessThanOrEqual(place.y + place.height);
    }
  });

  it('has no tile and no name before there is any room', () => {
    const { tiles, groups } = layOut(ROWS, { grouped: true, area: { ...AREA, width: 0 } });
    expect(groups).toEqual([]);
    expect(tiles.every(({ box }) => Number.isFinite(box.width) && Number.isFinite(box.height))).toBe(true);
  });
});
