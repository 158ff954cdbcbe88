import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogers } from './catalogers.ts';
import { compileMatcher } from './matcher.ts';
import { isExecutable, selectsPath } from './selection.ts';

describe('selection', () => {
  it('is the same path by path and compiled for all catalogers at once', () => {
    const words = catalogers.flatMap(({ wants }) => [
      ...(wants.basenames ?? []),
      ...(wants.suffixes ?? []),
      ...(wants.folders ?? []),
      ...(wants.within ?? []).flatMap(({ folder, suffix }) => [folder, suffix]),
    ]);
    const part = fc.oneof(fc.constantFrom(...words), fc.constantFrom('a', 'usr', 'x.list', '/', '.txt', 'node_modules'));
    const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) =>
      parts
        .join('')
        .replace(/\/+/g, '/')
        .replace(/^\/|\/$/g, ''),
    );
    const matcher = compileMatcher(catalogers);
    fc.assert(
      fc.property(path, (text) => {
        const expected = catalogers.flatMap(({ wants }, index) => (selectsPath(wants, text) ? [index] : []));
        expect([...matcher.match(text)].sort((a, b) => a - b)).toEqual(expected);
      }),
      { seed: 7, numRuns: 3000 },
    );
  });
  it.each([
    ['7f454c4602010100', true],
    ['cffaedfe07000001', true],
    ['cafebabe00000002', true],
    ['cafebabe00000034', false],
    ['4d5a900003000000', true],
    ['2321', false],
    ['', false],
  ])('takes %s for an executable: %s', (hex, answer) => {
    expect(isExecutable(Buffer.from(hex, 'hex'))).toBe(answer);
  });
});
