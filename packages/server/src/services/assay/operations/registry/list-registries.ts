import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { listRegistries as list } from '../../../../registries/registry-row.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';
import { registryToWire } from '../../registry-shape.ts';

const PAGE = 50;

export async function listRegistries(input: AssayIn<'ListRegistries'>, context: ServerContext): Promise<AssayOut<'ListRegistries'>> {
  const after = (openPage(context, {}, input.nextToken) as string | undefined) ?? '';
  const limit = input.maxResults ?? PAGE;
  const rows = await withAccounts(context.pool, [context.account], (tx) => list(tx, context.account, { after, limit: limit + 1 }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    registries: page.map((row) => registryToWire(row, context)),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, {}, last.name) } : {}),
  };
}
