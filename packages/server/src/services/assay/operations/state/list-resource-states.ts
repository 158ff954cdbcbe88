import { RESOURCE_STATES } from '@assay/core/resource-state.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { listStates, type StatedResource, type StatePosition } from '../../../../states/list.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';
import { accountsOf } from '../../trend-span.ts';

type WireState = AssayOut<'ListResourceStates'>['resources'][number];

const PAGE = 100;

/** Images in the registry, or what runs with its clusters, each with its state and why there is none. */
export async function listResourceStates(
  input: AssayIn<'ListResourceStates'>,
  context: ServerContext,
): Promise<AssayOut<'ListResourceStates'>> {
  const { surface, states = RESOURCE_STATES, accountIds, maxResults: limit = PAGE } = input;
  const query = { surface, states, accountIds };
  const after = openPage(context, query, input.nextToken) as StatePosition | undefined;
  const accounts = await accountsOf({ accountIds }, context);
  const asked = { accounts, surface, states, after, now: new Date(context.now()), limit: limit + 1 };
  const rows = await withAccounts(context.pool, accounts, (tx) => listStates(tx, asked));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    resources: page.map(toWire),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, query, last.position) } : {}),
  };
}

function toWire({ account, id, type, state, reason, message, inUseCount, lastInUseAt, deletedAt }: StatedResource): WireState {
  return {
    ...{ resourceId: id, resourceType: type, accountId: accountDigits(account), state, inUseCount },
    ...(reason === null ? {} : { reason }),
    ...(message === null ? {} : { message }),
    ...(lastInUseAt === null ? {} : { lastInUseAt }),
    ...(deletedAt === null ? {} : { deletedAt }),
  };
}
