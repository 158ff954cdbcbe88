import { child, median, repeat } from '../measure.ts';
import { type BenchContext, type Part, type PartResult, seconds } from '../part.ts';
import { NO_STARTER, starter, writeInventory, writeKeys } from './snapshot.ts';

interface Matching {
  readonly cold: number;
  readonly warm: number;
  readonly matches: number;
  /** Processor time: what other programs of the machine do is not in it. */
  readonly cpu: number;
}

export const matching: Part = { name: 'match', run: measureMatching };

async function measureMatching(ctx: BenchContext): Promise<PartResult> {
  const database = starter();
  if (database === undefined) return { lines: [], skipped: NO_STARTER };
  const measure = async (count: number, held: number): Promise<Matching> => {
    const file = writeInventory(database, ctx.folder, { count, held });
    const runs = await repeat(5, () => child<Matching>('match', [database, file]));
    return {
      cold: median(runs.map((r) => r.cold)),
      warm: median(runs.map((r) => r.warm)),
      matches: runs[0]?.matches ?? 0,
      cpu: median(runs.map((r) => r.cpu)),
    };
  };
  const full = await measure(2_000, 500);
  const half = await measure(1_000, 250);
  const worst = await measure(2_000, 2_000);
  const keys = writeKeys(database, ctx.folder, { held: 1_000, missing: 0 });
  const alone = median((await repeat(5, () => child<{ lookups: number }>('lookups', [database, keys]))).map((r) => r.lookups));
  const growth = full.cpu / half.cpu;
  return {
    lines: [
      {
        what: 'match 2,000 packages, warm',
        measured: seconds(full.warm),
        reference: `1,000 lookups: ${seconds(alone)}`,
        ratio: full.warm / alone,
        budget: '≤ 50 ms',
        met: full.warm <= 50,
      },
      {
        what: '  first of a process (JIT and cache cold)',
        measured: seconds(full.cold),
        reference: `1,000 lookups: ${seconds(alone)}`,
        ratio: full.cold / alone,
      },
      {
        what: '  where all 2,000 have advisories, warm',
        measured: seconds(worst.warm),
        reference: `1,000 lookups: ${seconds(alone)}`,
        ratio: worst.warm / alone,
      },
    ],
    shapes: [
      {
        name: 'matching is linear',
        holds: growth <= 3.5,
        detail: `twice the packages, processor time × ${growth.toFixed(1)}, at most × 3.5`,
      },
    ],
    notes: [
      `Real names of the starter database; 500 of the 2,000 have advisories, as in a real inventory (${full.matches} matches). The reference looks up 1,000 names that all have some.`,
    ],
  };
}
