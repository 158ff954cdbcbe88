import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { acceptHeld } from '../../../../eligibility/limit.ts';
import { requireRole, type ServerContext } from '../../../context.ts';

/** Lets the images lapse that a sweep held because they were too many. */
export async function acceptHeldImages(_input: AssayIn<'AcceptHeldImages'>, context: ServerContext): Promise<AssayOut<'AcceptHeldImages'>> {
  requireRole(context, 'operator');
  const { account, pool, principal } = context;
  return { acceptedImages: await withAccounts(pool, [account], (tx) => acceptHeld(tx, account, principal.arn)) };
}
