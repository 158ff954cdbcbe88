import { join } from 'node:path';
import { child } from '../measure.ts';
import { type BenchContext, megabytes, type Part, type PartResult, seconds } from '../part.ts';
import { NO_STARTER, starter } from './snapshot.ts';

interface Compiled {
  readonly ms: number;
  /** Processor time: what other programs of the machine do is not in it. */
  readonly cpu: number;
  readonly documents: number;
  readonly rss: number;
}

export const compile: Part = { name: 'compile', run: measureCompile };

async function measureCompile(ctx: BenchContext): Promise<PartResult> {
  const database = starter();
  if (database === undefined) return { lines: [], skipped: NO_STARTER };
  const count = Math.round(100_000 * ctx.scale);
  const make = (documents: number): Promise<Compiled> =>
    child<Compiled>('compile', [database, String(documents), join(ctx.folder, `compiled-${documents}.db`)]);
  const half = await make(count / 2);
  const full = await make(count);
  const growth = full.cpu / half.cpu;
  const more = full.rss - half.rss;
  const label = count.toLocaleString('en');
  return {
    lines: [
      {
        what: `compile ${label} advisories`,
        measured: seconds(full.ms),
        reference: `half: ${seconds(half.ms)}`,
        ratio: full.ms / half.ms,
        ...(!ctx.small && { budget: '≤ 60 s', met: full.ms <= 60_000 }),
      },
      {
        what: '  memory (RSS)',
        measured: megabytes(full.rss),
        reference: `half: ${megabytes(half.rss)}`,
        ratio: full.rss / half.rss,
        budget: '≤ 1 GB',
        met: full.rss <= 1e9,
      },
    ],
    shapes: [
      {
        name: 'compiling is linear',
        holds: growth <= 3,
        detail: `twice the advisories, processor time × ${growth.toFixed(1)}, at most × 3`,
      },
      {
        name: 'compiling takes bounded memory',
        holds: more <= 250e6,
        detail: `twice the advisories, ${megabytes(more)} more, at most 250 MB`,
      },
    ],
    notes: ['The documents of the starter database, repeated under other ids and package names; reading them from it is part of the time.'],
  };
}
