import fc from 'fast-check';
import { expect, test } from 'vitest';
import { greedyCover } from './greedy-cover.ts';

const things = fc.uniqueArray(fc.nat(15), { maxLength: 8 });
const some = fc.array(things, { maxLength: 7 }).map((sets) => sets.map((set, choice) => ({ choice, things: set })));
const weightOf = (thing: number): number => 1 + (thing % 4);
const weigh = (set: Iterable<number>): number => [...set].reduce((sum, one) => sum + weightOf(one), 0);
const union = (sets: readonly (readonly number[])[]): Set<number> => new Set(sets.flat());

test('gains add up to what is covered, never grow, and together cover all', () => {
  fc.assert(
    fc.property(some, (choices) => {
      const chosen = greedyCover(choices, weightOf, 100);
      const sets = chosen.map((one) => choices[one.choice]!.things);
      expect(chosen.reduce((sum, one) => sum + one.gain, 0)).toBe(weigh(union(choices.map((one) => one.things))));
      expect(chosen.reduce((sum, one) => sum + one.newThings, 0)).toBe(union(sets).size);
      expect(chosen.map((one) => one.gain)).toEqual([...chosen.map((one) => one.gain)].sort((a, b) => b - a));
      expect(new Set(chosen.map((one) => one.choice)).size).toBe(chosen.length);
      expect(chosen.every((one) => one.gain > 0)).toBe(true);
    }),
    { seed: 5, numRuns: 1_000 },
  );
});

test('no choice of as many covers more than e/(e−1) times as much', () => {
  fc.assert(
    fc.property(some, fc.integer({ min: 1, max: 3 }), (choices, most) => {
      const greedy = greedyCover(choices, weightOf, most).reduce((sum, one) => sum + one.gain, 0);
      const subsets = Array.from({ length: 2 ** choices.length }, (_, bits) => choices.filter((one) => (bits >> one.choice) & 1));
      const best = Math.max(...subsets.filter((set) => set.length <= most).map((set) => weigh(union(set.map((one) => one.things)))));
      expect(greedy * (Math.E / (Math.E - 1))).toBeGreaterThanOrEqual(best - 1e-9);
    }),
    { seed: 6, numRuns: 300 },
  );
});
