import type { In, Out } from '@assay/wire/operation-types.ts';
import { compileCoverage } from '../../../../coverage/criteria.ts';
import { countCoverage } from '../../../../coverage/read.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { type ServerContext, seenAccounts } from '../../../context.ts';

type Counts = NonNullable<Out<'ListCoverageStatistics'>['countsByGroup']>[number];

/** `groupKey` of each count is the group's value, as Amazon's service answers, though its model calls it an enumeration. */
export async function listCoverageStatistics(
  input: In<'ListCoverageStatistics'>,
  context: ServerContext,
): Promise<Out<'ListCoverageStatistics'>> {
  const criteria = compileCoverage(input.filterCriteria ?? {}, { accounts: await seenAccounts(context), region: context.region });
  const counted = await withAccounts(context.pool, criteria.accounts, (tx) => countCoverage(tx, criteria, input.groupBy));
  const groups = input.groupBy === 'PROVIDER_REGION' ? [{ group: context.region, count: counted.total }] : counted.groups;
  return {
    totalCounts: counted.total,
    countsByGroup: input.groupBy === undefined ? [] : groups.map(({ group, count }) => ({ count, groupKey: group as Counts['groupKey'] })),
  };
}
