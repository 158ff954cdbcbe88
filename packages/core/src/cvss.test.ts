import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCvss } from './cvss.ts';

const archive = join(process.env['ASSAY_TEST_DATA'] ?? join(import.meta.dirname, '../../../../shared/data'), 'cvss-cpe-vectors.tar.gz');

function lines(name: string): string[] {
  const text = execFileSync('tar', ['xzOf', archive, `cvss-cpe-vectors/claircore-toolkit/types/cvss/testdata/${name}`]).toString();
  return text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

describe.skipIf(!existsSync(archive))('published vectors (skipped where the test data is absent)', () => {
  test.each([['v2_score.list'], ['v30_score.list'], ['v31_score.list'], ['v4_score.list']])('%s', (name) => {
    const rows = lines(name).map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.map(([vector = '']) => [vector, parseCvss(vector)?.score])).toEqual(rows.map(([vector, score]) => [vector, Number(score)]));
  });

  test.each([['v2_error.list'], ['v3_error.list'], ['v4_error.list']])('%s', (name) => {
    // Each list is about one version of the parser: a vector of another version there is an error by its version, not malformed.
    const version = name.slice(1, 2);
    const rows = lines(name).map((line) => ({ vector: line.replace('#OK', '').trim(), ok: line.includes('#OK') }));
    const accepted = (vector: string) => parseCvss(vector)?.version.startsWith(version) ?? false;
    expect(rows.map(({ vector }) => [vector, accepted(vector)])).toEqual(rows.map(({ vector, ok }) => [vector, ok]));
  });

  test.each([['v2_roundtrip.list'], ['v3_roundtrip.list'], ['v4_roundtrip.list']])('%s', (name) => {
    for (const line of lines(name)) {
      const vector = line.replace(/#.*/, '').trim();
      const parsed = parseCvss(vector);
      const body = [...(parsed?.metrics ?? [])].map(([metric, value]) => `${metric}:${value}`).join('/');
      expect(vector.endsWith(body) && parsed?.vector === vector, vector).toBe(true);
    }
  });
});

test('version 2 in parentheses is read; anything else in parentheses is not', () => {
  expect(parseCvss('(AV:N/AC:L/Au:N/C:N/I:N/A:C)')).toMatchObject({ version: '2.0', baseScore: 7.8, vector: 'AV:N/AC:L/Au:N/C:N/I:N/A:C' });
  expect(parseCvss('(CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H)')).toBeUndefined();
});

test('halves are rounded up as decimals, not as binary fractions', () => {
  const vector = 'AV:N/AC:M/Au:N/C:P/I:N/A:C/E:ND/RL:TF/RC:ND/CDP:MH/TD:M/CR:ND/IR:ND/AR:ND';
  expect(parseCvss(vector)).toMatchObject({ baseScore: 7.8, score: 6.2 });
});

test('without environmental metrics the environmental formula of 3.1 has no say', () => {
  expect(parseCvss('CVSS:3.1/AV:L/AC:L/PR:L/UI:R/S:C/C:H/I:N/A:H')).toMatchObject({ baseScore: 7.9, score: 7.9 });
});

test('base score beside the refined one', () => {
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:U';
  expect(parseCvss(vector)).toMatchObject({ baseScore: 9.8, score: 7.8 });
  const v4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
  expect(parseCvss(`${v4}/E:U`)?.baseScore).toBe(parseCvss(v4)?.score);
});

describe('properties', () => {
  const pick = (values: string) => fc.constantFrom(...values);
  const v4 = fc
    .tuple(pick('NALP'), pick('LH'), pick('NP'), pick('NLH'), pick('NPA'), ...Array.from({ length: 6 }, () => pick('HLN')), pick('XAPU'))
    .map(([av, ac, at, pr, ui, vc, vi, va, sc, si, sa, e]) => ({
      metrics: { AV: av, AC: ac, AT: at, PR: pr, UI: ui, VC: vc, VI: vi, VA: va, SC: sc, SI: si, SA: sa, E: e },
    }));
  const text = (metrics: Record<string, string | undefined>) =>
    `CVSS:4.0/${Object.entries(metrics)
      .map(([name, value]) => `${name}:${value}`)
      .join('/')}`;

  test('version 4: within 0 to 10, and more impact never lowers the score', () => {
    fc.assert(
      fc.property(v4, fc.constantFrom('VC', 'VI', 'VA', 'SC', 'SI', 'SA'), ({ metrics }, raised) => {
        const own = parseCvss(text(metrics))?.score as number;
        const worse = parseCvss(text({ ...metrics, [raised]: 'H' }))?.score as number;
        expect(own).toBeGreaterThanOrEqual(0);
        expect(worse).toBeLessThanOrEqual(10);
        expect(worse).toBeGreaterThanOrEqual(own);
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  test('hostile text is refused', () => {
    for (const vector of [
      '',
      '/',
      'CVSS:3.1/',
      'CVSS:4.0/'.repeat(1000),
      `CVSS:3.1/${'AV:N/'.repeat(100_000)}`,
      '('.repeat(100_000),
      'CVSS:3.1/__proto__:N',
    ]) {
      expect(parseCvss(vector)).toBeUndefined();
    }
  });
});
