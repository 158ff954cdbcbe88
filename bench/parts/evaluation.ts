import { child } from '../measure.ts';
import { type BenchContext, megabytes, type Part, type PartResult, seconds } from '../part.ts';
import { estateService } from './estate.ts';

interface Evaluated {
  readonly images: number;
  readonly ms: number;
  readonly plain: number;
  /** Processor time of the evaluating process and of the database's processes that serve it, ms. */
  readonly worker: number;
  readonly database: number;
  /** Highest RSS of the evaluating process above what it had before, bytes. */
  readonly grew: number;
}

export const evaluation: Part = { name: 'evaluation', run: measureEvaluation };

async function measureEvaluation(ctx: BenchContext): Promise<PartResult> {
  const service = await estateService(ctx);
  const hits = Math.round(8_000 * ctx.scale);
  const measure = (wanted: number): Promise<Evaluated> => child<Evaluated>('evaluate', [service.socketDirectory, String(wanted), '3']);
  const half = await measure(hits / 2);
  const full = await measure(hits);
  const stored = (service.facts.images + service.facts.hosts).toLocaleString('en');
  const hit = full.images.toLocaleString('en');
  // Twice the images should be twice the time; a process and a transaction have their fixed cost, and the machine its moods.
  const growth = (full.ms / half.ms / full.images) * half.images;
  return {
    lines: [
      {
        what: `new advisory, ${hit} of ${stored} images hit`,
        measured: seconds(full.ms),
        reference: `plain inserts: ${seconds(full.plain)}`,
        ratio: full.ms / full.plain,
        ...(!ctx.small && { budget: '≤ 2 s', met: full.ms <= 2_000 }),
      },
      {
        what: `  ${half.images.toLocaleString('en')} hit`,
        measured: seconds(half.ms),
        reference: `plain inserts: ${seconds(half.plain)}`,
        ratio: half.ms / half.plain,
      },
      {
        what: '  processor time for 1,000 findings: worker',
        measured: seconds((full.worker / full.images) * 1000),
        reference: `database: ${seconds((full.database / full.images) * 1000)}`,
      },
      { what: '  memory of the evaluator, more than before', measured: megabytes(full.grew), reference: `half: ${megabytes(half.grew)}` },
    ],
    shapes: [
      {
        name: 'evaluation is linear in the images hit',
        holds: growth <= 2,
        detail: `time for an image × ${growth.toFixed(2)}, at most × 2`,
      },
      { name: 'evaluation takes flat memory', holds: full.grew <= 80e6, detail: `${megabytes(full.grew)} more at the most, at most 80 MB` },
    ],
    notes: [
      `From publishing the revision to findings, packages and events committed, by the worker role; ${service.facts.images + service.facts.hosts} inventories of 250 packages; medians of three advisories. The reference inserts the same findings, packages and events in one statement.`,
    ],
  };
}
