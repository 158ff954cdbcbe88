import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { askSink } from '../../../../events/sinks.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { requireSink } from '../../sink-shape.ts';

/** Has a test message sent within seconds, also to a paused sink. GetSink tells how it went. */
export async function sendTestEvent({ sinkArn }: AssayIn<'SendTestEvent'>, context: ServerContext): Promise<AssayOut<'SendTestEvent'>> {
  requireRole(context, 'admin');
  await withAccounts(context.pool, [context.account], async (tx) => askSink(tx, await requireSink(tx, context, sinkArn), 'test'));
  return { sinkArn };
}
