import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { deleteCollector as remove } from '../../../../collectors/collectors.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { collectorId } from '../../collector-arn.ts';

/** Its token ends with it. What it reported stays until its cluster is deleted. */
export async function deleteCollector(
  { collectorArn }: AssayIn<'DeleteCollector'>,
  context: ServerContext,
): Promise<AssayOut<'DeleteCollector'>> {
  requireRole(context, 'admin');
  const { account, principal } = context;
  const id = collectorId(collectorArn, principal.account);
  const removed = await withAccounts(context.pool, [account], (tx) => remove(tx, { account, id }));
  if (!removed) throw resourceNotFound(`There is no collector ${collectorArn}.`);
  return { collectorArn };
}
