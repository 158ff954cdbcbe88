import { conflict } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { sealSinkSecret, updateSink as update } from '../../../../events/sinks.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { filterOfWire, requireSink, requireSinkConfig, requireSinkKind, requireSinkMode } from '../../sink-shape.ts';

/** Members that are not given stay; `config` and `filter` are replaced whole. `enabled: false` pauses: events wait. */
export async function updateSink(input: AssayIn<'UpdateSink'>, context: ServerContext): Promise<AssayOut<'UpdateSink'>> {
  requireRole(context, 'admin');
  const { sinkArn, name, config, secret, mode, digestHour, filter, enabled } = input;
  const result = await withAccounts(context.pool, [context.account], async (tx) => {
    const sink = await requireSink(tx, context, sinkArn);
    const kind = requireSinkKind(sink.kind);
    requireSinkConfig(kind, config ?? sink.config, { text: secret, kept: true });
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(config === undefined ? {} : { config }),
      ...(mode === undefined ? {} : { mode: requireSinkMode(kind, mode) }),
      ...(digestHour === undefined ? {} : { digestHour }),
      ...(filter === undefined ? {} : { filter: filterOfWire(filter) }),
      ...(enabled === undefined ? {} : { enabled }),
    };
    if (secret !== undefined) await sealSinkSecret(tx, context.sealer, { sink, text: secret });
    return update(tx, sink, { change, now: new Date(context.now()) });
  });
  if (result === 'name-taken') throw conflict(`There is a sink named ${name} already.`, name ?? '', 'SINK');
  return { sinkArn };
}
