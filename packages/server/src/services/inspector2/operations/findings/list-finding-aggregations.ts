import type { In, Out } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { type AggregatePosition, aggregateInHalves } from '../../../../findings/aggregate/aggregate.ts';
import { readGroupFacts } from '../../../../findings/aggregate/facts.ts';
import type { AggregationType } from '../../../../findings/aggregate/groupings.ts';
import type { ReadAs } from '../../../../findings/list/page.ts';
import { statusNow } from '../../../../suppression/status-now.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';
import { aggregationFromWire } from '../../shapes/aggregation-request.ts';
import { aggregationToWire } from '../../shapes/aggregation-response.ts';

const PAGE = 100;

export async function listFindingAggregations(
  input: In<'ListFindingAggregations'>,
  context: ServerContext,
): Promise<Out<'ListFindingAggregations'>> {
  const by = input.aggregationType as AggregationType;
  const asked = aggregationFromWire(input);
  const { nextToken, maxResults, ...query } = input;
  const after = openPage(context, query, nextToken) as AggregatePosition | undefined;
  if (asked === undefined) return { aggregationType: by, responses: [] };
  const limit = maxResults ?? PAGE;
  const accounts = await seenAccounts(context);
  const { region, arns } = context;
  const request = { ...asked, by, accounts, region, arns, limit: limit + 1, ...(after === undefined ? {} : { after }) };
  const readAs: ReadAs = (visible, read) => withAccounts(context.pool, visible, read);
  const status = await withAccounts(context.pool, accounts, (tx) => statusNow(tx, accounts, { region, arns }));
  const rows = await aggregateInHalves(readAs, { ...request, status });
  const page = rows.slice(0, limit);
  const facts = await readAs(accounts, (tx) => readGroupFacts(tx, by, page));
  const last = page.at(-1);
  return {
    aggregationType: by,
    responses: page.map((row, at) => aggregationToWire(by, { row, facts: facts[at] ?? {}, region })),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, query, last.position) } : {}),
  };
}
