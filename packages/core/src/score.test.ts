import { describe, expect, test } from 'vitest';
import type { Enrichment, OsvSeverity } from './advisory.ts';
import { chooseSeverity, type SeverityFacts } from './score.ts';
import { severityWordOf } from './severity.ts';

const V2 = '(AV:N/AC:L/Au:N/C:C/I:C/A:C)';
const V30 = 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N';
const V31 = 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N';
const V40 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
const cvss = (...scores: string[]): OsvSeverity[] => scores.map((score) => ({ type: 'CVSS', score }));
const record = (...severities: OsvSeverity[]): Enrichment => ({ id: 'CVE-2024-1111', cve: { severities } });

function choose(facts: Partial<SeverityFacts>, enrichment?: Enrichment) {
  return chooseSeverity({ namespace: 'npm', feed: 'ghsa', ...facts }, enrichment);
}

describe('distributions', () => {
  const debian = { namespace: 'debian:12', feed: 'debian' };

  test("their word decides, the number is the CVE record's", () => {
    expect(choose({ ...debian, severity: 'low', cvss: cvss(V30) }, record({ type: 'CVSS_V3', score: V31, source: 'NVD' }))).toEqual({
      severity: 'LOW',
      score: 6.4,
      vector: V31,
      cvssVersion: '3.1',
      scoreSource: 'NVD',
      source: 'debian',
      reason: 'debian rates it low.',
    });
  });

  test("without a word the CVE record decides, then the advisory's own vector", () => {
    expect(choose(debian, record(...cvss(V31)))).toMatchObject({ severity: 'MEDIUM', score: 6.4, source: 'CVE' });
    expect(choose({ ...debian, cvss: cvss(V30) })).toMatchObject({ severity: 'HIGH', score: 7.5, source: 'debian' });
  });

  test('a word without any number has no score', () => {
    expect(choose({ ...debian, severity: 'high' })).toMatchObject({ severity: 'HIGH', score: null });
    expect(choose({ ...debian, severity: 'none' })).toMatchObject({ severity: 'INFORMATIONAL', score: null });
  });
});

describe('languages', () => {
  test('the advisory before the CVE record, a vector before a word', () => {
    expect(choose({ cvss: cvss(V31), severity: 'critical' }, record(...cvss(V30)))).toMatchObject({
      severity: 'MEDIUM',
      score: 6.4,
      source: 'ghsa',
    });
    expect(choose({}, record(...cvss(V30)))).toMatchObject({ severity: 'HIGH', score: 7.5, source: 'CVE' });
    expect(choose({ severity: 'critical' })).toMatchObject({ severity: 'CRITICAL', score: null });
  });

  test('malicious is critical without any vector', () => {
    expect(choose({ malicious: true })).toMatchObject({ severity: 'CRITICAL', score: null });
  });
});

test('nothing known is untriaged, not zero', () => {
  expect(choose({})).toMatchObject({ severity: 'UNTRIAGED', score: null });
  expect(choose({ cvss: cvss('not a vector', '7.5') })).toMatchObject({ severity: 'UNTRIAGED', score: null });
});

test('3.1, then 4.0, 3.0, 2.0, whatever their order', () => {
  const order = [V31, V40, V30, V2];
  for (let i = 0; i < order.length; i++) {
    const left = order.slice(i);
    const expected = left[0]?.replace(/[()]/g, '');
    expect(choose({ cvss: cvss(...left) }).vector).toBe(expected);
    expect(choose({ cvss: cvss(...left.reverse()) }).vector).toBe(expected);
  }
});

test('NVD, then the assigner, then CISA; version 2 knows no critical', () => {
  const by = (source: string, score: string) => ({ type: 'CVSS_V3', score, source });
  const three = [by('CISA ADP', V31.replace('C:L', 'C:H')), by('redhat', V31.replace('PR:L', 'PR:H')), by('NVD', V31)];
  expect(choose({}, record(...three)).scoreSource).toBe('NVD');
  expect(choose({}, record(...three.slice(0, 2))).scoreSource).toBe('redhat');
  expect(choose({ cvss: cvss(V2) })).toMatchObject({ severity: 'HIGH', score: 10, cvssVersion: '2.0' });
});

test('words of vendors', () => {
  expect(['Important', 'MODERATE', 'negligible', 'high**', 'not yet assigned', '__proto__', ''].map(severityWordOf)).toEqual([
    'high',
    'medium',
    'none',
    'high',
    undefined,
    undefined,
    undefined,
  ]);
});
