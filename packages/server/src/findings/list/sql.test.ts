import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterPrefix } from './sql.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
const word = fc.string({ unit: 'binary', minLength: 1, maxLength: 6 });

test('the range of a prefix holds exactly the strings that begin with it, in byte order', () => {
  fc.assert(
    fc.property(word, fc.string({ unit: 'binary', maxLength: 4 }), word, (prefix, rest, other) => {
      const upper = afterPrefix(prefix);
      const inRange = (s: string): boolean =>
        Buffer.compare(bytes(s), bytes(prefix)) >= 0 && (upper === undefined || Buffer.compare(bytes(s), bytes(upper)) < 0);
      return inRange(prefix + rest) && inRange(other) === other.startsWith(prefix);
    }),
    { seed: 7, numRuns: 2000 },
  );
});

test('the last code point has nothing after it', () => {
  expect(afterPrefix('\u{10ffff}')).toBeUndefined();
  expect(afterPrefix('a\u{10ffff}')).toBe('b');
  expect(afterPrefix('\ud7ff')).toBe('\ue000');
});
