import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { child, median, mustRun, repeat } from '../measure.ts';
import { type BenchContext, type Part, type PartResult, seconds } from '../part.ts';
import { NO_STARTER, starter, writeKeys } from './snapshot.ts';

interface Lookups {
  readonly open: number;
  readonly lookups: number;
  readonly total: number;
  /** Processor time: what other programs of the machine do is not in it. */
  readonly cpu: number;
}

const RUNS = 7;
/** The same keys in a database a tenth of the size may not be much cheaper. */
const MOST_GROWTH = 3;

export const lookups: Part = { name: 'lookups', run: measureLookups };

async function measureLookups(ctx: BenchContext): Promise<PartResult> {
  const database = starter();
  if (database === undefined) return { lines: [], skipped: NO_STARTER };
  const keys = writeKeys(database, ctx.folder, { held: 700, missing: 300 });
  const measure = async (file: string, keysFile: string): Promise<Lookups> => {
    const runs = await repeat(RUNS, () => child<Lookups>('lookups', [file, keysFile]));
    return {
      open: median(runs.map((r) => r.open)),
      lookups: median(runs.map((r) => r.lookups)),
      total: median(runs.map((r) => r.total)),
      cpu: median(runs.map((r) => r.cpu)),
    };
  };
  const whole = await measure(database, keys);
  const start = median((await repeat(RUNS, () => mustRun(process.execPath, ['-e', '0']))).map((ran) => ran.ms));
  const reading = median((await repeat(RUNS, async () => readOnce(database))).map((ms) => ms));
  const small = join(ctx.folder, 'tenth.db');
  const { documents } = await child<{ documents: number }>('compile', [database, '5000', small]);
  const part = await measure(small, writeKeys(small, ctx.folder, { held: 700, missing: 299 }));
  const size = statSync(database).size;
  const grew = size / statSync(small).size;
  return {
    lines: [
      {
        what: 'database open + 1,000 lookups',
        measured: seconds(whole.total),
        reference: `node -e 0: ${seconds(start)}`,
        ratio: whole.total / start,
        budget: '≤ 75 ms',
        met: whole.total <= 75,
      },
      { what: '  of which open', measured: seconds(whole.open), reference: `read file: ${seconds(reading)}`, ratio: whole.open / reading },
      { what: `  in a database of ${documents} documents`, measured: seconds(part.total), reference: `whole: ${seconds(whole.total)}` },
    ],
    shapes: [
      {
        name: 'lookups do not grow with the database',
        holds: whole.cpu / part.cpu <= MOST_GROWTH,
        detail: `file × ${grew.toFixed(1)}, processor time × ${(whole.cpu / part.cpu).toFixed(1)}, at most × ${MOST_GROWTH}`,
      },
    ],
    notes: ['700 of the keys are in the database and 300 are not; each run is a new process, its files in the page cache.'],
  };
}

function readOnce(file: string): number {
  const started = performance.now();
  readFileSync(file);
  return performance.now() - started;
}
