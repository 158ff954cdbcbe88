import { withAccounts } from '@assay/server/db/pool.ts';
import { aggregateInHalves } from '@assay/server/findings/aggregate/aggregate.ts';
import { type AggregationType, GROUPINGS } from '@assay/server/findings/aggregate/groupings.ts';
import { median, repeat } from '../measure.ts';
import { type BenchContext, type Line, type Part, type PartResult, seconds } from '../part.ts';
import { accountsOf, estateService, estateShapes } from './estate.ts';
import { arns, benchListFindings, GRID_FIELDS } from './list-findings.ts';

export const lists: Part = { name: 'lists', run: measureLists };
export const aggregations: Part = { name: 'aggregations', run: measureAggregations };

async function measureLists(ctx: BenchContext): Promise<PartResult> {
  const service = await estateService(ctx);
  const accounts = accountsOf(ctx);
  const { api } = service.database;
  if (ctx.small) {
    const grid = await benchListFindings(api, accounts, { everyNth: 11, watchPlans: true });
    return {
      lines: [
        {
          what: `ListFindings, ${grid.cells} cells, with their plans`,
          measured: seconds(grid.p50),
          reference: `select 1: ${seconds(grid.reference)}`,
          ratio: grid.p50 / grid.reference,
        },
      ],
      shapes: [
        ...estateShapes(service, ctx),
        {
          name: 'no list reads a whole findings table',
          holds: grid.sequentialScans.length === 0,
          detail:
            grid.sequentialScans.length === 0
              ? `${grid.cells} cells`
              : `${grid.sequentialScans.length} plans, first: ${grid.sequentialScans[0]}`,
        },
      ],
    };
  }
  const grid = await benchListFindings(api, accounts, { everyNth: ctx.gridStep, watchPlans: false });
  const reference = `select 1: ${seconds(grid.reference)}`;
  const line = (what: string, ms: number, budget?: Pick<Line, 'budget' | 'met'>): Line => ({
    what,
    measured: seconds(ms),
    reference,
    ratio: ms / grid.reference,
    ...budget,
  });
  return {
    lines: [
      line(`ListFindings grid of ${grid.cells.toLocaleString('en')} cells, p50`, grid.p50),
      line('  p90', grid.p90),
      line('  p99', grid.p99),
      line('  maximum', grid.max, { budget: '≤ 250 ms', met: grid.max <= 250 }),
      { what: '  cells over 50 ms', measured: `${(grid.slowShare * 100).toFixed(2)} %`, budget: '≤ 2 %', met: grid.slowShare <= 0.02 },
    ],
    shapes: estateShapes(service, ctx),
    notes: [
      `${ctx.gridStep === 1 ? 'The whole grid' : `One in ${ctx.gridStep} combinations of the grid`}: ${GRID_FIELDS.length} filters (none, and one of each field) × 17 sort fields × 2 orders × pages 1, 100 and last, pages of 100, by the api role for a caller who sees all ${accounts.length} accounts, one cell after another. Reference: \`select 1\` in the same transaction. The estate was built in ${service.buildSeconds.toFixed(0)} s (0: it was there).`,
      '',
      `Cells over 50 ms (${grid.slow.length}):`,
      '',
      ...grid.slow.map((cell) => `- ${cell}`),
    ],
  };
}

const budgetOf = (by: AggregationType): number => (by === 'PACKAGE' ? 600 : 200);

async function measureAggregations(ctx: BenchContext): Promise<PartResult> {
  const service = await estateService(ctx);
  const accounts = accountsOf(ctx);
  const { api } = service.database;
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const runs = await repeat(5, async () => {
      const started = performance.now();
      await work();
      return performance.now() - started;
    });
    return median(runs);
  };
  const count = await timed(() =>
    withAccounts(api, accounts, (tx) =>
      tx.query('select count(*) from finding where account = any($1::bigint[]) and status = 1', [accounts]),
    ),
  );
  const lines: Line[] = [];
  for (const by of Object.keys(GROUPINGS) as AggregationType[]) {
    const request = { accounts, region: 'us-east-1', arns, by, sortBy: 'CRITICAL', descending: true, criteria: {}, limit: 100 } as const;
    const ms = await timed(() => aggregateInHalves((visible, read) => withAccounts(api, visible, read), request));
    const budget = budgetOf(by);
    lines.push({
      what: `aggregation by ${by}`,
      measured: seconds(ms),
      reference: `count them: ${seconds(count)}`,
      ratio: ms / count,
      ...(!ctx.small && { budget: `≤ ${budget} ms`, met: ms <= budget }),
    });
  }
  return { lines };
}
