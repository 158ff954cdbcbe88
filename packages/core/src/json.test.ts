import { expect, it } from 'vitest';
import { isObject } from './json.ts';

it('takes objects alone', () => {
  expect([{}, { a: 1 }, JSON.parse('{"__proto__":1}')].every(isObject)).toBe(true);
  expect([null, undefined, [], [{}], 'text', 1, true].some(isObject)).toBe(false);
});
