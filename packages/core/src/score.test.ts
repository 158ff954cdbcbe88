import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Enrichment, OsvSeverity } from './advisory.ts';
import { parseCvss } from './cvss.ts';
import { basisOf, EXPOSURES, isWeaponised, MALICIOUS_VECTOR, type Score, type ScoreBasis, type SeverityFacts, scoreOf } from './score.ts';
import { severityOfScore, severityWordOf } from './severity.ts';

const V2 = '(AV:N/AC:L/Au:N/C:C/I:C/A:C)';
const V30 = 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N';
const V31 = 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N';
const V40 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
const cvss = (...scores: string[]): OsvSeverity[] => scores.map((score) => ({ type: 'CVSS', score }));
const record = (...severities: OsvSeverity[]): Enrichment => ({ id: 'CVE-2024-1111', cve: { severities } });

const nothingKnown = { exposure: 'UNKNOWN', weaponised: false } as const;
function choose(facts: Partial<SeverityFacts>, enrichment?: Enrichment): Score {
  return scoreOf(basisOf({ feed: 'ghsa', ...facts }, enrichment), nothingKnown);
}

describe('what a score starts from', () => {
  test('whoever answers for the package, then the CVE record; a vector before a word', () => {
    expect(choose({ feed: 'debian', severity: 'low', cvss: cvss(V30) }, record({ type: 'CVSS_V3', score: V31, source: 'NVD' }))).toEqual({
      severity: 'HIGH',
      score: 7.5,
      vector: V30,
      cvssVersion: '3.0',
      scoreSource: 'debian',
      adjustments: [],
      source: 'debian',
      reason: 'CVSS 3.0 base score 7.5 by debian.',
    });
    expect(choose({ feed: 'debian', severity: 'low' }, record(...cvss(V31)))).toMatchObject({
      severity: 'MEDIUM',
      score: 6.4,
      source: 'CVE',
    });
  });

  test('a word without any vector has a severity and no number; nothing known is untriaged, not zero', () => {
    expect(choose({ severity: 'high' })).toMatchObject({ severity: 'HIGH', score: null });
    expect(choose({ severity: 'none' })).toMatchObject({ severity: 'INFORMATIONAL', score: null });
    expect(choose({})).toMatchObject({ severity: 'UNTRIAGED', score: null });
    expect(choose({ cvss: cvss('not a vector', '7.5') })).toMatchObject({ severity: 'UNTRIAGED', score: null });
  });

  test('malicious code is critical wherever it stands', () => {
    for (const exposure of EXPOSURES) {
      const score = scoreOf(basisOf({ feed: 'ossf', malicious: true, severity: 'low' }), { exposure, weaponised: false });
      expect(score).toMatchObject({ severity: 'CRITICAL', score: 9.8, vector: MALICIOUS_VECTOR });
      expect(score.adjustments).toEqual([{ metric: 'ALL', reason: 'ossf reports the package itself as malicious.' }]);
    }
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

  test('NVD, then the assigner, then CISA', () => {
    const by = (source: string, score: string) => ({ type: 'CVSS_V3', score, source });
    const three = [by('CISA ADP', V31.replace('C:L', 'C:H')), by('redhat', V31.replace('PR:L', 'PR:H')), by('NVD', V31)];
    expect(choose({}, record(...three)).scoreSource).toBe('NVD');
    expect(choose({}, record(...three.slice(0, 2))).scoreSource).toBe('redhat');
  });
});

describe('the formula', () => {
  const hard: ScoreBasis = { source: 'NVD', vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H' };

  test('exposure changes AV, a working exploit changes AC, each with its reason', () => {
    expect(scoreOf(hard, nothingKnown)).toMatchObject({ score: 8.1, adjustments: [] });
    expect(scoreOf(hard, { exposure: 'INTERNET', weaponised: true })).toMatchObject({
      score: 9.8,
      severity: 'CRITICAL',
      vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
      adjustments: [{ metric: 'AC', reason: expect.stringContaining('exploit') }],
      reason: 'CVSS 3.1 base score 8.1 by NVD, adjusted to 9.8.',
    });
    expect(scoreOf(hard, { exposure: 'PRIVATE_NETWORK', weaponised: false })).toMatchObject({
      score: 7.5,
      vector: 'CVSS:3.1/AV:A/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H',
      adjustments: [{ metric: 'AV', reason: expect.stringContaining('private network') }],
    });
    expect(scoreOf(hard, { exposure: 'CLUSTER_OR_NONE', weaponised: true })).toMatchObject({
      score: 8.4,
      adjustments: [{ metric: 'AV' }, { metric: 'AC' }],
    });
  });

  test('what needs a local attacker anyway stays as it is, in every version; modified metrics are not taken for base ones', () => {
    const local = { source: 'NVD', vector: 'CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MAV:N' };
    expect(scoreOf(local, { exposure: 'CLUSTER_OR_NONE', weaponised: true })).toMatchObject({ vector: local.vector, adjustments: [] });
    expect(scoreOf({ source: 'NVD', vector: V40 }, { exposure: 'CLUSTER_OR_NONE', weaponised: false }).vector).toContain('/AV:L/');
    expect(scoreOf({ source: 'NVD', vector: 'AV:N/AC:M/Au:N/C:P/I:P/A:P' }, { exposure: 'PRIVATE_NETWORK', weaponised: true }).vector).toBe(
      'AV:A/AC:L/Au:N/C:P/I:P/A:P',
    );
  });

  test('a working exploit: KEV, attacks seen by CISA, or a framework module; a proof of concept alone is none', () => {
    const ssvc = (exploitation: string) => ({
      id: 'CVE-2024-1',
      cve: { ssvc: { exploitation, automatable: 'no', technicalImpact: 'total' } },
    });
    expect([undefined, ssvc('poc'), ssvc('none'), { id: 'CVE-2024-1', exploitDb: { ids: [1] } }].map(isWeaponised)).toEqual(
      Array(4).fill(false),
    );
    const kev = { dateAdded: '2024-01-01', dateDue: '2024-01-22', action: '', ransomware: false, name: '' };
    expect([ssvc('active'), { id: 'CVE-2024-1', kev }, { id: 'CVE-2024-1', metasploit: { modules: ['a'] } }].map(isWeaponised)).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe('for any vector', () => {
  const of = (values: string) => fc.constantFrom(...values);
  const three = fc
    .tuple(of('01'), of('NALP'), of('LH'), of('NLH'), of('NR'), of('UC'), of('HLN'), of('HLN'), of('HLN'))
    .map(([minor, av, ac, pr, ui, s, c, i, a]) => `CVSS:3.${minor}/AV:${av}/AC:${ac}/PR:${pr}/UI:${ui}/S:${s}/C:${c}/I:${i}/A:${a}`);
  const two = fc
    .tuple(of('LAN'), of('HML'), of('MSN'), of('NPC'), of('NPC'), of('NPC'))
    .map(([av, ac, au, c, i, a]) => `AV:${av}/AC:${ac}/Au:${au}/C:${c}/I:${i}/A:${a}`);
  const four = fc
    .tuple(of('NALP'), of('LH'), of('NP'), of('NLH'), of('NPA'), fc.array(of('HLN'), { minLength: 6, maxLength: 6 }))
    .map(
      ([av, ac, at, pr, ui, i]) =>
        `CVSS:4.0/AV:${av}/AC:${ac}/AT:${at}/PR:${pr}/UI:${ui}/VC:${i[0]}/VI:${i[1]}/VA:${i[2]}/SC:${i[3]}/SI:${i[4]}/SA:${i[5]}`,
    );
  const bases = fc.oneof(three, two, four).map((vector): ScoreBasis => ({ source: 'NVD', vector }));
  const number = (basis: ScoreBasis, exposure: (typeof EXPOSURES)[number], weaponised: boolean) =>
    scoreOf(basis, { exposure, weaponised }).score ?? Number.NaN;

  test('more exposure and more proof of exploitation never lower the score', () => {
    fc.assert(
      fc.property(bases, (basis) => {
        for (const weaponised of [false, true]) {
          const [unknown, internet, near, none] = EXPOSURES.map((exposure) => number(basis, exposure, weaponised));
          expect(unknown).toBe(internet);
          expect(internet).toBeGreaterThanOrEqual(near as number);
          expect(near).toBeGreaterThanOrEqual(none as number);
        }
        for (const exposure of EXPOSURES) expect(number(basis, exposure, true)).toBeGreaterThanOrEqual(number(basis, exposure, false));
      }),
      { seed: 17, numRuns: 3000 },
    );
  });

  test('the number is that of the shown vector, the severity its band, and each changed metric has a reason', () => {
    fc.assert(
      fc.property(bases, fc.constantFrom(...EXPOSURES), fc.boolean(), (basis, exposure, weaponised) => {
        const score = scoreOf(basis, { exposure, weaponised });
        expect(parseCvss(score.vector ?? '')?.baseScore).toBe(score.score);
        expect(score.severity).toBe(severityOfScore(score.score));
        const metrics = (text = '') => new Map(text.split('/').map((part) => part.split(':') as [string, string]));
        const before = metrics(basis.vector);
        const changed = [...metrics(score.vector)].filter(([name, value]) => before.get(name) !== value).map(([name]) => name);
        expect(score.adjustments.map((one) => one.metric)).toEqual(changed);
      }),
      { seed: 17, numRuns: 3000 },
    );
  });
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
