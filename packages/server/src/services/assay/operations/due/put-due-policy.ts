import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { readPolicy, writePolicy } from '../../../../due/policy.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { policyToWire, rulesFromWire } from '../../due-shapes.ts';

/** Replaces the rules of due dates. An empty list ends them. */
export async function putDuePolicy(input: AssayIn<'PutDuePolicy'>, context: ServerContext): Promise<AssayOut<'PutDuePolicy'>> {
  requireRole(context, 'admin');
  const { account, principal } = context;
  const rules = rulesFromWire(input.rules);
  return withAccounts(context.pool, [account], async (tx) => {
    await writePolicy(tx, { rules }, { account, actor: principal.arn, now: new Date(context.now()) });
    return { rules: policyToWire(await readPolicy(tx, account)).rules };
  });
}
