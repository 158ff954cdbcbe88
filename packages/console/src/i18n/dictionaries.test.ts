import { describe, expect, it } from 'vitest';
import { BASE_METRICS, type BaseMetric } from '../format/cvss-vector.ts';
import { metricKey, metricValueKey } from './cvss-keys.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';
import { preferredLanguage } from './language.ts';
import { translator } from './translate.ts';

describe('dictionaries', () => {
  it('hold the same keys', () => {
    expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort());
  });

  it('hold the same parameters in every message, and no empty one', () => {
    const parametersOf = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
    for (const [key, text] of Object.entries(en)) {
      const other = ko[key as keyof typeof en];
      expect(other.trim(), key).not.toBe('');
      expect(parametersOf(other), key).toEqual(parametersOf(text));
      expect(text.split('|').length, key).toBeLessThanOrEqual(2);
    }
  });

  it('are written in their own language', () => {
    const korean = Object.values(ko).filter((text) => /[가-힣]/.test(text)).length;
    expect(korean / Object.keys(ko).length).toBeGreaterThan(0.95);
    expect(Object.values(en).filter((text) => /[가-힣]/.test(text))).toEqual([]);
  });

  it('have a word for every base metric and value of CVSS', () => {
    for (const [metric, values] of Object.entries(BASE_METRICS)) {
      expect(en, metric).toHaveProperty([metricKey(metric as BaseMetric)]);
      for (const value of values) expect(en, `${metric}:${value}`).toHaveProperty([metricValueKey(metric as BaseMetric, value)]);
    }
  });
});

describe('translate', () => {
  const english = translator(en, 'en');
  const korean = translator(ko, 'ko');

  it('chooses one or other by the count and writes the number as the language does', () => {
    expect(english('findings.count', { count: 1 })).toBe('1 finding');
    expect(english('findings.count', { count: 1234 })).toBe('1,234 findings');
    expect(korean('findings.count', { count: 1234 })).toBe('1,234건');
  });

  it('inserts what it is given as text, also where it looks like a parameter or a replacement pattern', () => {
    expect(english('findings.useFilter', { text: '{text} $& <b>' })).toBe('Use: "{text} $& <b>"');
  });
});

it('takes the first language of the browser that it speaks', () => {
  expect(preferredLanguage(['fr-FR', 'ko-KR', 'en'])).toBe('ko');
  expect(preferredLanguage(['en-GB', 'ko'])).toBe('en');
  expect(preferredLanguage(['de'])).toBe('en');
});
