import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { hiddenBy, listFilters } from '../../../../suppression/filter-row.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';
import { ruleToWire } from '../../suppression-shape.ts';

const PAGE = 50;

/** Rules with what each hides now. `onlyStale`: those in force that hide nothing, which somebody may want to delete. */
export async function listSuppressionRules(
  input: AssayIn<'ListSuppressionRules'>,
  context: ServerContext,
): Promise<AssayOut<'ListSuppressionRules'>> {
  const { nextToken, maxResults, ...query } = input;
  const after = (openPage(context, query, nextToken) as number | undefined) ?? 0;
  const limit = maxResults ?? PAGE;
  const now = new Date(context.now());
  const { account, region } = context;
  const { state, onlyStale: stale = false } = input;
  const accounts = await seenAccounts(context);
  return withAccounts(context.pool, accounts, async (tx) => {
    const rows = await listFilters(tx, {
      ...{ account, action: 'SUPPRESS', after, limit: limit + 1, stale, now },
      ...(state === undefined ? {} : { state }),
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const hidden = await hiddenBy(
      tx,
      accounts,
      page.map((row) => row.id),
    );
    return {
      rules: page.map((row) => ruleToWire(row, { region, now, hidden: hidden.get(row.id) ?? 0 })),
      ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, query, last.id) } : {}),
    };
  });
}
