import { conflict, quotaExceeded } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { createCollector as create, isPush, MOST_COLLECTORS, renewToken, sealCollectorSecret } from '../../../../collectors/collectors.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { collectorArn } from '../../collector-arn.ts';
import { requireCollectorKind } from '../../collector-shape.ts';
import { requireSettings } from '../../settings-shape.ts';

/** One of kind push gets its token in this answer and never again; the secret of another is sealed at once. */
export async function createCollector(input: AssayIn<'CreateCollector'>, context: ServerContext): Promise<AssayOut<'CreateCollector'>> {
  requireRole(context, 'admin');
  const { account } = context;
  const { name, kind, secret, config = {} } = input;
  requireSettings(requireCollectorKind(kind, context), { config, secret }, context);
  const made = await withAccounts(context.pool, [account], async (tx) => {
    const row = await create(tx, account, { wish: { name, kind, config }, now: new Date(context.now()) });
    if (typeof row === 'string') return row;
    const collector = { account, id: row.id };
    if (secret !== undefined) await sealCollectorSecret(tx, context.sealer, { collector, text: secret });
    return { id: row.id, token: isPush({ kind }) ? await renewToken(tx, collector, context.now()) : undefined };
  });
  if (made === 'too-many') throw quotaExceeded(`An account has at most ${MOST_COLLECTORS} collectors.`, context.principal.account);
  if (made === 'name-taken') throw conflict(`There is a collector named ${name} already.`, name, 'COLLECTOR');
  const { id, token } = made;
  return { collectorArn: collectorArn(context.region, context.principal.account, id), ...(token === undefined ? {} : { token }) };
}
