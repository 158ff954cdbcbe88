import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVALUATION_POINTS } from './points.ts';
import { type FaultRun, ROUNDS, startFaultRun } from './run.ts';

let run: FaultRun;
beforeAll(async () => {
  run = await startFaultRun();
}, 180_000);
afterAll(() => run?.end());

describe('killed on the way of an evaluation or of events, the service loses nothing', () => {
  test.each(EVALUATION_POINTS)('$name ($dies)', { timeout: 90_000 + ROUNDS * 15_000 }, async (point) => {
    for (let round = 0; round < ROUNDS; round++) {
      expect(await run.strike(point), `“${point.name}” was reached`).toBe(true);
      await run.recover();
    }
    await run.expectEvents();
  });
});
