import { expect, test } from 'vitest';
import { instant, labelsOf, text } from './values.ts';

test('a name that the service would refuse is told without what makes it so', () => {
  // ReportedText of the service: nothing of Unicode's category C.
  const hostile = 'a\0b\u00adc\u200bd\ud800e\u202ef\ufffff😀';
  expect(text(hostile)).toBe('a b c d e f f😀');
  expect(text(`${'x'.repeat(999)}😀`)).toBe(`${'x'.repeat(999)} `);
  expect(text('nginx:1.27')).toBe('nginx:1.27');
  expect(text(7)).toBe('');
});

test('members of the wrong type are none', () => {
  expect(labelsOf({ a: 'b', c: 1, d: null })).toEqual({ a: 'b' });
  expect([instant('0001-01-01T00:00:00Z'), instant('x'), instant('2026-01-01T00:00:00Z')]).toEqual([
    undefined,
    undefined,
    Date.parse('2026-01-01T00:00:00Z'),
  ]);
});
