import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { listCollectors as list } from '../../../../collectors/collectors.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';
import { collectorToWire } from '../../collector-shape.ts';

const PAGE = 50;
const FIRST = '00000000-0000-0000-0000-000000000000';

export async function listCollectors(input: AssayIn<'ListCollectors'>, context: ServerContext): Promise<AssayOut<'ListCollectors'>> {
  const after = (openPage(context, {}, input.nextToken) as string | undefined) ?? FIRST;
  const limit = input.maxResults ?? PAGE;
  const rows = await withAccounts(context.pool, [context.account], (tx) => list(tx, context.account, { after, limit: limit + 1 }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    collectors: page.map((row) => collectorToWire(row, context)),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, {}, last.id) } : {}),
  };
}
