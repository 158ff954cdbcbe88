import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { type DueFinding, type DuePosition, listDue } from '../../../../due/list.ts';
import { nameOfCode } from '../../../../findings/code-name.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';
import { accountsOf } from '../../trend-span.ts';

type WireFinding = AssayOut<'ListDueFindings'>['findings'][number];

const PAGE = 100;

/** Findings with a due date, the earliest first; open ones unless states are named. */
export async function listDueFindings(input: AssayIn<'ListDueFindings'>, context: ServerContext): Promise<AssayOut<'ListDueFindings'>> {
  const { states, owners, severities, accountIds, dueBefore, maxResults: limit = PAGE } = input;
  const query = { states, owners, severities, accountIds, dueBefore };
  const after = openPage(context, query, input.nextToken) as DuePosition | undefined;
  const accounts = await accountsOf({ accountIds }, context);
  const rows = await withAccounts(context.pool, accounts, (tx) =>
    listDue(tx, {
      accounts,
      states: states ?? ['DUE', 'OVERDUE'],
      ...(owners === undefined ? {} : { owners }),
      ...(severities === undefined ? {} : { severities }),
      ...(dueBefore === undefined ? {} : { before: dueBefore }),
      ...(after === undefined ? {} : { after }),
      now: new Date(context.now()),
      limit: limit + 1,
    }),
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    findings: page.map((row) => toWire(row, context)),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, query, last.position) } : {}),
  };
}

function toWire(row: DueFinding, context: ServerContext): WireFinding {
  return {
    findingArn: context.arns.format(row.account, row.finding),
    accountId: accountDigits(row.account),
    state: row.state,
    dueAt: row.dueAt,
    ...(row.closedAt === null ? {} : { closedAt: row.closedAt }),
    rule: row.rule,
    ...(row.owner === '' ? {} : { owner: row.owner }),
    severity: nameOfCode(SEVERITY_CODES, row.severity),
    firstObservedAt: row.firstAt,
    vulnerabilityId: row.vulnerability,
    ...(row.title === null ? {} : { title: row.title }),
    resourceArn: row.resource,
  };
}
