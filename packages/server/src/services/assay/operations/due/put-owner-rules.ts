import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { readPolicy, writePolicy } from '../../../../due/policy.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { ownersFromWire, policyToWire } from '../../due-shapes.ts';

/** Replaces the rules that say whose a finding is. */
export async function putOwnerRules(input: AssayIn<'PutOwnerRules'>, context: ServerContext): Promise<AssayOut<'PutOwnerRules'>> {
  requireRole(context, 'admin');
  const { account, principal } = context;
  const owners = ownersFromWire(input.owners);
  return withAccounts(context.pool, [account], async (tx) => {
    await writePolicy(tx, { owners }, { account, actor: principal.arn, now: new Date(context.now()) });
    return { owners: policyToWire(await readPolicy(tx, account)).owners };
  });
}
