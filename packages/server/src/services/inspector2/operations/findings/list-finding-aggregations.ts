import type { StringFilter } from '@assay/core/filter/criteria.ts';
import { matchesStrings } from '@assay/core/filter/matches.ts';
import type { FindingKind, ResourceKind } from '@assay/core/finding.ts';
import { invalidField, notBuiltYet } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { type AggregatePosition, type AggregateRow, aggregateFindings, type GroupBy } from '../../../../findings/aggregate.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';

type Input = In<'ListFindingAggregations'>;
type Output = Out<'ListFindingAggregations'>;
type Response = NonNullable<Output['responses']>[number];

const PAGE = 100;

/** What each aggregation narrows by, in one shape: the request holds it in a union member named after the type. */
interface Narrowing {
  readonly sortBy?: 'ALL' | 'CRITICAL' | 'HIGH';
  readonly sortOrder?: 'ASC' | 'DESC';
  readonly findingType?: FindingKind;
  readonly resourceType?: ResourceKind;
  readonly titles?: readonly StringFilter[];
  readonly vulnerabilityIds?: readonly StringFilter[];
  readonly packageNames?: readonly StringFilter[];
}
const MEMBERS: Readonly<Record<GroupBy, string>> = {
  ACCOUNT: 'accountAggregation',
  FINDING_TYPE: 'findingTypeAggregation',
  TITLE: 'titleAggregation',
  PACKAGE: 'packageAggregation',
};

export async function listFindingAggregations(input: Input, context: ServerContext): Promise<Output> {
  const by = input.aggregationType as GroupBy;
  const member = MEMBERS[by];
  if (member === undefined) throw notBuiltYet(`ListFindingAggregations for ${input.aggregationType}`);
  const asked = (input.aggregationRequest ?? {}) as unknown as Record<string, Narrowing | undefined>;
  const other = Object.keys(asked).find((name) => asked[name] !== undefined && name !== member);
  if (other !== undefined) throw invalidField(`aggregationRequest.${other}`, `is not of aggregationType ${by}; use ${member}`);
  const { sortBy = 'ALL', sortOrder = 'DESC', ...narrowing } = asked[member] ?? {};
  const { nextToken, maxResults, ...query } = input;
  const after = openPage(context, query, nextToken) as AggregatePosition | undefined;
  const limit = maxResults ?? PAGE;
  const accounts = (await seenAccounts(context)).filter((account) =>
    matchesStrings(input.accountIds as readonly StringFilter[] | undefined, accountDigits(account)),
  );
  const rows = await withAccounts(context.pool, accounts, (tx) =>
    aggregateFindings(tx, {
      ...narrowing,
      accounts,
      by,
      sortBy,
      descending: sortOrder === 'DESC',
      limit: limit + 1,
      ...(after === undefined ? {} : { after }),
    }),
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    aggregationType: by,
    responses: page.map((row) => toResponse(by, row)),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, query, last.position) } : {}),
  };
}

function toResponse(by: GroupBy, row: AggregateRow): Response {
  const accountId = accountDigits(row.account);
  const severityCounts = { ...row.counts };
  const available = { exploitAvailableCount: row.exploitAvailable, fixAvailableCount: row.fixAvailable };
  switch (by) {
    case 'ACCOUNT':
      return { accountAggregation: { accountId, severityCounts, ...available } };
    case 'FINDING_TYPE':
      return { findingTypeAggregation: { accountId, severityCounts, ...available } };
    case 'PACKAGE':
      return { packageAggregation: { packageName: row.group, accountId, severityCounts } };
    case 'TITLE':
      return { titleAggregation: { title: row.group, vulnerabilityId: row.vulnerabilityId, accountId, severityCounts } };
  }
}
