import fc from 'fast-check';
import { expect, it } from 'vitest';
import { axisEnd } from './chart-scale.ts';

it('ends the axis at a round number that holds every value and wastes little', () => {
  expect([0, 1, 3, 7, 10, 11, 480, 1001].map(axisEnd)).toEqual([1, 1, 5, 10, 10, 20, 500, 2000]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), (value) => {
      expect(axisEnd(value)).toBeGreaterThanOrEqual(value);
      expect(axisEnd(value)).toBeLessThanOrEqual(Math.max(1, value * 2.5));
    }),
    { seed: 11 },
  );
});
