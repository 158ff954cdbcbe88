import { invalidField } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { type AtPage, findingsAt } from '../../../../findings/history.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';
import { criteriaFromWire } from '../../../inspector2/shapes/criteria.ts';

const PAGE = 100;

/** What was known at a moment. Without a status in the criteria: what was open then. */
export async function listFindingsAt(input: AssayIn<'ListFindingsAt'>, context: ServerContext): Promise<AssayOut<'ListFindingsAt'>> {
  const { nextToken, maxResults, ...query } = input;
  if (input.at.getTime() > context.now()) throw invalidField('at', 'is in the future');
  const after = openPage(context, query, nextToken) as AtPage['next'];
  const accounts = await seenAccounts(context);
  const asked = criteriaFromWire(input.filterCriteria as never);
  const criteria = { findingStatus: [{ comparison: 'NOT_EQUALS', value: 'CLOSED' } as const], ...asked };
  const naming = { region: context.region, arns: context.arns };
  const page = await withAccounts(context.pool, accounts, (tx) =>
    findingsAt(tx, { at: input.at, accounts, criteria, naming, after, limit: maxResults ?? PAGE }),
  );
  return {
    findings: page.findings.map((one) => ({
      findingArn: context.arns.format(one.account, one.id),
      vulnerabilityId: one.name,
      resourceArn: one.arn,
      status: one.status,
      severity: one.severity,
      since: one.since,
      ...(one.title === null ? {} : { title: one.title }),
      ...(one.score === null ? {} : { score: Number(one.score.toFixed(1)) }),
    })),
    ...(page.next === undefined ? {} : { nextToken: sealPage(context, query, page.next) }),
  };
}
