import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { compileCriteria } from '../../../../findings/list/compile.ts';
import { type ActionDetails, readActionDetails } from '../../../../fix-first/details.ts';
import { namesOf, readPlaceNames } from '../../../../fix-first/place-names.ts';
import { type ActionKind, fixFirstQueue, type RankedAction } from '../../../../fix-first/queue.ts';
import { statusNow } from '../../../../suppression/status-now.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';
import { criteriaFromWire } from '../../../inspector2/shapes/criteria.ts';
import { findingCounts } from '../../finding-counts.ts';

type WireAction = AssayOut<'ListFixFirst'>['actions'][number];

const PAGE = 50;

/** What to do first: upgrades of packages, or vulnerabilities, in the order of docs/fix-first.md. */
export async function listFixFirst(input: AssayIn<'ListFixFirst'>, context: ServerContext): Promise<AssayOut<'ListFixFirst'>> {
  const { nextToken, maxResults: limit = PAGE, ...query } = input;
  const after = openPage(context, query, nextToken) as RankedAction | undefined;
  const by = input.groupBy ?? 'PACKAGE';
  const accounts = await seenAccounts(context);
  const naming = { region: context.region, arns: context.arns };
  return withAccounts(context.pool, accounts, async (tx) => {
    const status = await statusNow(tx, accounts, naming);
    const criteria = compileCriteria(criteriaFromWire(input.filterCriteria as never), { accounts, ...naming, status });
    const rows = await fixFirstQueue(tx, { by, criteria, status, limit: limit + 1, ...(after === undefined ? {} : { after }) });
    const actions = rows.slice(0, limit);
    const details = await readActionDetails(tx, { by, criteria, status, actions });
    const places = details.flatMap((one) => one?.places ?? []);
    const names = await readPlaceNames(tx, accounts, places);
    const last = actions.at(-1);
    return {
      actions: actions.flatMap((action, at) =>
        details[at] === undefined ? [] : [{ ...toWire(by, action, details[at]), ...namesOf(details[at].places, names) }],
      ),
      ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, query, last) } : {}),
    };
  });
}

function toWire(by: ActionKind, action: RankedAction, details: ActionDetails): WireAction {
  const { severity, exposure, exploitation, vulnerabilities, vulnerabilityCount, places, placeCount } = details;
  return {
    kind: by,
    ...(by === 'PACKAGE' ? upgrade(action, details) : { vulnerabilityId: action.name }),
    ...{ running: action.runs, urgency: action.urgency, weight: action.weight },
    ...{ severity, exposure, exploitation, vulnerabilityIds: vulnerabilities, vulnerabilityCount, places, placeCount },
    ...(details.epss === null ? {} : { epssScore: details.epss }),
    inUseCount: details.running,
    resourceCount: details.resources,
    findingCounts: findingCounts(details),
    removedFindingCount: details.removes,
    packages: details.packages.map(({ fixedIn, ...one }) => ({ ...one, ...(fixedIn === null ? {} : { fixedInVersion: fixedIn }) })),
    oldestFindingAt: details.oldestAt,
    ...(details.dueAt === null ? {} : { dueAt: details.dueAt }),
  };
}

function upgrade({ account, place, namespace, name }: RankedAction, { packageType, fixedIn }: ActionDetails) {
  return {
    accountId: accountDigits(account),
    place,
    package: {
      ...{ name, namespace },
      ...(packageType === null ? {} : { type: packageType }),
      ...(fixedIn === null ? {} : { fixedInVersion: fixedIn }),
    },
  };
}
