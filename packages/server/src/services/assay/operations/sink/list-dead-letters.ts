import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { readLetters } from '../../../../events/dead-letters.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';
import { requireSink } from '../../sink-shape.ts';

const PAGE = 50;

/** What a receiver did not take after many attempts, oldest first. */
export async function listDeadLetters(input: AssayIn<'ListDeadLetters'>, context: ServerContext): Promise<AssayOut<'ListDeadLetters'>> {
  const { sinkArn, maxResults: limit = PAGE } = input;
  const after = (openPage(context, { sinkArn }, input.nextToken) as number | undefined) ?? 0;
  const rows = await withAccounts(context.pool, [context.account], async (tx) => {
    const sink = await requireSink(tx, context, sinkArn);
    return readLetters(tx, sink, { after, limit: limit + 1 });
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    deadLetters: page.map(({ message, error, at }) => ({ message: { ...message }, error, createdAt: at })),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, { sinkArn }, last.id) } : {}),
  };
}
