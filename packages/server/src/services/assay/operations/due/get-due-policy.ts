import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { readPolicy } from '../../../../due/policy.ts';
import type { ServerContext } from '../../../context.ts';
import { policyToWire } from '../../due-shapes.ts';

/** The caller's own rules; without any, nothing is due. */
export async function getDuePolicy(_input: AssayIn<'GetDuePolicy'>, context: ServerContext): Promise<AssayOut<'GetDuePolicy'>> {
  return policyToWire(await withAccounts(context.pool, [context.account], (tx) => readPolicy(tx, context.account)));
}
