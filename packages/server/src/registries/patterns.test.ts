import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitsPattern, frequencyOf, isIncluded } from './patterns.ts';

it.each([
  ['**', 'a/b/c', true],
  ['*', 'a', true],
  ['*', 'a/b', false],
  ['team/*', 'team/app', true],
  ['team/*', 'team/app/more', false],
  ['team/**', 'team/app/more', true],
  ['team/**', 'team', false],
  ['**/app', 'a/b/app', true],
  ['team/app', 'team/app', true],
  ['team/app', 'team/application', false],
  ['te*/a*p', 'team/app', true],
  ['*/**', 'a/b/c', true],
  ['a.c', 'abc', false],
])('%s fits %s: %s', (pattern, repository, fits) => {
  expect(fitsPattern(pattern, repository)).toBe(fits);
});

it('is what a regular expression of the same meaning says, and cannot be made to take long', () => {
  const text = fc.stringMatching(/^[ab/]{0,12}$/);
  const pattern = fc.stringMatching(/^[ab/*]{0,8}$/);
  const meaning = (one: string): RegExp => new RegExp(`^${one.replace(/\*+/g, (stars) => (stars.length > 1 ? '.*' : '[^/]*'))}$`);
  fc.assert(
    fc.property(pattern, text, (one, name) => fitsPattern(one, name) === meaning(one).test(name)),
    { seed: 11, numRuns: 3000 },
  );
  expect(fitsPattern(`${'*a'.repeat(100)}b`, 'a'.repeat(255))).toBe(false);
});

it('the first rule that fits says how often; without one it is always', () => {
  const rules = [
    { pattern: 'archive/keep', frequency: 'SCAN_ON_PUSH' },
    { pattern: 'archive/**', frequency: 'MANUAL' },
  ] as const;
  expect(['archive/keep', 'archive/x/y', 'team/app'].map((one) => frequencyOf(rules, one))).toEqual([
    'SCAN_ON_PUSH',
    'MANUAL',
    'CONTINUOUS_SCAN',
  ]);
  expect(isIncluded(['team/*', 'x'], 'x')).toBe(true);
});
