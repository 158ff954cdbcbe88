import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { listSinks as list } from '../../../../events/sinks.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';
import { sinkToWire } from '../../sink-shape.ts';

const PAGE = 50;

export async function listSinks(input: AssayIn<'ListSinks'>, context: ServerContext): Promise<AssayOut<'ListSinks'>> {
  const after = (openPage(context, {}, input.nextToken) as number | undefined) ?? 0;
  const limit = input.maxResults ?? PAGE;
  const rows = await withAccounts(context.pool, [context.account], (tx) => list(tx, context.account, { after, limit: limit + 1 }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    sinks: page.map((row) => sinkToWire(row, context)),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, {}, last.id) } : {}),
  };
}
