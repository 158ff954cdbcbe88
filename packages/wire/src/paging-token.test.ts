import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiError } from './errors.ts';
import { canonicalJson, createPagingTokens } from './paging-token.ts';

const tokens = createPagingTokens(Buffer.alloc(32, 1));
const BINDING = {
  account: '123456789012',
  operation: 'inspector2:ListFindings',
  query: { filterCriteria: { severity: [{ comparison: 'EQUALS', value: 'HIGH' }] }, since: new Date(5) },
};

function isRefused(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    return error instanceof ApiError && error.code === 'ValidationException' && error.message.startsWith('nextToken');
  }
}

describe('a paging token', () => {
  test('gives its state back for the same query, whatever the order of its members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (state) => {
        const token = tokens.seal(BINDING, state);
        expect(token).toMatch(/^[\w-]+$/);
        const { account, operation, query } = BINDING;
        const turned = { query: { since: query.since, filterCriteria: query.filterCriteria }, operation, account };
        expect(tokens.open(turned, token)).toEqual(JSON.parse(JSON.stringify(state)));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test('is good for its caller, operation, query and key only', () => {
    const token = tokens.seal(BINDING, [1]);
    expect(isRefused(() => tokens.open({ ...BINDING, account: '999999999999' }, token))).toBe(true);
    expect(isRefused(() => tokens.open({ ...BINDING, operation: 'inspector2:ListCoverage' }, token))).toBe(true);
    expect(isRefused(() => tokens.open({ ...BINDING, query: {} }, token))).toBe(true);
    expect(isRefused(() => tokens.open({ ...BINDING, query: { ...BINDING.query, since: new Date(6) } }, token))).toBe(true);
    expect(isRefused(() => createPagingTokens(Buffer.alloc(32, 2)).open(BINDING, token))).toBe(true);
  });

  test('changed in any byte, cut, or made up is refused', () => {
    const bytes = Buffer.from(tokens.seal(BINDING, { id: 7 }), 'base64url');
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i]! ^= 1;
      expect(isRefused(() => tokens.open(BINDING, changed.toString('base64url')))).toBe(true);
      expect(isRefused(() => tokens.open(BINDING, bytes.subarray(0, i).toString('base64url')))).toBe(true);
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => isRefused(() => tokens.open(BINDING, text))),
      { seed: 2 },
    );
    expect(isRefused(() => tokens.open(BINDING, 'A'.repeat(1_000_000)))).toBe(true);
  });
});

test('different values never share a canonical form', () => {
  const values = [
    null,
    0,
    '',
    '0',
    [],
    {},
    [null],
    [[]],
    { a: 1 },
    { a: '1' },
    { a: [1] },
    { a: 1, b: 2 },
    new Date(0),
    Number.NaN,
    'NaN',
    Number.POSITIVE_INFINITY,
    [1, 2],
    ['1,2'],
    { 'a":1,"b': 2 },
  ];
  expect(new Set(values.map(canonicalJson)).size).toBe(values.length);
  expect(canonicalJson({ b: 1, a: undefined })).toBe('{"b":1}');
});
