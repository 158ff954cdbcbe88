import { child } from '../measure.ts';
import { type BenchContext, megabytes, type Part, type PartResult, seconds } from '../part.ts';
import { estateService } from './estate.ts';

interface Swept {
  readonly images: number;
  readonly lapsed: number;
  readonly findings: number;
  /** Milliseconds of a sweep that finds nothing to do, and of reading the same rows by one statement. */
  readonly quiet: number;
  readonly read: number;
  /** Milliseconds of a sweep that closes, and of the same rows closed by one statement. */
  readonly lapsing: number;
  readonly plain: number;
  readonly grew: number;
}

export const eligibility: Part = { name: 'eligibility', run: measureSweeps };

async function measureSweeps(ctx: BenchContext): Promise<PartResult> {
  const service = await estateService(ctx);
  const sweep = (images: number): Promise<Swept> => child<Swept>('sweep', [service.socketDirectory, String(images)]);
  const wanted = Math.round(100_000 * ctx.scale);
  const quarter = await sweep(wanted / 4);
  const full = await sweep(wanted);
  const growth = full.lapsing / quarter.lapsing;
  const n = (value: number): string => value.toLocaleString('en');
  return {
    lines: [
      {
        what: `sweep over ${n(full.images)} images, none lapses`,
        measured: seconds(full.quiet),
        reference: `read: ${seconds(full.read)}`,
        ratio: full.quiet / full.read,
      },
      {
        what: `  ${n(full.lapsed)} lapse with ${n(full.findings)} findings`,
        measured: seconds(full.lapsing),
        reference: `plain update: ${seconds(full.plain)}`,
        ratio: full.lapsing / full.plain,
      },
      {
        what: '  memory of the worker, more than before',
        measured: megabytes(full.grew),
        reference: `quarter: ${megabytes(quarter.grew)}`,
      },
    ],
    shapes: [
      { name: 'a sweep is linear', holds: growth <= 8, detail: `four times the images, time × ${growth.toFixed(1)}, at most × 8` },
      { name: 'a sweep takes bounded memory', holds: full.grew <= 120e6, detail: `${megabytes(full.grew)} more, at most 120 MB` },
    ],
    notes: [
      'One account of its own inside the estate; a tenth of its images runs. Findings, events and the count of the day are committed.',
    ],
  };
}
