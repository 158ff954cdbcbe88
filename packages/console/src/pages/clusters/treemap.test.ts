import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { treemap } from './treemap.ts';

const AREA = { x: 0, y: 0, width: 160, height: 90 };

describe('a treemap', () => {
  it('fills the area in proportion, inside of it and without overlap', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(sizes, (given) => {
        const sorted = given.toSorted((a, b) => b - a);
        const total = sorted.reduce((sum, size) => sum + size, 0);
        const boxes = treemap(sorted, AREA);
        expect(boxes).toHaveLength(sorted.length);
        for (const [at, box] of boxes.entries()) {
          expect(box.width * box.height).toBeCloseTo(((sorted[at] ?? 0) / total) * AREA.width * AREA.height, 5);
          expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(-1e-9);
          expect(box.x + box.width).toBeLessThanOrEqual(AREA.width + 1e-6);
          expect(box.y + box.height).toBeLessThanOrEqual(AREA.height + 1e-6);
          for (const other of boxes.slice(at + 1)) {
            const apart =
              Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x) < 1e-6 ||
              Math.min(box.y + box.height, other.y + other.height) - Math.max(box.y, other.y) < 1e-6;
            expect(apart).toBe(true);
          }
        }
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('makes boxes of one size near to squares', () => {
    const boxes = treemap(new Array<number>(12).fill(5), AREA);
    for (const { width, height } of boxes) expect(Math.max(width / height, height / width)).toBeLessThan(2);
  });

  it('draws nothing of nothing', () => {
    expect(treemap([], AREA)).toEqual([]);
    expect(treemap([0, 0], AREA).every(({ width, height }) => width * height === 0)).toBe(true);
  });
});
