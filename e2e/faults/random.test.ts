import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NamedPoint } from './points.ts';
import { type FaultRun, RANDOM_ROUNDS, startFaultRun } from './run.ts';

let run: FaultRun;
beforeAll(async () => {
  run = await startFaultRun();
}, 180_000);
afterAll(() => run?.end());

const blow: fc.Arbitrary<Omit<NamedPoint, 'name'>> = fc.record({
  in: fc.constantFrom('api', 'worker', 'worker'),
  dies: fc.constantFrom('itself', 'itself', 'itself', 'postgres'),
  on: fc.constantFrom('submission', 'submission', 'advisories'),
  side: fc.constantFrom('before', 'after'),
  nth: fc.integer({ min: 1, max: 40 }),
});

test('killed at any statement, the service loses nothing', { timeout: 60_000 + RANDOM_ROUNDS * 20_000 }, async () => {
  const seed = Number(process.env['ASSAY_FAULT_SEED'] ?? 20_261_122);
  let struck = 0;
  // A blow that comes after the work is over counts for nothing and is replaced.
  const blows = fc.sample(blow, { numRuns: RANDOM_ROUNDS * 4, seed });
  for (const [round, chosen] of blows.entries()) {
    if (struck === RANDOM_ROUNDS) break;
    // Of the api's statements only the few of a submission change anything.
    const point = chosen.in === 'api' ? { ...chosen, on: 'submission' as const, nth: 1 + ((chosen.nth ?? 1) % 6) } : chosen;
    if (await run.strike({ name: `round ${round}`, ...point }, 3_000)) struck += 1;
    await run.recover();
    if (struck % 100 === 0 && struck > 0) console.log(`${struck} of ${RANDOM_ROUNDS} blows, ${round + 1} rounds`);
  }
  await run.expectEvents();
  expect(struck).toBe(RANDOM_ROUNDS);
});
