import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stretch } from './use-stretch.ts';

it('lies within the span, in order, and is never too small to be seen', () => {
  const time = fc.integer({ min: 0, max: 10_000_000 });
  fc.assert(
    fc.property(time, time, time, time, (a, b, c, d) => {
      const [firstAt, lastAt, begin, end] = [Math.min(a, b), Math.max(a, b), Math.min(c, d), Math.max(c, d)];
      const bar = stretch({ firstAt, lastAt }, { begin, end });
      expect(bar.start).toBeGreaterThanOrEqual(0);
      expect(bar.end).toBeLessThanOrEqual(1);
      expect(bar.end - bar.start).toBeGreaterThan(0.0079);
    }),
    { seed: 7 },
  );
  expect(stretch({ firstAt: 3_600, lastAt: 7_200 }, { begin: 0, end: 36_000 })).toEqual({ start: 0.1, end: 0.3 });
});
