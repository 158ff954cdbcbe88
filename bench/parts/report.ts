import { child } from '../measure.ts';
import { type BenchContext, megabytes, type Part, type PartResult, seconds } from '../part.ts';
import { accountsOf, estateService } from './estate.ts';

interface Reported {
  readonly items: number;
  readonly bytes: number;
  readonly ms: number;
  /** Processor time of the process that writes, ms. */
  readonly cpu: number;
  /** Highest RSS after half of the findings, and at the end, bytes. */
  readonly early: number;
  readonly peak: number;
}

export const report: Part = { name: 'report', run: measureReport };

/** What the collector of garbage may leave for later. */
const SPARE = 120e6;

async function measureReport(ctx: BenchContext): Promise<PartResult> {
  const service = await estateService(ctx);
  const findings = service.facts.findings;
  const full = await child<Reported>('report', [service.socketDirectory, String(accountsOf(ctx).length), String(findings)]);
  const grew = full.peak - full.early;
  return {
    lines: [
      { what: `report of ${full.items.toLocaleString('en')} findings as CSV (${megabytes(full.bytes)})`, measured: seconds(full.ms) },
      { what: '  findings per second', measured: Math.round(full.items / (full.ms / 1000)).toLocaleString('en') },
      { what: '  processor time of the writer for 1,000 findings', measured: seconds(full.cpu / (full.items / 1000)) },
      { what: '  memory at most', measured: megabytes(full.peak), reference: `after half: ${megabytes(full.early)}` },
    ],
    shapes: [
      {
        name: 'a report holds every finding',
        holds: full.items === findings,
        detail: `${full.items.toLocaleString('en')} of ${findings.toLocaleString('en')}`,
      },
      {
        name: 'a report takes constant memory',
        holds: grew <= SPARE,
        detail: `${megabytes(grew)} more than after half, at most ${megabytes(SPARE)}`,
      },
    ],
    notes: ['Every finding with its packages, tags and texts, read by the worker role in batches of 1,000, written as CSV and hashed.'],
  };
}
