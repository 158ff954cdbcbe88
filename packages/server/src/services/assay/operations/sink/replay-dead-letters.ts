import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { countLetters } from '../../../../events/dead-letters.ts';
import { askSink } from '../../../../events/sinks.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { requireSink } from '../../sink-shape.ts';

/** Has the dead letters sent again, oldest first and before anything newer. What is taken is one no longer. */
export async function replayDeadLetters(
  { sinkArn }: AssayIn<'ReplayDeadLetters'>,
  context: ServerContext,
): Promise<AssayOut<'ReplayDeadLetters'>> {
  requireRole(context, 'admin');
  return withAccounts(context.pool, [context.account], async (tx) => {
    const sink = await requireSink(tx, context, sinkArn);
    await askSink(tx, sink, 'replay');
    return { deadLetterCount: await countLetters(tx, sink) };
  });
}
