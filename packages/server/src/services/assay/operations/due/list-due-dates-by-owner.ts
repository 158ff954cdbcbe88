import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { datesByOwner } from '../../../../due/list.ts';
import type { ServerContext } from '../../../context.ts';
import { accountsOf } from '../../trend-span.ts';

/** How each owner stands; an entry without an owner is what no owner rule fits. */
export async function listDueDatesByOwner(
  input: AssayIn<'ListDueDatesByOwner'>,
  context: ServerContext,
): Promise<AssayOut<'ListDueDatesByOwner'>> {
  const accounts = await accountsOf(input, context);
  const rows = await withAccounts(context.pool, accounts, (tx) => datesByOwner(tx, accounts, new Date(context.now())));
  return {
    owners: rows.map(({ owner, oldestOverdueAt, ...counts }) => ({
      ...(owner === '' ? {} : { owner }),
      ...counts,
      ...(oldestOverdueAt === null ? {} : { oldestOverdueAt }),
    })),
  };
}
