import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { filterId } from '../../../../suppression/filter-arn.ts';
import { ruleChanges } from '../../../../suppression/rule-changes.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';

const PAGE = 50;

/** Who made, changed, approved or ended a rule, and how: also of rules that are deleted. */
export async function listSuppressionRuleChanges(
  input: AssayIn<'ListSuppressionRuleChanges'>,
  context: ServerContext,
): Promise<AssayOut<'ListSuppressionRuleChanges'>> {
  const { nextToken, maxResults, ...query } = input;
  const { account, region } = context;
  const after = (openPage(context, query, nextToken) as number | undefined) ?? 0;
  const limit = maxResults ?? PAGE;
  const known = filterId(input.filterArn, region, account) !== undefined;
  const subject = { account, arn: input.filterArn };
  const rows = known ? await withAccounts(context.pool, [account], (tx) => ruleChanges(tx, subject, { after, limit: limit + 1 })) : [];
  if (rows.length === 0 && after === 0) throw resourceNotFound(`There is no suppression rule ${input.filterArn}.`);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    changes: page.map(({ at, actor, change, detail }) => ({ at, actor, change, detail: JSON.stringify(detail) })),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, query, last.seq) } : {}),
  };
}
