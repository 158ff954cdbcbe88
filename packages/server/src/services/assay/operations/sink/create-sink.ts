import { conflict, quotaExceeded } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { createSink as create, MOST_SINKS, sealSinkSecret } from '../../../../events/sinks.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { sinkArn } from '../../sink-arn.ts';
import { filterOfWire, requireSinkConfig, requireSinkKind, requireSinkMode } from '../../sink-shape.ts';

/** The secret is sealed at once; nobody can read it back. */
export async function createSink(input: AssayIn<'CreateSink'>, context: ServerContext): Promise<AssayOut<'CreateSink'>> {
  requireRole(context, 'admin');
  const { account } = context;
  const { name, kind, secret, config = {}, digestHour = 8, filter = {} } = input;
  const sink = requireSinkKind(kind);
  requireSinkConfig(sink, config, { text: secret, kept: false });
  const wish = { name, kind, config, mode: requireSinkMode(sink, input.mode ?? sink.modes[0]), filter: filterOfWire(filter), digestHour };
  const made = await withAccounts(context.pool, [account], async (tx) => {
    const id = await create(tx, account, { wish, now: new Date(context.now()) });
    if (typeof id === 'number' && secret !== undefined) await sealSinkSecret(tx, context.sealer, { sink: { account, id }, text: secret });
    return id;
  });
  if (made === 'too-many') throw quotaExceeded(`An account has at most ${MOST_SINKS} sinks.`, context.principal.account);
  if (made === 'name-taken') throw conflict(`There is a sink named ${name} already.`, name, 'SINK');
  return { sinkArn: sinkArn(context.region, context.principal.account, made) };
}
