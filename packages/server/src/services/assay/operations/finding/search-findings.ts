import { invalidField } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { compileCriteria } from '../../../../findings/list/compile.ts';
import { findPage } from '../../../../findings/list/page.ts';
import { type Position, SORTS, type SortField } from '../../../../findings/list/sorts.ts';
import { readFindings } from '../../../../findings/read.ts';
import type { FindingView } from '../../../../findings/view.ts';
import { type FindingRank, findingsFixFirst } from '../../../../fix-first/findings.ts';
import { statusNow } from '../../../../suppression/status-now.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';
import { criteriaFromWire } from '../../../inspector2/shapes/criteria.ts';

type WireFinding = AssayOut<'SearchFindings'>['findings'][number];

const PAGE = 100;

/** Findings in orders that Amazon's ListFindings has no word for: by use, and what to fix first (open findings about packages alone). */
export async function searchFindings(input: AssayIn<'SearchFindings'>, context: ServerContext): Promise<AssayOut<'SearchFindings'>> {
  const { nextToken, maxResults: limit = PAGE, ...query } = input;
  const after = openPage(context, query, nextToken);
  const { field = 'FIX_FIRST', sortOrder = 'DESC' } = input.sortCriteria ?? {};
  if (field === 'FIX_FIRST' && sortOrder === 'ASC') throw invalidField('sortCriteria', 'FIX_FIRST has one order, the most urgent first');
  const accounts = await seenAccounts(context);
  const naming = { region: context.region, arns: context.arns };
  const status = await withAccounts(context.pool, accounts, (tx) => statusNow(tx, accounts, naming));
  const criteria = compileCriteria(criteriaFromWire(input.filterCriteria as never), { accounts, ...naming, status });
  const read = { criteria, limit: limit + 1 };
  const rows =
    field === 'FIX_FIRST'
      ? await withAccounts(context.pool, accounts, (tx) =>
          findingsFixFirst(tx, { ...read, status, ...(after === undefined ? {} : { after: after as FindingRank }) }),
        )
      : await findPage(
          {
            ...read,
            sort: SORTS[field as SortField],
            descending: sortOrder === 'DESC',
            ...(after === undefined ? {} : { after: after as Position }),
          },
          (visible, reader) => withAccounts(context.pool, visible, reader),
        );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const views = await withAccounts(context.pool, accounts, (tx) => readFindings(tx, page, { status }));
  return {
    findings: views.map((view) => toWire(view, context)),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, query, last) } : {}),
  };
}

function toWire(view: FindingView, context: ServerContext): WireFinding {
  const { issue, resource } = view;
  return {
    findingArn: context.arns.format(view.account, view.id),
    accountId: accountDigits(view.account),
    ...{ type: view.kind, severity: view.severity, status: view.status, fixAvailable: view.fix, vulnerabilityId: issue.name },
    ...(issue.doc.title === undefined ? {} : { title: issue.doc.title }),
    ...(view.score === null ? {} : { score: Number(view.score.toFixed(1)) }),
    ...(issue.epss === null ? {} : { epssScore: issue.epss }),
    ...{ exploitAvailable: issue.exploit, knownExploited: issue.weaponised },
    ...{ resourceArn: resource.arn, resourceType: resource.kind, exposure: resource.exposure, inUseCount: resource.inUseCount },
    ...(resource.registry === null ? {} : { registry: resource.registry }),
    ...(resource.repository === null ? {} : { repository: resource.repository }),
    ...{ imageTags: resource.imageTags, resourceTags: resource.tags },
    ...(resource.pushedAt === null ? {} : { pushedAt: resource.pushedAt }),
    ...{ vulnerabilitySource: issue.source, vendorSeverity: issue.vendorSeverity },
    ...(resource.lastInUseAt === null ? {} : { lastInUseAt: resource.lastInUseAt }),
    packages: view.packages.map(({ name, version, fixedIn }) => ({
      name,
      version,
      ...(fixedIn === null ? {} : { fixedInVersion: fixedIn }),
    })),
    ...{ firstObservedAt: view.firstAt, lastObservedAt: view.lastAt },
  };
}
