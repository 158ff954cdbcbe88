import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { countLetters } from '../../../../events/dead-letters.ts';
import type { ServerContext } from '../../../context.ts';
import { requireSink, sinkToWire } from '../../sink-shape.ts';

export async function getSink({ sinkArn }: AssayIn<'GetSink'>, context: ServerContext): Promise<AssayOut<'GetSink'>> {
  return withAccounts(context.pool, [context.account], async (tx) => {
    const sink = await requireSink(tx, context, sinkArn);
    return { sink: sinkToWire(sink, context), deadLetterCount: await countLetters(tx, sink) };
  });
}
