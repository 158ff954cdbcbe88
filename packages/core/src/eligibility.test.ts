import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Eligibility, eligibility, type ImageFacts, type MonitoringWindows } from './eligibility.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 22);
const ago = (days: number): number => NOW - days * DAY;
const WINDOWS: MonitoringWindows = { push: 14, pull: 14, mode: 'LAST_IN_USE_AT' };
const OLD: ImageFacts = {
  ...{ frequency: 'CONTINUOUS_SCAN', pushedAt: ago(400), pulledAt: undefined, lastInUseAt: undefined, running: 0, deleted: false },
  watched: { since: ago(300), until: NOW },
};

describe('which images stay monitored', () => {
  test.each<[string, Partial<ImageFacts>, Partial<MonitoringWindows>, Eligibility]>([
    ['pushed exactly a window ago', { pushedAt: ago(14) }, {}, 'MONITORED'],
    ['pushed a millisecond before', { pushedAt: ago(14) - 1 }, {}, 'EXPIRED'],
    ['no push date, LIFETIME', { pushedAt: undefined }, { push: 'LIFETIME' }, 'MONITORED'],
    ['nothing known at all is never, not 1970', { pushedAt: undefined }, { push: 100_000, pull: 180 }, 'EXPIRED'],
    ['used exactly a window ago', { lastInUseAt: ago(14) }, {}, 'MONITORED'],
    ['used a millisecond before', { lastInUseAt: ago(14) - 1 }, {}, 'EXPIRED'],
    ['runs, whatever its dates say', { running: 1, lastInUseAt: ago(90) }, {}, 'MONITORED'],
    ['a stopped image counts for no time', { lastInUseAt: NOW - 1 }, { pull: 0 }, 'EXPIRED'],
    ['pulled, where use decides', { pulledAt: NOW }, {}, 'EXPIRED'],
    ['pulled exactly a window ago', { pulledAt: ago(14) }, { mode: 'LAST_PULL_DATE' }, 'MONITORED'],
    ['pulled a millisecond before', { pulledAt: ago(14) - 1 }, { mode: 'LAST_PULL_DATE' }, 'EXPIRED'],
    ['runs, where pulls decide', { running: 3, lastInUseAt: NOW }, { mode: 'LAST_PULL_DATE' }, 'EXPIRED'],
    ['nobody tells where images run', { watched: undefined }, {}, 'UNKNOWN'],
    ['nobody tells where images run, where pulls decide', { watched: undefined }, { mode: 'LAST_PULL_DATE' }, 'EXPIRED'],
    ['watched for less than a window', { watched: { since: ago(14), until: NOW } }, {}, 'UNKNOWN'],
    ['used before anybody who still watches did', { lastInUseAt: ago(90), watched: { since: ago(5), until: NOW } }, {}, 'UNKNOWN'],
    ['watched for more', { watched: { since: ago(14) - 1, until: NOW } }, {}, 'EXPIRED'],
    ['had lapsed before the silence', { lastInUseAt: ago(20), watched: { since: ago(300), until: ago(5) } }, {}, 'EXPIRED'],
    ['had not lapsed before the silence', { lastInUseAt: ago(18), watched: { since: ago(300), until: ago(5) } }, {}, 'STALE'],
    ['pushed, lapsed in the silence', { pushedAt: ago(15), watched: { since: ago(300), until: ago(5) } }, {}, 'STALE'],
    ['on push', { frequency: 'SCAN_ON_PUSH', pushedAt: NOW }, {}, 'NOT_CONTINUOUS'],
    ['by hand', { frequency: 'MANUAL', running: 1 }, {}, 'NOT_CONTINUOUS'],
    ['deleted and never seen to run', { deleted: true, pushedAt: NOW, watched: { since: ago(1), until: NOW } }, {}, 'EXPIRED'],
    ['deleted, and nobody tells where images run', { deleted: true, pushedAt: NOW, watched: undefined }, { push: 'LIFETIME' }, 'EXPIRED'],
    ['deleted, and runs', { deleted: true, frequency: 'MANUAL', running: 1 }, { mode: 'LAST_PULL_DATE' }, 'MONITORED'],
    ['deleted, and ran exactly a window ago', { deleted: true, lastInUseAt: ago(14) }, {}, 'MONITORED'],
    ['deleted, and ran a millisecond before', { deleted: true, pushedAt: NOW, pulledAt: NOW, lastInUseAt: ago(14) - 1 }, {}, 'EXPIRED'],
    ['deleted, and its place is silent', { deleted: true, lastInUseAt: ago(18), watched: { since: ago(300), until: ago(5) } }, {}, 'STALE'],
  ])('%s', (_, facts, windows, expected) => {
    expect(eligibility({ ...OLD, ...facts }, { ...WINDOWS, ...windows }, NOW)).toBe(expected);
  });
});

const instant = fc.integer({ min: ago(500), max: NOW });
const image = fc.record<ImageFacts>({
  ...{ frequency: fc.constant('CONTINUOUS_SCAN'), pushedAt: fc.option(instant, { nil: undefined }) },
  ...{ pulledAt: fc.option(instant, { nil: undefined }), lastInUseAt: fc.option(instant, { nil: undefined }) },
  ...{ running: fc.nat({ max: 2 }), deleted: fc.boolean() },
  watched: fc.option(
    fc.tuple(instant, instant).map(([a, b]) => ({ since: Math.min(a, b), until: Math.max(a, b) })),
    { nil: undefined },
  ),
});
const windows = fc.record<MonitoringWindows>({
  push: fc.oneof(fc.nat({ max: 180 }), fc.constant<'LIFETIME'>('LIFETIME')),
  pull: fc.nat({ max: 180 }),
  mode: fc.constantFrom('LAST_IN_USE_AT', 'LAST_PULL_DATE'),
});
const stays = (state: Eligibility): boolean => state !== 'EXPIRED';
const SEED = { seed: 4, numRuns: 2_000 };

describe('what holds for every image', () => {
  test('longer windows never lose one', () => {
    fc.assert(
      fc.property(image, windows, fc.nat({ max: 90 }), (facts, short, more) => {
        const long = { ...short, push: short.push === 'LIFETIME' ? short.push : short.push + more, pull: short.pull + more };
        const [before, after] = [eligibility(facts, short, NOW), eligibility(facts, long, NOW)];
        return (!stays(before) || stays(after)) && (before !== 'MONITORED' || after === 'MONITORED');
      }),
      SEED,
    );
  });

  test('time never brings one back', () => {
    fc.assert(
      fc.property(image, windows, fc.nat({ max: 200 * DAY }), (facts, span, later) => {
        return stays(eligibility(facts, span, NOW)) || !stays(eligibility(facts, span, NOW + later));
      }),
      SEED,
    );
  });

  test('a push, a use or a pull brings it back where it counts', () => {
    fc.assert(
      fc.property(image, windows, (facts, span) => {
        expect(eligibility({ ...facts, deleted: false, pushedAt: NOW }, span, NOW)).toBe('MONITORED');
        const counts = span.mode === 'LAST_PULL_DATE' ? { pulledAt: NOW } : { running: 1 };
        expect(eligibility({ ...facts, deleted: false, ...counts }, span, NOW)).toBe('MONITORED');
      }),
      SEED,
    );
  });

  test('what is newer never counts for less', () => {
    fc.assert(
      fc.property(image, windows, fc.constantFrom('pushedAt', 'pulledAt', 'lastInUseAt'), instant, (facts, span, name, at) => {
        const newer = { ...facts, [name]: Math.max(at, facts[name] ?? at) };
        return !stays(eligibility(facts, span, NOW)) || stays(eligibility(newer, span, NOW));
      }),
      SEED,
    );
  });

  test('of what was deleted only use counts', () => {
    fc.assert(
      fc.property(image, windows, windows, (facts, span, other) => {
        const one = { ...facts, deleted: true };
        const same = { ...one, pushedAt: undefined, pulledAt: undefined, frequency: 'MANUAL' as const };
        return eligibility(one, span, NOW) === eligibility(same, { ...other, pull: span.pull }, NOW);
      }),
      SEED,
    );
  });

  test('LIFETIME keeps all that is there', () => {
    fc.assert(
      fc.property(
        image,
        windows,
        (facts, span) => eligibility({ ...facts, deleted: false }, { ...span, push: 'LIFETIME' }, NOW) === 'MONITORED',
      ),
      SEED,
    );
  });

  test('silence loses nothing: who was there when the last word came stays, however long it lasts', () => {
    fc.assert(
      fc.property(image, windows, fc.nat({ max: 1_000 * DAY }), (facts, span, silence) => {
        fc.pre(facts.watched !== undefined && span.mode === 'LAST_IN_USE_AT');
        const heard = { ...facts, running: 0, watched: { since: ago(500), until: NOW } };
        return !stays(eligibility(heard, span, NOW)) || stays(eligibility(heard, span, NOW + silence));
      }),
      SEED,
    );
  });
});
