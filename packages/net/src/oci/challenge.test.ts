import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseChallenges } from './challenge.ts';

it('reads several challenges of one field', () => {
  const found = parseChallenges(
    'Negotiate, Basic realm="a, \\"b\\"", Bearer realm="https://t/x?a=b,c",service=reg,scope="repository:a:pull,push"',
  );
  expect(found.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])).toEqual([
    ['negotiate', {}],
    ['basic', { realm: 'a, "b"' }],
    ['bearer', { realm: 'https://t/x?a=b,c', service: 'reg', scope: 'repository:a:pull,push' }],
  ]);
});

it('ends on anything', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '"', '\\', '=', ',', ' ', 'Bearer ', '\0', 'ö') }), (text) => {
      expect(Array.isArray(parseChallenges(text))).toBe(true);
    }),
    { seed: 1, numRuns: 2000 },
  );
});
