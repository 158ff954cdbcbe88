import { join } from 'node:path';
import { child } from '../measure.ts';
import { type BenchContext, megabytes, type Part, type PartResult, seconds } from '../part.ts';
import { accountsOf, estateService } from './estate.ts';

export const exports: Part = { name: 'exports', run: measureExport };

interface Report {
  readonly status: number;
  readonly error_message: string | null;
  readonly items: number;
  readonly bytes: number;
  readonly findings: number;
  readonly ms: number;
  readonly reference: number;
  /** Growth of the process's memory in the first three tenths of the report, and after them. */
  readonly early: number;
  readonly late: number;
}

const SUCCEEDED = 2;
/** A heap in which no list of findings would fit at full scale; buffers come on top. */
const HEAP_MB = 96;
const MOST_GROWTH = 250e6;

async function measureExport(ctx: BenchContext): Promise<PartResult> {
  const service = await estateService(ctx);
  const done = await child<Report>('export', [service.socketDirectory, join(ctx.folder, 'exports'), accountsOf(ctx).join(',')], {
    env: { NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` },
  });
  const n = (value: number): string => value.toLocaleString('en');
  return {
    lines: [
      {
        what: `report of ${n(done.items)} findings as encrypted CSV (${megabytes(done.bytes)})`,
        measured: seconds(done.ms),
        reference: `read their rows: ${seconds(done.reference)}`,
        ratio: done.ms / done.reference,
      },
      {
        what: '  memory it grew by',
        measured: megabytes(Math.max(done.early, done.late)),
        budget: '≤ 250 MB',
        met: done.late <= MOST_GROWTH,
      },
    ],
    shapes: [
      {
        name: 'a report holds every finding once',
        holds: done.status === SUCCEEDED && done.items === done.findings,
        detail: `${n(done.items)} of ${n(done.findings)}${done.error_message === null ? '' : `: ${done.error_message}`}`,
      },
      {
        name: 'a report is written at constant memory',
        holds: Math.max(done.early, done.late) <= MOST_GROWTH,
        detail: `grew ${megabytes(done.early)} in its first part, ${megabytes(done.late)} at most afterwards`,
      },
    ],
  };
}
