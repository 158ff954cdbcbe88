import type { In, Out } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { filterArn, filterId } from '../../../../suppression/filter-arn.ts';
import { listFilters as list } from '../../../../suppression/filter-row.ts';
import { readTags } from '../../../../tags/tags.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';
import { filterToWire } from '../../shapes/filter.ts';

const PAGE = 100;

/** In the order in which they were made. ARNs that name nothing are left out. */
export async function listFilters(input: In<'ListFilters'>, context: ServerContext): Promise<Out<'ListFilters'>> {
  const { account, region } = context;
  const { nextToken, maxResults, ...query } = input;
  const after = (openPage(context, query, nextToken) as number | undefined) ?? 0;
  const limit = maxResults ?? PAGE;
  const { arns, action } = input;
  const ids = arns?.map((arn) => filterId(arn, region, account) ?? -1);
  return withAccounts(context.pool, [account], async (tx) => {
    const rows = await list(tx, {
      ...{ account, after, limit: limit + 1 },
      ...(ids === undefined ? {} : { ids }),
      ...(action === undefined ? {} : { action }),
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const named = page.map((row) => filterArn(region, row.account, row.id));
    const tags = await readTags(tx, [account], named);
    return {
      filters: page.map((row, n) => filterToWire(row, named[n]!, tags.get(named[n]!))),
      ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, query, last.id) } : {}),
    };
  });
}
