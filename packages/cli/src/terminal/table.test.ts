import fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayWidth, table } from './table.ts';
import type { Place } from './terminal.ts';

const terminal = (width: number | undefined): Place => ({ width, colors: false, write() {} });

test('no line is wider than the terminal, whatever stands in the cells', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', '漢', '🙂', ' '), maxLength: 90 });
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { maxLength: 6 }),
      fc.integer({ min: 60, max: 160 }),
      (rows, width) => {
        const lines = table(
          terminal(width),
          ['ONE', 'TWO', 'THREE', 'FOUR'],
          rows.map((row) => row.map((text) => ({ text }))),
        );
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      },
    ),
    { seed: 11, numRuns: 200 },
  );
});

test('away from a terminal nothing is cut', () => {
  const long = 'x'.repeat(500);
  expect(table(terminal(undefined), ['A', 'B'], [[{ text: long }, { text: long }]])[1]).toBe(`${long}  ${long}`);
});
