import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRateLimit } from './rate-limit.ts';

test('a caller gets its burst, then waits; others do not', () => {
  let now = 0;
  const limit = createRateLimit(2, () => now);
  for (let n = 0; n < 10; n++) expect(limit('a')).toBeUndefined();
  expect(limit('a')).toBe(1);
  expect(limit('b')).toBeUndefined();
  now += 500;
  expect(limit('a')).toBeUndefined();
  expect(limit('a')).toBe(1);
});

test('0 is no limit', () => {
  const limit = createRateLimit(0, () => 0);
  for (let n = 0; n < 1000; n++) expect(limit('a')).toBeUndefined();
});

test('over any stretch nobody gets more than the burst and the rate', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 300 }), (pauses) => {
      let now = 0;
      const limit = createRateLimit(3, () => now);
      let admitted = 0;
      for (const pause of pauses) {
        now += pause;
        if (limit('a') === undefined) admitted++;
      }
      expect(admitted).toBeLessThanOrEqual(15 + (now / 1000) * 3);
    }),
    { seed: 7 },
  );
});
