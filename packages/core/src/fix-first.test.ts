import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIX_AVAILABLE, type FixAvailable } from './finding.ts';
import { compareRanks, exploitationOf, type RankedFinding, rankOf, urgencyOf } from './fix-first.ts';
import { EXPOSURES } from './score.ts';
import { SEVERITIES } from './severity.ts';

const EXPLOITATIONS = ['NONE', 'LIKELY', 'PUBLIC', 'KNOWN'] as const;
/** From the least to the worst. */
const ORDERS = {
  exposure: ['CLUSTER_OR_NONE', 'PRIVATE_NETWORK', 'UNKNOWN', 'INTERNET'],
  exploitation: EXPLOITATIONS,
  severity: ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'],
  fix: ['NO', 'PARTIAL', 'YES'],
} as const;

const finding: fc.Arbitrary<RankedFinding> = fc.record({
  exposure: fc.constantFrom(...EXPOSURES),
  exploitation: fc.constantFrom(...EXPLOITATIONS),
  severity: fc.constantFrom(...SEVERITIES),
  fix: fc.constantFrom(...(Object.keys(FIX_AVAILABLE) as FixAvailable[])),
  running: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 10_000 })),
});
const action = fc.array(finding, { minLength: 1, maxLength: 8 });
const once = { seed: 4, numRuns: 2_000 };

describe('more never ranks lower', () => {
  const notLower = (before: readonly RankedFinding[], after: readonly RankedFinding[]): void => {
    expect(compareRanks(rankOf(after), rankOf(before))).toBeLessThanOrEqual(0);
  };

  test('running', () => {
    const grown = fc.record({ some: action, at: fc.nat(), more: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(grown, ({ some, at, more }) => {
        const n = at % some.length;
        notLower(
          some,
          some.map((one, i) => (i === n ? { ...one, running: one.running + more } : one)),
        );
      }),
      once,
    );
  });

  test.each(Object.keys(ORDERS) as (keyof typeof ORDERS)[])('%s', (fact) => {
    const order: readonly string[] = ORDERS[fact];
    const worse = fc.record({ some: action, at: fc.nat(), from: fc.nat(order.length - 1), by: fc.nat(order.length - 1) });
    fc.assert(
      fc.property(worse, ({ some, at, from, by }) => {
        const n = at % some.length;
        const [low, high] = [order[from], order[Math.min(from + by, order.length - 1)]];
        notLower(
          some.map((one, i) => (i === n ? { ...one, [fact]: low } : one)),
          some.map((one, i) => (i === n ? { ...one, [fact]: high } : one)),
        );
      }),
      once,
    );
  });

  test('another finding', () => {
    fc.assert(
      fc.property(action, finding, (some, one) => notLower(some, [...some, one])),
      once,
    );
  });
});

test('the order is total and does not depend on the order of findings', () => {
  fc.assert(
    fc.property(action, action, action, (a, b, c) => {
      const [x, y, z] = [rankOf(a), rankOf(b), rankOf(c)];
      expect(Math.sign(compareRanks(x, y))).toBe(0 - Math.sign(compareRanks(y, x)));
      if (compareRanks(x, y) <= 0 && compareRanks(y, z) <= 0) expect(compareRanks(x, z)).toBeLessThanOrEqual(0);
      expect(rankOf([...a].reverse())).toEqual(x);
    }),
    once,
  );
});

test('one exploited hole on the internet goes before a thousand small ones inside, and what runs before what does not', () => {
  const small: RankedFinding = { exposure: 'CLUSTER_OR_NONE', exploitation: 'NONE', severity: 'LOW', fix: 'YES', running: 3 };
  const hole: RankedFinding = { exposure: 'INTERNET', exploitation: 'KNOWN', severity: 'HIGH', fix: 'YES', running: 1 };
  expect(compareRanks(rankOf([hole]), rankOf(Array.from({ length: 1_000 }, () => small)))).toBeLessThan(0);
  expect(compareRanks(rankOf([small]), rankOf([{ ...hole, running: 0 }]))).toBeLessThan(0);
  expect(urgencyOf(hole)).toBe(4 * 8 * 4 * 2);
});

test.each([
  [{ weaponised: true, exploit: true, epss: 0.9 }, 'KNOWN'],
  [{ weaponised: false, exploit: true, epss: null }, 'PUBLIC'],
  [{ weaponised: false, exploit: false, epss: 0.1 }, 'LIKELY'],
  [{ weaponised: false, exploit: false, epss: 0.099 }, 'NONE'],
  [{ weaponised: false, exploit: false, epss: null }, 'NONE'],
] as const)('%o is %s', (issue, expected) => expect(exploitationOf(issue)).toBe(expected));
