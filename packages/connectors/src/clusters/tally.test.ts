import { runningKey } from '@assay/core/running-report.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type RunningUnit, Tally, type UnitImage } from './tally.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-22T12:00:00Z');
const unit = (id: string, ...images: readonly UnitImage[]): RunningUnit => ({
  ...{ id, namespace: '', workload: { kind: 'Service', name: 'web' }, definition: 'web:1', platform: 'linux/amd64', images },
});
const image = (name: string, endedAt?: number): UnitImage => ({ image: name, imageId: '', ...(endedAt === undefined ? {} : { endedAt }) });

it('counts a unit with several containers of an image once, and as ended when all of them have', () => {
  const tally = new Tally(() => NOON);
  tally.put(unit('a', image('x'), image('x', NOON - 5), image('y', NOON - 9), image('y', NOON - 7)));
  const told = new Map(tally.changes().map((row) => [row.image, row]));
  expect(told.get('x')).toMatchObject({ running: 1, stopped: [] });
  expect(told.get('y')).toMatchObject({ running: 0, lastSeen: NOON - 7, stopped: [{ hour: NOON - HOUR, count: 1 }] });
});

it('tells a row again only when it changed, and forgets it a day after the last of it', () => {
  let now = NOON;
  const tally = new Tally(() => now);
  tally.replace([unit('a', image('x'))], now);
  expect(tally.changes()).toMatchObject([{ running: 1, lastSeen: NOON }]);
  now += 60_000;
  tally.replace([unit('a', image('x'))], now);
  expect(tally.changes()).toEqual([]);
  expect(tally.all()).toMatchObject([{ running: 1, lastSeen: now }]);
  tally.replace([], now);
  expect(tally.changes()).toMatchObject([{ running: 0, lastSeen: now, stopped: [{ hour: NOON, count: 1 }] }]);
  now += 23 * HOUR;
  expect(tally.all()).toMatchObject([{ running: 0, lastSeen: NOON + 60_000, stopped: [{ hour: NOON, count: 1 }] }]);
  now += 2 * HOUR;
  expect(tally.all()).toEqual([]);
});

it('does not see the future, and keeps what ended long ago while it is there', () => {
  const tally = new Tally(() => NOON);
  tally.replace([unit('a', image('x', NOON + HOUR)), unit('b', image('y', NOON - 72 * HOUR))], NOON);
  const told = tally.all().sort((a, b) => b.lastSeen - a.lastSeen);
  expect(told).toMatchObject([
    { image: 'x', lastSeen: NOON, stopped: [{ hour: NOON, count: 1 }] },
    { image: 'y', lastSeen: NOON - 72 * HOUR, stopped: [] },
  ]);
});

it('what was told of changes equals what counting all units anew gives', () => {
  const step = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    images: fc.array(fc.record({ name: fc.constantFrom('x', 'y', 'z'), ended: fc.option(fc.integer({ min: 0, max: 600 })) }), {
      maxLength: 3,
    }),
    what: fc.constantFrom('put', 'put', 'remove', 'replace'),
    tell: fc.boolean(),
  });
  const history = (
    steps: readonly { id: string; images: readonly { name: string; ended: number | null }[]; what: string; tell: boolean }[],
  ) => {
    const tally = new Tally(() => NOON);
    const model = new Map<string, RunningUnit>();
    const rows = new Map<string, number>();
    const hear = (): void => {
      for (const row of tally.changes()) rows.set(runningKey(row), row.running);
    };
    for (const { id, images, what, tell } of steps) {
      const one = unit(id, ...images.map(({ name, ended }) => image(name, ended === null ? undefined : NOON - ended * 1000)));
      if (what === 'replace') model.clear();
      if (what === 'remove') model.delete(id);
      else model.set(id, one);
      if (what === 'replace') tally.replace(model.values(), NOON);
      else if (what === 'remove') tally.remove(id, NOON);
      else tally.put(one);
      if (tell) hear();
    }
    hear();
    const counted = new Map<string, number>();
    for (const { images, ...about } of model.values()) {
      const running = new Set(images.filter(({ endedAt }) => endedAt === undefined).map((one) => runningKey({ ...about, ...one })));
      for (const key of running) counted.set(key, (counted.get(key) ?? 0) + 1);
    }
    const whole = new Map(tally.all().map((row) => [runningKey(row), row.running]));
    for (const key of new Set([...rows.keys(), ...counted.keys(), ...whole.keys()])) {
      expect(rows.get(key) ?? 0).toBe(counted.get(key) ?? 0);
      expect(whole.get(key) ?? 0).toBe(counted.get(key) ?? 0);
    }
    for (const { stopped } of tally.all()) for (const { count } of stopped) expect(count).toBeGreaterThan(0);
  };
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), history), { seed: 4, numRuns: 300 });
});
