import type { In, Out } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { compileCriteria } from '../../../../findings/list/compile.ts';
import { findPage } from '../../../../findings/list/page.ts';
import { type Position, SORTS } from '../../../../findings/list/sorts.ts';
import { readFindings } from '../../../../findings/read.ts';
import { statusNow } from '../../../../suppression/status-now.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';
import { criteriaFromWire } from '../../shapes/criteria.ts';
import { findingToWire } from '../../shapes/finding.ts';

const PAGE = 100;

/** Without sortCriteria findings come by id, the one order that no change of a finding can disturb between pages. */
export async function listFindings(input: In<'ListFindings'>, context: ServerContext): Promise<Out<'ListFindings'>> {
  const { filterCriteria, sortCriteria } = input;
  const query = { filterCriteria, sortCriteria };
  const after = openPage(context, query, input.nextToken) as Position | undefined;
  const limit = input.maxResults ?? PAGE;
  const accounts = await seenAccounts(context);
  const naming = { region: context.region, arns: context.arns };
  const status = await withAccounts(context.pool, accounts, (tx) => statusNow(tx, accounts, naming));
  const criteria = compileCriteria(criteriaFromWire(filterCriteria), { accounts, ...naming, status });
  const rows = await findPage(
    {
      criteria,
      sort: sortCriteria?.field === undefined ? {} : SORTS[sortCriteria.field],
      descending: sortCriteria?.sortOrder === 'DESC',
      limit: limit + 1,
      ...(after === undefined ? {} : { after }),
    },
    (visible, read) => withAccounts(context.pool, visible, read),
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const views = await withAccounts(context.pool, accounts, (tx) => readFindings(tx, page, { status }));
  const more = rows.length > limit && last !== undefined;
  return {
    findings: views.map((view) => findingToWire(view, context.arns.format(view.account, view.id), context.region)),
    ...(more ? { nextToken: sealPage(context, query, { key: last.key, holder: last.holder, id: last.id }) } : {}),
  };
}
