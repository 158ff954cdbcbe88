import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OsvEvent, OsvRange } from './advisory.ts';
import { type AffectedRanges, evaluateAffected, wordsOfRanges } from './osv.ts';
import type { VersionSchemeId } from './package-type.ts';
import { compareVersions } from './versions.ts';

const range = (...events: OsvEvent[]): OsvRange => ({ type: 'ECOSYSTEM', events });
function answer(affected: AffectedRanges, version: string, scheme: VersionSchemeId = 'semver') {
  const result = evaluateAffected(affected, version, scheme);
  return 'unparsable' in result
    ? `unparsable ${result.unparsable}`
    : result.affected
      ? `${result.rule}: ${result.range}; fix ${result.fixedIn}`
      : result.rule;
}

describe('ranges', () => {
  const branches = { ranges: [range({ introduced: '0' }, { fixed: '1.2.0' }, { introduced: '2.0.0' }, { fixed: '2.3.0' })] };

  test('several pairs in one range', () => {
    expect(answer(branches, '1.1.9')).toBe('version-in-range: < 1.2.0; fix 1.2.0');
    expect(answer(branches, '1.2.0')).toBe('outside');
    expect(answer(branches, '2.0.0-rc.1')).toBe('outside');
    expect(answer(branches, '2.2.9')).toBe('version-in-range: >= 2.0.0, < 2.3.0; fix 2.3.0');
    expect(answer(branches, '3.0.0')).toBe('outside');
  });

  test('events in any order, fixes before introductions', () => {
    const shuffled = { ranges: [range({ fixed: '2.3.0' }, { introduced: '2.0.0' }, { fixed: '1.2.0' }, { introduced: '0' })] };
    for (const version of ['0.1.0', '1.2.0', '2.0.0', '2.3.0']) expect(answer(shuffled, version)).toBe(answer(branches, version));
  });

  test('commit ranges are passed over, not an answer', () => {
    const git: OsvRange = { type: 'GIT', events: [{ introduced: '0' }, { fixed: 'abc' }] };
    expect(answer({ ranges: [git, range({ introduced: '0' }, { fixed: '1.2.0' })] }, '1.0.0')).toBe('version-in-range: < 1.2.0; fix 1.2.0');
    expect(answer({ ranges: [git] }, '1.0.0')).toBe('no-statement');
    expect(answer({ ranges: [git], versions: ['1.0.0'] }, '1.0.0')).toBe('version-listed: 1.0.0; fix null');
  });

  test('last_affected includes itself and names no fix', () => {
    const last = { ranges: [range({ introduced: '1.0.0' }, { last_affected: '1.5.0' })] };
    expect(answer(last, '1.5.0')).toBe('version-in-range: >= 1.0.0, <= 1.5.0; fix null');
    expect(answer(last, '1.5.1')).toBe('outside');
    expect(answer(last, '0.9.0')).toBe('outside');
  });

  test('limit ends what may be affected', () => {
    const limited = { ranges: [range({ introduced: '1.0.0' }, { limit: '2.0.0' })] };
    expect(answer(limited, '1.9.0')).toBe('version-in-range: >= 1.0.0, < 2.0.0; fix null');
    expect(answer(limited, '2.0.0')).toBe('outside');
    expect(answer({ ranges: [range({ introduced: '1.0.0' }, { limit: '*' })] }, '9.0.0')).toBe('version-in-range: >= 1.0.0; fix null');
  });

  test('"0" is below pre-releases of 0 and says all versions when nothing ends it', () => {
    expect(answer({ ranges: [range({ introduced: '0' })] }, '0.0.0-alpha')).toBe('all-versions: all versions; fix null');
    expect(answer({ ranges: [range({ introduced: '0' }, { fixed: '0' })] }, '1.0.0')).toBe('outside');
    expect(answer({ ranges: [range({ introduced: '0' }, { fixed: '2.0' })] }, '1~rc', 'deb')).toBe('version-in-range: < 2.0; fix 2.0');
  });

  test('fixed and introduced again at one version stays affected', () => {
    const again = { ranges: [range({ introduced: '0' }, { fixed: '1.0.0' }, { introduced: '1.0.0' })] };
    expect(answer(again, '1.0.0')).toBe('version-in-range: >= 1.0.0; fix null');
  });

  test('several ranges: any', () => {
    const two = { ranges: [range({ introduced: '0' }, { fixed: '1.0.0' }), range({ introduced: '3.0.0' }, { fixed: '3.1.0' })] };
    expect(answer(two, '3.0.5')).toBe('version-in-range: >= 3.0.0, < 3.1.0; fix 3.1.0');
    expect(answer(two, '2.0.0')).toBe('outside');
  });

  test("pre-releases inside a range are affected, other than for npm's own ranges", () => {
    expect(answer({ ranges: [range({ introduced: '1.0.0' }, { fixed: '2.0.0' })] }, '1.5.0-beta')).toContain('fix 2.0.0');
  });
});

describe('lists', () => {
  test('local versions of Python are listed without their label', () => {
    expect(answer({ versions: ['1.13.1'] }, '1.13.1+cu117', 'pep440')).toBe('version-listed: 1.13.1; fix null');
    expect(answer({ versions: ['1.0'] }, '1.0.0', 'pep440')).toBe('version-listed: 1.0; fix null');
    expect(answer({ versions: ['1.13.1'] }, '1.13.2', 'pep440')).toBe('outside');
  });

  test('listed outside every range: affected, with the next fix above', () => {
    const both = {
      versions: ['5.0.0'],
      ranges: [range({ introduced: '1.0.0' }, { fixed: '1.2.0' }, { introduced: '6.0.0' }, { fixed: '6.1.0' })],
    };
    expect(answer(both, '5.0.0')).toBe('version-listed: 5.0.0; fix 6.1.0');
  });

  test('an unreadable version that is listed word by word is still affected', () => {
    expect(answer({ versions: ['nightly'] }, 'nightly')).toBe('version-listed: nightly; fix null');
  });
});

describe('what cannot be read', () => {
  test('the version of the package', () => {
    expect(answer({ ranges: [range({ introduced: '0' }, { fixed: '1.0.0' })] }, 'latest')).toBe('unparsable latest');
  });
  test('not when every version is meant', () => {
    expect(answer({ ranges: [range({ introduced: '0' })] }, 'latest')).toBe('all-versions: all versions; fix null');
    expect(answer({ ranges: [range({ introduced: '0' }, { limit: '2.0.0' })] }, 'latest')).toBe('unparsable latest');
  });
  test('an event: only when no other range decides', () => {
    const odd = range({ introduced: '0' }, { fixed: 'soon' });
    expect(answer({ ranges: [odd] }, '1.0.0')).toBe('unparsable soon');
    expect(answer({ ranges: [odd, range({ introduced: '0' }, { fixed: '2.0.0' })] }, '1.0.0')).toContain('fix 2.0.0');
    expect(answer({ ranges: [odd, range({ introduced: '0' }, { fixed: '0.5.0' })] }, '1.0.0')).toBe('unparsable soon');
  });
  test('nothing said about versions', () => {
    expect(answer({}, '1.0.0')).toBe('no-statement');
    expect(answer({ ranges: [], versions: [] }, '1.0.0')).toBe('no-statement');
  });
});

test('words', () => {
  expect(
    wordsOfRanges([
      range({ introduced: '0' }, { fixed: '1' }),
      range({ introduced: '2' }, { last_affected: '3' }),
      range({ introduced: '5' }),
    ]),
  ).toBe('< 1 or >= 2, <= 3 or >= 5');
  expect(wordsOfRanges([range({ introduced: '0' })])).toBe('all versions');
  const long = { ranges: [range({ introduced: '0' }, { fixed: `1.${'0'.repeat(5000)}1` })] };
  expect(answer(long, '1.0.0').length).toBeLessThan(6000);
});

test('agrees with the definition: affected when the last event at or below the version opens', () => {
  const version = fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 })).map((parts) => parts.join('.'));
  const event: fc.Arbitrary<OsvEvent> = fc.oneof(
    version.map((introduced) => ({ introduced })),
    version.map((fixed) => ({ fixed })),
  );
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 6 }), version, (events, asked) => {
      const at = (candidate: OsvEvent) => (candidate.introduced ?? candidate.fixed) as string;
      const below = events.filter((candidate) => (compareVersions('semver', at(candidate), asked) as number) <= 0);
      const top = below.reduce<string | undefined>(
        (best, candidate) => (best === undefined || (compareVersions('semver', at(candidate), best) as number) > 0 ? at(candidate) : best),
        undefined,
      );
      // At one version both may stand: it is then open again.
      const expected =
        top !== undefined &&
        below.some((candidate) => candidate.introduced !== undefined && compareVersions('semver', candidate.introduced, top) === 0);
      const result = evaluateAffected({ ranges: [range(...events)] }, asked, 'semver');
      expect('affected' in result && result.affected).toBe(expected);
      if ('affected' in result && result.fixedIn !== null) expect(compareVersions('semver', result.fixedIn, asked)).toBeGreaterThan(0);
    }),
    { seed: 9, numRuns: 2_000 },
  );
});
