import { withAccounts } from '@assay/server/db/pool.ts';
import { compileCriteria } from '@assay/server/findings/list/compile.ts';
import { readActionDetails } from '@assay/server/fix-first/details.ts';
import { findingsFixFirst } from '@assay/server/fix-first/findings.ts';
import { type ActionKind, fixFirstQueue } from '@assay/server/fix-first/queue.ts';
import { readUpgradeFacts } from '@assay/server/fix-first/upgrade-facts.ts';
import { planUpgrades } from '@assay/server/fix-first/upgrades.ts';
import type pg from 'pg';
import { median, repeat } from '../measure.ts';
import { type BenchContext, type Line, type Part, type PartResult, type Shape, seconds } from '../part.ts';
import { accountsOf, estateService } from './estate.ts';
import { arns } from './list-findings.ts';

const PAGE = 50;
const UPGRADES = 10;
const BUDGET_MS = 300;

/** What to do first among all findings of an organisation, as its administrator asks it: the queue with its details, and the few upgrades. */
export const fixFirst: Part = { name: 'fix-first', run: measureFixFirst };

async function measureFixFirst(ctx: BenchContext): Promise<PartResult> {
  const service = await estateService(ctx);
  const accounts = accountsOf(ctx);
  const criteria = compileCriteria({}, { accounts, region: 'us-east-1', arns });
  const ask = <T>(work: (tx: pg.ClientBase) => Promise<T>): Promise<T> => withAccounts(service.database.api, accounts, work);
  const timed = async (work: (tx: pg.ClientBase) => Promise<unknown>): Promise<number> => {
    const runs = await repeat(5, async () => {
      const started = performance.now();
      await ask(work);
      return performance.now() - started;
    });
    return median(runs);
  };
  const page = async (tx: pg.ClientBase, by: ActionKind) => {
    const actions = await fixFirstQueue(tx, { by, criteria, limit: PAGE });
    return { actions, details: await readActionDetails(tx, { by, criteria, actions }) };
  };
  const upgrades = async (tx: pg.ClientBase) => {
    const plan = await planUpgrades(tx, { criteria, limit: UPGRADES });
    const facts = await readUpgradeFacts(
      tx,
      accounts,
      plan.upgrades.map((one) => one.findings),
    );
    return { plan, facts };
  };
  const count = await timed((tx) => tx.query('select count(*) from finding where account = any($1::bigint[]) and status = 1', [accounts]));
  const line = (what: string, ms: number): Line => ({
    ...{ what, measured: seconds(ms), reference: `count them: ${seconds(count)}`, ratio: ms / count },
    ...(!ctx.small && { budget: `≤ ${BUDGET_MS} ms`, met: ms <= BUDGET_MS }),
  });
  const lines = [
    line('ListFixFirst by PACKAGE, first page', await timed((tx) => page(tx, 'PACKAGE'))),
    line('ListFixFirst by VULNERABILITY', await timed((tx) => page(tx, 'VULNERABILITY'))),
    line('SearchFindings in this order, the ids', await timed((tx) => findingsFixFirst(tx, { criteria, limit: PAGE }))),
    line('ListUpgrades', await timed(upgrades)),
  ];
  return {
    lines,
    shapes: [full(await ask((tx) => page(tx, 'PACKAGE'))), covering((await ask(upgrades)).plan.upgrades)],
    notes: [
      `${service.facts.findings.toLocaleString('en')} findings of ${accounts.length} accounts, half of them open; a quarter of the images runs. Pages of ${PAGE}, ${UPGRADES} upgrades.`,
    ],
  };
}

function full({ actions, details }: { actions: readonly { urgency: number }[]; details: readonly unknown[] }): Shape {
  const falling = actions.every((one, at) => at === 0 || one.urgency <= actions[at - 1]!.urgency);
  const holds = falling && actions.length === PAGE && details.every((one) => one !== undefined);
  return { name: 'a page of Fix first is full and in order', holds, detail: `${actions.length} actions` };
}

function covering(upgrades: readonly { readonly share: number }[]): Shape {
  const share = upgrades.reduce((sum, one) => sum + one.share, 0);
  const holds = upgrades.length === UPGRADES && share > 0 && share <= 1;
  return { name: 'upgrades remove a part of the risk, counted once', holds, detail: `${(share * 100).toFixed(1)} %` };
}
