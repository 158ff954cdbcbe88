import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { type MoverKind, topMovers } from '../../../../findings/trend/movements.ts';
import type { ServerContext } from '../../../context.ts';
import { accountsOf, spanOf } from '../../trend-span.ts';

const USUAL = 10;

export async function listTopMovers(input: AssayIn<'ListTopMovers'>, context: ServerContext): Promise<AssayOut<'ListTopMovers'>> {
  const accounts = await accountsOf(input, context);
  const request = { by: input.by as MoverKind, span: spanOf(input, context.now()), limit: input.maxResults ?? USUAL };
  return { movers: await withAccounts(context.pool, accounts, (tx) => topMovers(tx, accounts, request)) };
}
