import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { previewRule } from '../../../../suppression/preview.ts';
import { type ServerContext, seenAccounts } from '../../../context.ts';
import { ruleCriteriaFromWire } from '../../suppression-shape.ts';

/** What a rule with these criteria would hide, and what of it runs, before it is made. */
export async function previewSuppressionRule(
  input: AssayIn<'PreviewSuppressionRule'>,
  context: ServerContext,
): Promise<AssayOut<'PreviewSuppressionRule'>> {
  const criteria = ruleCriteriaFromWire(input.filterCriteria);
  const accounts = await seenAccounts(context);
  const naming = { region: context.region, arns: context.arns };
  const { sample, ...counts } = await withAccounts(context.pool, accounts, (tx) => previewRule(tx, criteria, { accounts, naming }));
  return {
    ...counts,
    sample: sample.map((one) => ({
      findingArn: context.arns.format(one.account, one.id),
      vulnerabilityId: one.name,
      resourceArn: one.arn,
      severity: one.severity,
      inUse: one.inUse,
    })),
  };
}
