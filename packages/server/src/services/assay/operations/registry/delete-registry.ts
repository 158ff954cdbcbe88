import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { deleteRegistry as remove } from '../../../../registries/registries.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { registryId } from '../../registry-arn.ts';

/** Its images stay as what was last known of them. */
export async function deleteRegistry(
  { registryArn }: AssayIn<'DeleteRegistry'>,
  context: ServerContext,
): Promise<AssayOut<'DeleteRegistry'>> {
  requireRole(context, 'admin');
  const { account, principal } = context;
  const id = registryId(registryArn, principal.account);
  const removed = id !== undefined && (await withAccounts(context.pool, [account], (tx) => remove(tx, { account, id })));
  if (!removed) throw resourceNotFound(`There is no registry ${registryArn}.`);
  return { registryArn };
}
