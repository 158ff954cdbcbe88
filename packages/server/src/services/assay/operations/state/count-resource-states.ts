import { SURFACES } from '@assay/core/resource-state.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { countStates } from '../../../../states/list.ts';
import type { ServerContext } from '../../../context.ts';
import { accountsOf } from '../../trend-span.ts';

export async function countResourceStates(
  input: AssayIn<'CountResourceStates'>,
  context: ServerContext,
): Promise<AssayOut<'CountResourceStates'>> {
  const accounts = await accountsOf(input, context);
  const now = new Date(context.now());
  const counts = await withAccounts(context.pool, accounts, async (tx) => {
    const found = [];
    for (const surface of SURFACES) {
      for (const { type, state, reason, count } of await countStates(tx, { accounts, surface, now }))
        found.push({ surface, resourceType: type, state, count, ...(reason === null ? {} : { reason }) });
    }
    return found;
  });
  return { counts };
}
