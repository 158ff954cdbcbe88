import { expect, test } from 'vitest';
import { criteriaFromWire } from './criteria.ts';

test('dates become milliseconds, scores stay within what is stored, the rest is left alone', () => {
  const title = [{ comparison: 'EQUALS' as const, value: 'x' }];
  const criteria = criteriaFromWire({
    title,
    updatedAt: [{ startInclusive: new Date(5) }],
    inspectorScore: [{ lowerInclusive: -1e308, upperInclusive: 1e308 }, { lowerInclusive: 7.1 }],
    epssScore: [{ lowerInclusive: 1e-300 }],
  });
  expect(criteria).toEqual({
    title,
    updatedAt: [{ startInclusive: 5 }],
    inspectorScore: [{ lowerInclusive: -3.4e38, upperInclusive: 3.4e38 }, { lowerInclusive: 7.1 }],
    epssScore: [{ lowerInclusive: 0 }],
  });
  expect(criteriaFromWire(undefined)).toEqual({});
});
