import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vectorParts, vectorWeight } from './cvss-vector.ts';
import { ABSENT, formats, span } from './format.ts';
import { safeHref } from './safe-link.ts';

const NOW = Date.UTC(2026, 10, 21, 21, 0, 0);
const english = formats('en');
const korean = formats('ko');

describe('ages', () => {
  it('are told in the largest whole unit', () => {
    const at = (seconds: number) => english.age(NOW / 1000 - seconds, NOW);
    expect(at(0)).toBe('0 minutes');
    expect(at(3_599)).toBe('59 minutes');
    expect(at(3_600)).toBe('1 hour');
    expect(at(86_400 * 29)).toBe('29 days');
    expect(at(86_400 * 400)).toBe('1 year');
    expect(korean.age(NOW / 1000 - 86_400 * 5, NOW)).toBe('5일');
  });

  it('are never negative, whatever the clocks say', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e11, max: 1e11, noNaN: true }), (seconds) => {
        expect(span(seconds, NOW)[0]).toBeGreaterThanOrEqual(0);
      }),
      { seed: 7 },
    );
  });

  it('say nothing about a time that is missing or not a time', () => {
    for (const seconds of [undefined, Number.NaN, Number.POSITIVE_INFINITY, 1e15]) {
      expect(english.dateTime(seconds)).toBe(ABSENT);
      expect(english.ago(seconds, NOW)).toBe(ABSENT);
    }
  });
});

it('writes scores with one decimal and small probabilities finely', () => {
  expect(english.score(7)).toBe('7.0');
  expect(english.score(undefined)).toBe(ABSENT);
  expect(english.probability(0.00043)).toBe('0.04%');
  expect(english.probability(0.9442)).toBe('94%');
});

describe('links', () => {
  it('are only plain http and https', () => {
    expect(safeHref('https://nvd.nist.gov/vuln/detail/CVE-2023-4911')).toBe('https://nvd.nist.gov/vuln/detail/CVE-2023-4911');
    const refused = [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'java\nscript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
      '//host',
      '/x',
      '',
      undefined,
    ];
    for (const text of refused) expect(safeHref(text), String(text)).toBeUndefined();
    expect(safeHref('https://user:secret@host/')).toBeUndefined();
    expect(safeHref(`https://host/${'a'.repeat(5000)}`)).toBeUndefined();
  });
});

describe('CVSS vectors', () => {
  it('give their base metrics and leave out the rest', () => {
    const words = (vector: string) => vectorParts(vector).map(({ metric, value }) => `${metric}:${value}`);
    expect(words('CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:L/A:N/E:P/RL:O')).toEqual([
      'AV:N',
      'AC:L',
      'PR:N',
      'UI:R',
      'S:C',
      'C:H',
      'I:L',
      'A:N',
    ]);
    expect(words('AV:N/AC:M/Au:S/C:P/I:C/A:N')).toEqual(['AV:N', 'AC:M', 'Au:S', 'C:P', 'I:C', 'A:N']);
    expect(words('CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:N/VA:L/SC:N/SI:N/SA:N/S:P')).toHaveLength(11);
  });

  it('never fail on what is no vector', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const part of vectorParts(text)) expect([0, 1, 2]).toContain(vectorWeight(part));
      }),
      { seed: 7 },
    );
    expect(vectorParts('__proto__:N/constructor:L/AV:X')).toEqual([]);
  });

  it('weigh what helps an attacker', () => {
    expect(vectorWeight({ metric: 'AV', value: 'N' })).toBe(2);
    expect(vectorWeight({ metric: 'PR', value: 'H' })).toBe(0);
    expect(vectorWeight({ metric: 'C', value: 'L' })).toBe(1);
  });
});

it('writes sizes in the largest whole unit of a thousand', () => {
  expect(english.bytes(0)).toBe('0 byte');
  expect(english.bytes(2_400_000)).toBe('2.4 MB');
  expect(korean.bytes(1_234_000)).toBe('1.2MB');
});
